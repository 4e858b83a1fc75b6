use axum::{extract::State, response::Response};
use commands::{Permission, agents::EraseAgent};

use super::resolve;
use crate::{
    app::App,
    erasures::{self, ErasureView},
    openapi::{ActProblems, AgentPath, Changed, Idempotent, IfMatch},
    problem::ApiError,
    request::{Conditions, PathText, Session},
};

/// Erase an agent
///
/// For ever: their keys are destroyed, so that their name, address and network addresses can not be read any more in the
/// log, its copies and its backups; nothing lets them in again. What they wrote to customers stays: it is about those. A
/// repeat answers the same; until `completed_at` is set, their traces outside the log are still being cleaned.
#[utoipa::path(
    post,
    path = "/agents/{id}/erase",
    operation_id = "eraseAgent",
    tag = "Privacy",
    security(("api_key" = ["privacy:erase"])),
    params(
        AgentPath,
        IfMatch,
        Idempotent,
    ),
    responses(Changed<ErasureView>, ActProblems),
)]
pub async fn erase_agent(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
) -> Result<Response, ApiError> {
    session.require(Permission::PrivacyErase)?;
    session.require_recent()?;
    let request = conditions.wish(&app, &session, &[]);
    let id = resolve(&session, &id).await?;
    let receipt = app.desk.run(&session.log, &request, &EraseAgent(id)).await?;
    erasures::answer(&app, &session, &receipt).await
}
