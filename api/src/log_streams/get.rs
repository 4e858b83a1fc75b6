use axum::{Json, extract::State, response::Response};
use domain::Permission;
use projections::as_of::Moment;
use reactions::log_streams::{self, LogStreamView};
use serde::Serialize;
use utoipa::ToSchema;

use super::{find, named};
use crate::{
    answer::shown,
    app::App,
    openapi::{IfNoneMatch, ListProblems, LogStreamPath, ReadProblems, Shown},
    problem::ApiError,
    request::{Conditions, PathText, Query, Session},
};

/// All log streams, in the order in which they were made.
#[derive(Debug, Serialize, ToSchema)]
pub struct LogStreamList {
    /// The streams: at most 5.
    data: Vec<LogStreamView>,
}

/// List log streams
#[utoipa::path(
    get,
    path = "/log-streams",
    operation_id = "listLogStreams",
    tag = "Audit",
    security(("api_key" = ["security:read"])),
    responses((status = 200, description = "All log streams, without their secrets", body = LogStreamList), ListProblems),
)]
pub async fn list_log_streams(
    State(app): State<App>,
    session: Session,
    query: Query,
) -> Result<Json<LogStreamList>, ApiError> {
    session.require(Permission::SecurityRead)?;
    query.finish()?;
    let data = log_streams::list(&app.log_streams, &session.log).await?;
    Ok(Json(LogStreamList { data }))
}

/// Get a log stream
///
/// With how far each log was sent, how much is behind that, and what the last failure said.
#[utoipa::path(
    get,
    path = "/log-streams/{id}",
    operation_id = "getLogStream",
    tag = "Audit",
    security(("api_key" = ["security:read"])),
    params(
        LogStreamPath,
        IfNoneMatch,
    ),
    responses(Shown<LogStreamView>, ReadProblems),
)]
pub async fn get_log_stream(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::SecurityRead)?;
    query.finish()?;
    Ok(shown(&find(&app, &session, named(&id)?, Moment::Now).await?, &conditions))
}
