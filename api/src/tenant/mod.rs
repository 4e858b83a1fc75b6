//! `/api/tenant`: the caller's own tenant; `/api/calendars` and `/api/sla-policies`: what it works by.

mod branding;
mod get;
mod hosts;
mod schedules;
mod update;
mod wish;

use projections::{
    as_of::Moment,
    tenant::{self, TenantView},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{Resource, Written},
    app::App,
    problem::ApiError,
    request::Session,
};

pub use hosts::{Addressed, OwnDomain, addressed, bare};
pub use wish::hours;

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get::get_tenant, update::put_tenant, update::patch_tenant))
        .routes(routes!(branding::get_branding))
        .routes(routes!(schedules::list_calendars))
        .routes(routes!(schedules::list_sla_policies))
}

impl Resource for TenantView {
    fn version(&self) -> u64 {
        self.version
    }
}

async fn find(session: &Session, moment: Moment) -> Result<TenantView, ApiError> {
    tenant::get(&session.log, moment).await?.ok_or_else(|| ApiError::not_found("tenant"))
}

async fn answer(
    app: &App,
    session: &Session,
    receipt: &commands::Receipt,
) -> Result<axum::response::Response, ApiError> {
    Written::changed(receipt).folded(app, session, |moment| find(session, moment)).await
}
