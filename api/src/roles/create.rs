use axum::{extract::State, response::Response};
use commands::access_policy::CreateRole;
use domain::{
    CustomRoleId,
    access_policy::RoleDefinition,
    text::{Description, Name},
};
use projections::roles::RoleView;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    answer,
    body::{NewGrant, permissions},
};
use crate::{
    answer::Written,
    app::App,
    openapi::{CreateProblems, Created, Idempotent, schemas},
    problem::ApiError,
    request::{Body, Conditions, Session},
};

/// A new role.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Second line", "description": "Works on what their team has.",
    "permissions": [{"permission": "tickets:read", "reach": "team"}, {"permission": "tickets:write", "reach": "team"},
        {"permission": "customers:read"}]}))]
pub struct NewRole {
    /// What it is called; unique, whatever the case.
    #[schema(value_type = schemas::Name)]
    name: Name,
    /// What it is for.
    #[schema(value_type = Option<schemas::Description>)]
    description: Option<Description>,
    /// What those who have it may do, each once. Nothing that you have not yourself.
    #[schema(max_items = 100)]
    permissions: Vec<NewGrant>,
}

/// Make a role
///
/// Nobody gives what they have not themselves: a permission that you lack, or have for fewer tickets, is refused with 403.
#[utoipa::path(
    post,
    path = "/roles",
    operation_id = "createRole",
    tag = "Roles",
    security(("api_key" = ["roles:write"])),
    params(Idempotent),
    request_body = NewRole,
    responses(Created<RoleView>, CreateProblems),
)]
pub async fn create_role(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    body: Body<NewRole>,
) -> Result<Response, ApiError> {
    session.require(commands::Permission::RolesWrite)?;
    session.require_recent()?;
    let request = conditions.wish(&app, &session, &body.digest);
    let NewRole { name, description, permissions: grants } = body.value;
    let definition = RoleDefinition {
        name: name.into(),
        description: description.map(String::from),
        permissions: permissions(&grants)?,
    };
    let role = CustomRoleId::new(app.desk.store().ids().next());
    let receipt = app.desk.run(&session.log, &request, &CreateRole { role, definition }).await?;
    let location = format!("/api/roles/{role}");
    answer(&app, &session, role, Written::created(&receipt, location)).await
}
