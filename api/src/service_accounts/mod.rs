//! `/api/service-accounts`: whom the keys of programs belong to.

mod create;
mod get;
mod list;
mod update;

use axum::response::Response;
use commands::Receipt;
use domain::ServiceAccountId;
use projections::{
    as_of::Moment,
    service_accounts::{self, ServiceAccountView},
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
    OpenApiRouter::new().routes(routes!(list::list_service_accounts, create::create_service_account)).routes(routes!(
        get::get_service_account,
        update::put_service_account,
        update::patch_service_account
    ))
}

impl Resource for ServiceAccountView {
    fn version(&self) -> u64 {
        self.version
    }
}

fn named(text: &str) -> Result<ServiceAccountId, ApiError> {
    text.parse().map_err(|_| ApiError::not_found("service account"))
}

async fn find(session: &Session, id: ServiceAccountId, moment: Moment) -> Result<ServiceAccountView, ApiError> {
    let found = service_accounts::get(&session.log, id, moment).await?;
    found.ok_or_else(|| ApiError::not_found("service account"))
}

async fn answer(app: &App, session: &Session, receipt: &Receipt, written: Written<'_>) -> Result<Response, ApiError> {
    let id = named(&receipt.outcome.id)?;
    written.folded(app, session, |moment| find(session, id, moment)).await
}
