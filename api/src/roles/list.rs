use axum::{Json, extract::State};
use commands::Permission;
use projections::{
    as_of::Moment,
    roles::{self, RoleView},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    openapi::{Fresh, ListProblems},
    problem::ApiError,
    request::{Query, Session},
};

/// Every role.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleList {
    /// Those that come with the product, then your own by name.
    data: Vec<RoleView>,
}

/// List roles
///
/// What whoever has each may do, for which tickets, and how many agents have it.
#[utoipa::path(
    get,
    path = "/roles",
    operation_id = "listRoles",
    tag = "Roles",
    security(("api_key" = ["roles:read"])),
    params(Fresh),
    responses((status = 200, description = "Every role", body = RoleList), ListProblems),
)]
pub async fn list_roles(
    State(app): State<App>,
    session: Session,
    mut query: Query,
) -> Result<Json<RoleList>, ApiError> {
    session.require(Permission::RolesRead)?;
    let min_position = query.position("min_position")?;
    query.finish()?;
    app.reach(&session.log, min_position).await?;
    let tx = session.log.begin().await?;
    let holders = roles::holders(&tx).await?;
    tx.end();
    Ok(Json(RoleList { data: roles::at(&session.log, Moment::Now).await?.all(&holders) }))
}
