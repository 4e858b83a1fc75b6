use axum::{extract::State, http::StatusCode};

use super::named;
use crate::{
    app::App,
    openapi::{ActProblems, Idempotent, schemas},
    problem::ApiError,
    request::{Conditions, PathText, Session},
};

/// Revoke an API key
#[utoipa::path(
    delete,
    path = "/keys/{id}",
    operation_id = "revokeKey",
    tag = "API keys",
    security(("api_key" = ["keys:write"])),
    params(("id" = inline(schemas::ApiKeyId), Path, description = "`key_…`"), Idempotent),
    responses((status = 204, description = "It opens nothing any more"), ActProblems),
)]
pub async fn revoke_key(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
) -> Result<StatusCode, ApiError> {
    session.require_recent()?;
    let request = conditions.wish(&app, &session, &[]);
    app.desk.revoke_key(&session.log, &request, named(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
