//! `/api/audit`: who did what to what, when, whence.

use std::io;

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use commands::Permission;
use event_store::Log;
use futures_util::stream;
use projections::{
    MAX_LIMIT, Scope, SortValue,
    audit::{self, AuditEntry, AuditFilter},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{PageBody, Paging},
    app::App,
    events::wants,
    filter::range,
    openapi::{Fresh, ListProblems, Paged, RecordedTimes},
    problem::ApiError,
    request::{Query, Session},
};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_audit))
}

/// Read the audit trail, the newest first
///
/// Every act is in it once, with who did it, what was before and after, and the address that it came from. With
/// `Accept: application/x-ndjson`, all of them that fit, an act per line. Whoever has `audit:read` for some tickets only is
/// told what was done to those, as they stand now.
#[utoipa::path(
    get,
    path = "/audit",
    operation_id = "listAudit",
    tag = "Audit",
    security(("api_key" = ["audit:read"])),
    params(
        Paged,
        Fresh,
        ("filter[actor]" = Option<String>, Query, description = "`kind:id`, for instance `api_key:key_…`, `agent:agt_…`, `system:import`"),
        ("filter[action]" = Option<String>, Query, description = "`ticket.replied`, or `ticket.*`"),
        ("filter[target_id]" = Option<String>, Query, description = "The id of what was changed"),
        ("filter[request_id]" = Option<String>, Query, description = "The request that carried it"),
        RecordedTimes,
    ),
    responses(
        (status = 200, description = "One page of the trail, or an export", content(
            (PageBody<AuditEntry> = "application/json"),
            (AuditEntry = "application/x-ndjson"),
        )),
        ListProblems,
    ),
)]
pub async fn list_audit(
    State(app): State<App>,
    session: Session,
    headers: HeaderMap,
    mut query: Query,
) -> Result<Response, ApiError> {
    let scope = session.scope(Permission::AuditRead)?;
    let paging = Paging::take(&app, &session, "audit", &mut query)?.fresh(&mut query)?;
    let filter = AuditFilter {
        actor: query.text("filter[actor]"),
        action: query.text("filter[action]"),
        target_id: query.text("filter[target_id]"),
        request_id: query.text("filter[request_id]"),
        recorded_at: range(&mut query, "recorded_at")?,
    };
    query.finish()?;
    app.reach(&session.log, paging.min_position).await?;
    if wants(&headers, "application/x-ndjson") {
        return Ok(export(session.log, scope, filter, paging.after));
    }
    let tx = session.log.begin().await?;
    let page = audit::list(&session.log, &tx, &scope, &filter, paging.after.as_deref(), paging.limit).await?;
    tx.commit().await?;
    Ok(paging.answer(&app, page, None))
}

struct Reader {
    log: Log,
    scope: Scope,
    filter: AuditFilter,
    after: Option<Vec<SortValue>>,
    ended: bool,
}

/// Page by page, so that memory does not grow with the trail.
fn export(log: Log, scope: Scope, filter: AuditFilter, after: Option<Vec<SortValue>>) -> Response {
    let reader = Reader { log, scope, filter, after, ended: false };
    let chunks = stream::try_unfold(reader, |mut reader| async move {
        let chunk = reader.next().await.map_err(io::Error::other)?;
        Ok::<_, io::Error>(chunk.map(|chunk| (chunk, reader)))
    });
    let mut response = Body::from_stream(chunks).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    response
}

impl Reader {
    async fn next(&mut self) -> Result<Option<Bytes>, projections::QueryError> {
        if self.ended {
            return Ok(None);
        }
        let tx = self.log.begin().await?;
        let page = audit::list(&self.log, &tx, &self.scope, &self.filter, self.after.as_deref(), MAX_LIMIT).await?;
        tx.commit().await?;
        self.ended = page.next.is_none();
        self.after = page.next;
        let mut lines = vec![];
        for entry in &page.items {
            lines.extend(serde_json::to_vec(entry).unwrap_or_default());
            lines.push(b'\n');
        }
        Ok(Some(lines.into()))
    }
}
