use axum::{extract::State, response::Response};
use commands::{
    Permission,
    access_policy::{ChangeRole, RolePatch},
};
use domain::CustomRoleId;
use projections::roles::RoleView;

use super::{
    answer,
    body::{RoleChanges, permissions},
    own,
};
use crate::{
    answer::Written,
    app::App,
    openapi::{ChangeProblems, Changed, Idempotent, IfMatch, RolePath},
    problem::ApiError,
    request::{Body, Conditions, PathText, Session},
};

/// Change a role
///
/// Partial: what is left out stays as it is. What it gives and takes, `POST /api/roles/{id}/preview` says before. It holds
/// at once for everybody who has the role. You must have all that the role gave before and gives then.
#[utoipa::path(
    put,
    path = "/roles/{id}",
    operation_id = "updateRole",
    tag = "Roles",
    security(("api_key" = ["roles:write"])),
    params(RolePath, IfMatch, Idempotent),
    request_body = RoleChanges,
    responses(Changed<RoleView>, ChangeProblems),
)]
pub async fn update_role(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    body: Body<RoleChanges>,
) -> Result<Response, ApiError> {
    session.require(Permission::RolesWrite)?;
    let role = own(&id)?;
    session.require_recent()?;
    let request = conditions.wish(&app, &session, &body.digest);
    let wish = wish(role, body.value)?;
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    answer(&app, &session, role, Written::changed(&receipt)).await
}

/// The change that is wanted.
pub(super) fn wish(role: CustomRoleId, changes: RoleChanges) -> Result<ChangeRole, ApiError> {
    let RoleChanges { name, description, permissions: grants, masks_personal_data } = changes;
    let permissions = grants.as_deref().map(permissions).transpose()?;
    let patch = RolePatch { name, description, permissions, masks_personal_data };
    Ok(ChangeRole { role, patch })
}
