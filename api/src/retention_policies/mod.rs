//! `/api/retention-policies`: what was said in tickets goes once its time is over.

mod body;
mod create;
mod delete;
mod get;
mod list;
mod preview;
mod update;

use domain::RetentionPolicyId;
use projections::{
    as_of::Moment,
    retention_policies::{self, RetentionPolicyView},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{answer::Resource, app::App, problem::ApiError, request::Session};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_retention_policies, create::create_retention_policy))
        .routes(routes!(preview::preview_retention))
        .routes(routes!(get::get_retention_policy, update::patch_retention_policy, delete::delete_retention_policy))
        .routes(routes!(preview::preview_retention_policy))
}

impl Resource for RetentionPolicyView {
    fn version(&self) -> u64 {
        self.version
    }
}

fn named(text: &str) -> Result<RetentionPolicyId, ApiError> {
    text.parse().map_err(|_| ApiError::not_found("retention policy"))
}

async fn find(session: &Session, id: RetentionPolicyId, moment: Moment) -> Result<RetentionPolicyView, ApiError> {
    let found = retention_policies::get(&session.log, id, moment).await?;
    found.ok_or_else(|| ApiError::not_found("retention policy"))
}
