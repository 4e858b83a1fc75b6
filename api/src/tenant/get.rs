use axum::{extract::State, response::Response};
use commands::Permission;
use projections::{as_of::Moment, tenant::TenantView};

use super::find;
use crate::{
    answer::shown,
    app::App,
    openapi::{Fresh, IfNoneMatch, ReadProblems, Shown},
    problem::ApiError,
    request::{Conditions, Query, Session},
};

/// Get the tenant
#[utoipa::path(
    get,
    path = "/tenant",
    operation_id = "getTenant",
    tag = "Tenant",
    security(("api_key" = ["settings:read"])),
    params(
        Fresh,
        IfNoneMatch,
    ),
    responses(Shown<TenantView>, ReadProblems),
)]
pub async fn get_tenant(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::SettingsRead)?;
    let min_position = query.position("min_position")?;
    query.finish()?;
    app.reach(&session.log, min_position).await?;
    Ok(shown(&find(&session, Moment::Now).await?, &conditions))
}
