use axum::{extract::State, response::Response};
use domain::Permission;
use projections::{as_of::Moment, service_accounts::ServiceAccountView};

use super::{find, named};
use crate::{
    answer::shown,
    app::App,
    openapi::{Fresh, IfNoneMatch, ReadProblems, ServiceAccountPath, Shown},
    problem::ApiError,
    request::{Conditions, PathText, Query, Session},
};

/// Get a service account
#[utoipa::path(
    get,
    path = "/service-accounts/{id}",
    operation_id = "getServiceAccount",
    tag = "API keys",
    security(("api_key" = ["keys:read"])),
    params(
        ServiceAccountPath,
        Fresh,
        IfNoneMatch,
    ),
    responses(Shown<ServiceAccountView>, ReadProblems),
)]
pub async fn get_service_account(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::KeysRead)?;
    let min_position = query.position("min_position")?;
    query.finish()?;
    app.reach(&session.log, min_position).await?;
    Ok(shown(&find(&session, named(&id)?, Moment::Now).await?, &conditions))
}
