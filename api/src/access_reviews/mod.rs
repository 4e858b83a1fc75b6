//! `/api/access-reviews`: who can do what, looked at by somebody, kept or taken, with a result that an auditor can verify.

mod close;
mod decide;
mod list;
mod open;
pub mod result;

use domain::AccessReviewId;
use projections::{
    access_reviews::{self, AccessReviewView, Reviewed},
    as_of::Moment,
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
        .routes(routes!(list::list_access_reviews, open::open_access_review))
        .routes(routes!(list::get_access_review))
        .routes(routes!(list::list_access_review_items))
        .routes(routes!(decide::decide_access))
        .routes(routes!(close::close_access_review))
        .routes(routes!(result::get_access_review_result))
}

impl Resource for AccessReviewView {
    fn version(&self) -> u64 {
        self.version
    }
}

fn named(text: &str) -> Result<AccessReviewId, ApiError> {
    text.parse().map_err(|_| ApiError::not_found("access review"))
}

async fn find(app: &App, session: &Session, id: &str) -> Result<Reviewed, ApiError> {
    let now = app.desk.store().clock().now();
    let found = access_reviews::get(&session.log, named(id)?, Moment::Now, now).await?;
    found.ok_or_else(|| ApiError::not_found("access review"))
}

/// The review as the write left it, also whenever it is repeated.
async fn answer(
    app: &App,
    session: &Session,
    receipt: &commands::Receipt,
    written: Written<'_>,
) -> Result<axum::response::Response, ApiError> {
    let visible = app.visible(&session.log, receipt).await;
    let (id, now) = (named(&receipt.outcome.id)?, app.desk.store().clock().now());
    let then = access_reviews::get(&session.log, id, Moment::Position(receipt.position), now).await?;
    Ok(written.with(then.filter(|_| visible).map(|review| review.view).as_ref()))
}
