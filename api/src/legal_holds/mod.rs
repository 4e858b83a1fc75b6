//! `/api/legal-holds`: what must be kept because of a dispute.

mod get;
mod list;
mod place;
mod release;

use domain::LegalHoldId;
use projections::{
    as_of::Moment,
    legal_holds::{self, LegalHoldView},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{answer::Resource, app::App, problem::ApiError, request::Session};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_legal_holds, place::place_legal_hold))
        .routes(routes!(get::get_legal_hold))
        .routes(routes!(release::release_legal_hold))
}

impl Resource for LegalHoldView {
    fn version(&self) -> u64 {
        self.version
    }
}

fn named(text: &str) -> Result<LegalHoldId, ApiError> {
    text.parse().map_err(|_| ApiError::not_found("legal hold"))
}

async fn find(session: &Session, id: LegalHoldId, moment: Moment) -> Result<LegalHoldView, ApiError> {
    let found = legal_holds::get(&session.log, id, moment).await?;
    found.ok_or_else(|| ApiError::not_found("legal hold"))
}
