use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use commands::Permission;
use projections::access_log::{self, SealView};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    openapi::ListProblems,
    problem::ApiError,
    request::{Query, Session},
};

/// Seals that are verified for one answer: each may be over 100,000 entries.
const MOST: u16 = 10;

/// Seals over the access log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccessLogSeals)]
pub struct SealsBody {
    /// In order.
    data: Vec<SealView>,
    /// Where to go on.
    meta: SealsMeta,
}

/// Where to go on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccessLogSealsMeta)]
pub struct SealsMeta {
    /// Whether there are more seals.
    has_more: bool,
    /// Hand it back as `after`.
    #[schema(minimum = 0)]
    next_after: u64,
    /// The number of the last entry that there is: those behind the last seal are sealed within a day.
    #[schema(minimum = 0)]
    last_number: u64,
}

/// Verify the access log
///
/// Once a day an event `access_log.sealed` in your event log says what the entries since the one before come to: whoever
/// holds a checkpoint of the log holds them. Each seal is compared with the entries that are here now.
#[utoipa::path(
    get,
    path = "/access-log/seals",
    operation_id = "listAccessLogSeals",
    extensions(("x-personal-data" = json!({"none": "numbers and digests"}))),
    tag = "Audit",
    security(("api_key" = ["audit:read"])),
    params(
        ("after" = Option<u64>, Query, description = "Only seals that go beyond this number of an entry; 0 by default", minimum = 0, maximum = 9_223_372_036_854_775_807_i64),
        ("limit" = Option<u16>, Query, description = "How many, 1 to 10; 10 by default", minimum = 1, maximum = 10),
    ),
    responses((status = 200, description = "Seals, each with its verdict", body = SealsBody), ListProblems),
)]
pub async fn list_access_log_seals(
    State(_): State<App>,
    session: Session,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require_all(Permission::AuditRead)?;
    let after = query.position("after")?.unwrap_or_default();
    let limit = query.limit(MOST, MOST)?;
    query.finish()?;
    let last_number = session.log.last_access().await?;
    let (data, has_more) = access_log::seals(&session.log, after, limit.into()).await?;
    let next_after = data.last().map_or(after, |seal| seal.through);
    Ok(Json(SealsBody { data, meta: SealsMeta { has_more, next_after, last_number } }).into_response())
}
