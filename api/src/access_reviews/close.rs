use axum::{extract::State, response::Response};
use commands::{Permission, access_reviews::CloseReview};
use projections::access_reviews::AccessReviewView;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{answer, named};
use crate::{
    answer::Written,
    app::App,
    openapi::{AccessReviewPath, ChangeProblems, Changed, Idempotent},
    problem::ApiError,
    request::{Body, Conditions, PathText, Session},
};

/// The end of a review.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"leave_undecided": true}))]
pub struct AccessReviewEnd {
    /// Whether it ends although nobody decided about some; the result says so. `false` when left out.
    #[serde(default)]
    #[schema(required = false)]
    leave_undecided: bool,
}

/// Close a review
///
/// It stays as it is from then on. The event that closes it has the SHA-256 of its result, in JSON and in CSV, and is sealed
/// with the rest of your event log.
#[utoipa::path(
    post,
    path = "/access-reviews/{id}/close",
    operation_id = "closeAccessReview",
    tag = "Access reviews",
    security(("api_key" = ["security:write"])),
    params(AccessReviewPath, Idempotent),
    request_body = AccessReviewEnd,
    responses(Changed<AccessReviewView>, ChangeProblems),
)]
pub async fn close_access_review(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    body: Body<AccessReviewEnd>,
) -> Result<Response, ApiError> {
    session.require(Permission::SecurityWrite)?;
    session.require_recent()?;
    let request = conditions.wish(&app, &session, &body.digest);
    let wish = CloseReview { review: named(&id)?, leave_undecided: body.value.leave_undecided };
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    answer(&app, &session, &receipt, Written::changed(&receipt)).await
}
