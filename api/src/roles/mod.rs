//! `/api/roles` and `/api/permissions`: what agents may do.

mod body;
mod create;
mod delete;
mod get;
mod list;
mod permissions;
mod preview;
mod update;

use domain::{CustomRoleId, role::RoleId};
use projections::{
    as_of::Moment,
    roles::{self, RoleView},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{Resource, Written},
    app::App,
    problem::ApiError,
    request::Session,
};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_roles, create::create_role))
        .routes(routes!(get::get_role, update::update_role, delete::delete_role))
        .routes(routes!(preview::preview_role))
        .routes(routes!(permissions::list_permissions))
}

impl Resource for RoleView {
    fn version(&self) -> u64 {
        self.version
    }
}

fn missing() -> ApiError {
    ApiError::not_found("role")
}

/// The role of the tenant's own that the URL names.
fn own(text: &str) -> Result<CustomRoleId, ApiError> {
    match text.parse().map_err(|_| missing())? {
        RoleId::Custom(id) => Ok(id),
        RoleId::BuiltIn(_) => {
            let detail = "this role comes with the product and stays as it is: make one of your own";
            Err(ApiError::new(axum::http::StatusCode::CONFLICT, "role_built_in", detail))
        }
    }
}

async fn find(session: &Session, id: RoleId, moment: Moment) -> Result<RoleView, ApiError> {
    let tx = session.log.begin().await?;
    let (agents, _) = roles::holders_of(&tx, id, 1).await?;
    tx.end();
    roles::at(&session.log, moment).await?.view(id, agents).ok_or_else(missing)
}

/// Answers a write with the role as it is now.
async fn answer(
    app: &App,
    session: &Session,
    id: CustomRoleId,
    written: Written<'_>,
) -> Result<axum::response::Response, ApiError> {
    written.folded(app, session, |moment| find(session, RoleId::Custom(id), moment)).await
}
