use axum::{Json, extract::State};
use domain::Permission;
use projections::{as_of::Moment, log_streams};
use serde::Serialize;
use utoipa::ToSchema;

use super::named;
use crate::{
    app::App,
    openapi::{ActProblems, Idempotent, LogStreamPath},
    problem::ApiError,
    request::{Conditions, PathText, Session},
};

/// What came of a test.
#[derive(Debug, Serialize, ToSchema)]
pub struct LogStreamTest {
    /// Whether the receiver took it.
    taken: bool,
    /// What it answered with; null where it answered nothing.
    status: Option<u16>,
    /// Why it was not taken.
    #[schema(example = "it answered 503")]
    error: Option<String>,
    /// How long it took.
    took_ms: u64,
}

/// Send a test to a log stream
///
/// One record, marked with `"test": true`, whether the stream is active or not. The answer tells what came back.
#[utoipa::path(
    post,
    path = "/log-streams/{id}/test",
    operation_id = "testLogStream",
    tag = "Audit",
    security(("api_key" = ["security:write"])),
    params(
        LogStreamPath,
        Idempotent,
    ),
    responses((status = 200, description = "What came of it", body = LogStreamTest), ActProblems),
)]
pub async fn test_log_stream(
    State(app): State<App>,
    session: Session,
    // A key is looked at as everywhere; a test changes nothing that a repeat could find.
    _: Conditions,
    PathText(id): PathText,
) -> Result<Json<LogStreamTest>, ApiError> {
    session.require(Permission::SecurityWrite)?;
    super::may_send(&session)?;
    let stream = log_streams::get(&session.log, named(&id)?, Moment::Now).await?;
    let stream = stream.ok_or_else(|| ApiError::not_found("log stream"))?;
    let tested = app.log_streams.test(&session.log, &stream).await?;
    let took_ms = u64::try_from(tested.took.as_millis()).unwrap_or(u64::MAX);
    Ok(Json(LogStreamTest { taken: tested.taken, status: tested.status, error: tested.error, took_ms }))
}
