//! `/api/views`: questions to the list of tickets, kept under names.

mod count;
mod create;
mod delete;
mod get;
mod list;
mod question;
mod update;

use axum::http::StatusCode;
use domain::ViewId;
use projections::{
    as_of::Moment,
    saved_views::{self, ViewView},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{answer::Resource, app::App, problem::ApiError, request::Session};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list::list_views, create::create_view)).routes(routes!(
        get::get_view,
        update::patch_view,
        delete::delete_view
    ))
}

impl Resource for ViewView {
    fn version(&self) -> u64 {
        self.version
    }
}

/// A view, whoever sees it.
async fn find(session: &Session, id: &str, moment: Moment) -> Result<ViewView, ApiError> {
    saved_views::get(&session.log, id, moment).await?.ok_or_else(|| ApiError::not_found("view"))
}

/// The id of a view that can be changed.
fn named(text: &str) -> Result<ViewId, ApiError> {
    if saved_views::is_built_in(text) {
        let detail = "this view comes with the product and stays as it is: save one of your own with POST /api/views";
        return Err(ApiError::new(StatusCode::CONFLICT, "view_built_in", detail));
    }
    text.parse().map_err(|_| ApiError::not_found("view"))
}
