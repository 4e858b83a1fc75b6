use std::io;

use axum::{body::Bytes, extract::State, response::Response};
use commands::Permission;
use futures_util::stream;

use crate::{
    app::App,
    ndjson,
    openapi::ListProblems,
    problem::ApiError,
    request::{Query, Session},
};

const PAGE: u32 = 1_000;

/// Export the access log as it is stored
///
/// An entry per line, the oldest first, each the very bytes that digests are made over; `client` is sealed. With the
/// events `access_log.sealed`, whoever has it verifies it without this program.
#[utoipa::path(
    get,
    path = "/access-log/stored",
    operation_id = "exportStoredAccessLog",
    extensions(("x-personal-data" = json!("export"))),
    tag = "Audit",
    security(("api_key" = ["audit:read"])),
    params(
        ("after" = Option<u64>, Query, description = "Only entries after this number; 0 by default", minimum = 0, maximum = 9_223_372_036_854_775_807_i64),
    ),
    responses(
        (status = 200, description = "Lines", content((String = "application/x-ndjson"))),
        ListProblems,
    ),
)]
pub async fn export_stored_access_log(
    State(_): State<App>,
    session: Session,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require_all(Permission::AuditRead)?;
    let after = query.position("after")?.unwrap_or_default();
    query.finish()?;
    let chunks = stream::try_unfold((session.log, after), |(log, after)| async move {
        let entries = log.read_accesses(after, PAGE).await.map_err(io::Error::other)?;
        let Some(last) = entries.last().map(|entry| entry.number) else { return Ok(None) };
        let mut lines = vec![];
        for entry in &entries {
            lines.extend(entry.line());
            lines.push(b'\n');
        }
        Ok::<_, io::Error>(Some((Bytes::from(lines), (log, last))))
    });
    Ok(ndjson::lines(chunks))
}
