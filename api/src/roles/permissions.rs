use axum::Json;
use commands::Permission;
use domain::permission::Reach;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    openapi::ListProblems,
    problem::ApiError,
    request::{Query, Session},
};

/// What can be given.
#[derive(Debug, Serialize, ToSchema)]
pub struct PermissionList {
    /// Every permission.
    data: Vec<PermissionView>,
}

/// A permission.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Permission)]
pub struct PermissionView {
    /// Its text: in roles, and as the scope of keys.
    #[schema(value_type = String, example = "tickets:write")]
    permission: Permission,
    /// What it allows.
    #[schema(example = "Open and change tickets.")]
    description: &'static str,
    /// The reaches that it can be given with; `all` alone where it is not about tickets.
    #[schema(value_type = Vec<String>, example = json!(["own", "assigned", "team", "all"]))]
    reaches: Vec<Reach>,
}

impl From<Permission> for PermissionView {
    fn from(permission: Permission) -> Self {
        let reaches = if permission.takes_reach() { Reach::EVERY.to_vec() } else { vec![Reach::All] };
        Self { permission, description: permission.description(), reaches }
    }
}

/// List permissions
///
/// What a role can hold: each permission, what it allows, and for which tickets it can be given.
#[utoipa::path(
    get,
    path = "/permissions",
    operation_id = "listPermissions",
    extensions(("x-personal-data" = json!({"none": "the permissions of this program"}))),
    tag = "Roles",
    security(("api_key" = ["roles:read"])),
    responses((status = 200, description = "Every permission", body = PermissionList), ListProblems),
)]
pub async fn list_permissions(session: Session, query: Query) -> Result<Json<PermissionList>, ApiError> {
    session.require(Permission::RolesRead)?;
    query.finish()?;
    Ok(Json(PermissionList { data: Permission::ALL.iter().copied().map(PermissionView::from).collect() }))
}
