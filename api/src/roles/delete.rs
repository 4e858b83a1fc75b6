use axum::{extract::State, response::Response};
use commands::{Permission, access_policy::DeleteRole};

use super::own;
use crate::{
    answer::Written,
    app::App,
    openapi::{ActProblems, Done, Idempotent, IfMatch, RolePath},
    problem::ApiError,
    request::{Conditions, PathText, Session},
};

/// Delete a role
///
/// Refused (`role_in_use`) while anybody has it: give them another one first.
#[utoipa::path(
    delete,
    path = "/roles/{id}",
    operation_id = "deleteRole",
    tag = "Roles",
    security(("api_key" = ["roles:write"])),
    params(RolePath, IfMatch, Idempotent),
    responses(Done, ActProblems),
)]
pub async fn delete_role(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
) -> Result<Response, ApiError> {
    session.require(Permission::RolesWrite)?;
    session.require_recent()?;
    let request = conditions.wish(&app, &session, &[]);
    let receipt = app.desk.run(&session.log, &request, &DeleteRole(own(&id)?)).await?;
    let visible = app.visible(&session.log, &receipt).await;
    Ok(Written::changed(&receipt).empty(visible))
}
