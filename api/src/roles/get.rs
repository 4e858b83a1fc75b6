use axum::{extract::State, response::Response};
use commands::Permission;
use projections::{as_of::Moment, roles::RoleView};

use super::{find, missing};
use crate::{
    answer::shown,
    app::App,
    openapi::{Fresh, IfNoneMatch, ReadProblems, RolePath, Shown},
    problem::ApiError,
    request::{Conditions, PathText, Query, Session},
};

/// Get a role
#[utoipa::path(
    get,
    path = "/roles/{id}",
    operation_id = "getRole",
    tag = "Roles",
    security(("api_key" = ["roles:read"])),
    params(RolePath, Fresh, IfNoneMatch),
    responses(Shown<RoleView>, ReadProblems),
)]
pub async fn get_role(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::RolesRead)?;
    let min_position = query.position("min_position")?;
    query.finish()?;
    app.reach(&session.log, min_position).await?;
    let role = find(&session, id.parse().map_err(|_| missing())?, Moment::Now).await?;
    Ok(shown(&role, &conditions))
}
