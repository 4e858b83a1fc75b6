use axum::{extract::State, response::Response};
use domain::Permission;
use projections::service_accounts::{self, ServiceAccountView};

use crate::{
    answer::Paging,
    app::App,
    openapi::{Fresh, ListProblems, Listed, Paged},
    problem::ApiError,
    request::{Query, Session},
};

/// List service accounts, the newest first
#[utoipa::path(
    get,
    path = "/service-accounts",
    operation_id = "listServiceAccounts",
    tag = "API keys",
    security(("api_key" = ["keys:read"])),
    params(
        Paged,
        Fresh,
    ),
    responses(Listed<ServiceAccountView>, ListProblems),
)]
pub async fn list_service_accounts(
    State(app): State<App>,
    session: Session,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::KeysRead)?;
    let paging = Paging::take(&app, &session, "service-accounts", &mut query)?.fresh(&mut query)?;
    query.finish()?;
    let after = paging.after_id()?;
    app.reach(&session.log, paging.min_position).await?;
    let page = service_accounts::list(&session.log, after, paging.limit).await?;
    Ok(paging.answer(&app, page, None))
}
