use axum::{extract::State, response::Response};
use commands::log_streams::DeleteLogStream;

use super::{named, settled};
use crate::{
    answer::Written,
    app::App,
    openapi::{ActProblems, Done, Idempotent, IfMatch, LogStreamPath},
    problem::ApiError,
    request::{Conditions, PathText, Session},
};

/// Delete a log stream
///
/// For good: nothing is sent there any more, and its secrets are gone.
#[utoipa::path(
    delete,
    path = "/log-streams/{id}",
    operation_id = "deleteLogStream",
    tag = "Audit",
    security(("api_key" = ["security:write"])),
    params(
        LogStreamPath,
        IfMatch,
        Idempotent,
    ),
    responses(Done, ActProblems),
)]
pub async fn delete_log_stream(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
) -> Result<Response, ApiError> {
    session.require_recent()?;
    let request = conditions.wish(&app, &session, &[]);
    let receipt = app.desk.run(&session.log, &request, &DeleteLogStream(named(&id)?)).await?;
    settled(&app, &session).await?;
    let visible = app.visible(&session.log, &receipt).await;
    Ok(Written::changed(&receipt).empty(visible))
}
