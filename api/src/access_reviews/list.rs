use axum::{extract::State, response::Response};
use commands::Permission;
use domain::access_review::PrincipalKind;
use projections::{
    access_reviews::{self, AccessReviewView, ReviewItemView},
    as_of::Moment,
};

use super::find;
use crate::{
    answer::{Paging, shown},
    app::App,
    openapi::{AccessReviewPath, Fresh, IfNoneMatch, ListProblems, Listed, Paged, ReadProblems, Shown},
    problem::ApiError,
    request::{Conditions, PathText, Query, Session},
};

/// List reviews of access, the newest first
#[utoipa::path(
    get,
    path = "/access-reviews",
    operation_id = "listAccessReviews",
    tag = "Access reviews",
    security(("api_key" = ["security:read"])),
    params(Paged, Fresh),
    responses(Listed<AccessReviewView>, ListProblems),
)]
pub async fn list_access_reviews(
    State(app): State<App>,
    session: Session,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::SecurityRead)?;
    let paging = Paging::take(&app, &session, "access-reviews", &mut query)?.fresh(&mut query)?;
    query.finish()?;
    app.reach(&session.log, paging.min_position).await?;
    let (after, now) = (paging.after_id()?, app.desk.store().clock().now());
    let page = access_reviews::list(&session.log, Moment::Now, now, after, paging.limit).await?;
    Ok(paging.answer(&app, page, None))
}

/// Get a review of access
#[utoipa::path(
    get,
    path = "/access-reviews/{id}",
    operation_id = "getAccessReview",
    tag = "Access reviews",
    security(("api_key" = ["security:read"])),
    params(AccessReviewPath, IfNoneMatch),
    responses(Shown<AccessReviewView>, ReadProblems),
)]
pub async fn get_access_review(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::SecurityRead)?;
    query.finish()?;
    Ok(shown(&find(&app, &session, &id).await?.view, &conditions))
}

/// List who is in a review
///
/// By kind and id. People are shown to those who have `agents:read`, service accounts and keys to those who have
/// `keys:read`.
#[utoipa::path(
    get,
    path = "/access-reviews/{id}/items",
    operation_id = "listAccessReviewItems",
    tag = "Access reviews",
    security(("api_key" = ["security:read"])),
    params(
        AccessReviewPath,
        Paged,
        Fresh,
        ("filter[undecided]" = Option<bool>, Query, description = "`true`: only those whom nobody decided about"),
    ),
    responses(Listed<ReviewItemView>, ReadProblems),
)]
pub async fn list_access_review_items(
    State(app): State<App>,
    session: Session,
    PathText(id): PathText,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::SecurityRead)?;
    let path = format!("access-reviews/{id}/items");
    let paging = Paging::take(&app, &session, &path, &mut query)?.fresh(&mut query)?;
    let undecided = query.flag("filter[undecided]")?.unwrap_or(false);
    query.finish()?;
    app.reach(&session.log, paging.min_position).await?;
    let review = find(&app, &session, &id).await?;
    let kinds: Vec<PrincipalKind> =
        PrincipalKind::ALL.into_iter().filter(|kind| session.caller.permissions.allow(right_to_see(*kind))).collect();
    let after = paging.after_id()?;
    let page = access_reviews::items(&session.log, &review.result, &kinds, undecided, after, paging.limit).await?;
    Ok(paging.answer(&app, page, None))
}

/// What it takes to be told of somebody.
pub(super) fn right_to_see(kind: PrincipalKind) -> Permission {
    match kind {
        PrincipalKind::Agent => Permission::AgentsRead,
        PrincipalKind::ServiceAccount | PrincipalKind::ApiKey => Permission::KeysRead,
    }
}
