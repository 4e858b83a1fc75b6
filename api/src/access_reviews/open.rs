use std::collections::BTreeSet;

use axum::{extract::State, response::Response};
use chrono::{DateTime, Utc};
use commands::{Permission, access_reviews::OpenReview};
use domain::{
    AccessReviewId,
    access_review::{OpenAccessReview, PrincipalKind},
    text::Name,
};
use projections::{
    access_reviews::AccessReviewView,
    principals::{self, ToReview},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer;
use crate::{
    answer::Written,
    app::App,
    openapi::{CreateProblems, Created, Idempotent, schemas},
    problem::ApiError,
    request::{Body, Conditions, Session},
};

/// A review.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title": "Fourth quarter", "due_at": "2026-12-15T00:00:00Z"}))]
pub struct NewAccessReview {
    /// What it is called.
    #[schema(value_type = schemas::Name)]
    title: Name,
    /// By when it is to be done: within 366 days.
    due_at: DateTime<Utc>,
    /// Whom it is about; everybody when left out.
    #[serde(default)]
    #[schema(value_type = Vec<schemas::PrincipalKind>, required = false)]
    kinds: BTreeSet<PrincipalKind>,
}

/// Open a review of access
///
/// Everybody who can do something at this moment is in it: people and service accounts that are active, keys that open;
/// each with their role and what it allows, second factors, when they were made and last used. It stays as it was at
/// this moment, whatever changes meanwhile.
#[utoipa::path(
    post,
    path = "/access-reviews",
    operation_id = "openAccessReview",
    tag = "Access reviews",
    security(("api_key" = ["security:write"])),
    params(Idempotent),
    request_body = NewAccessReview,
    responses(Created<AccessReviewView>, CreateProblems),
)]
pub async fn open_access_review(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    body: Body<NewAccessReview>,
) -> Result<Response, ApiError> {
    session.require(Permission::SecurityWrite)?;
    let request = conditions.wish(&app, &session, &body.digest);
    let NewAccessReview { title, due_at, kinds } = body.value;
    let kinds = if kinds.is_empty() { PrincipalKind::ALL.into() } else { kinds };
    let store = app.desk.store();
    let (now, as_of_position) = (store.clock().now(), session.log.head().await?.position);
    let ToReview { items, roles } = principals::at(&session.log, as_of_position, now).await?.to_review(&kinds, now);
    let review = OpenAccessReview { title, due_at, kinds, as_of_position, roles, items, now };
    let wish = OpenReview { id: AccessReviewId::new(store.ids().next()), review };
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    let location = format!("/api/access-reviews/{}", receipt.outcome.id);
    answer(&app, &session, &receipt, Written::created(&receipt, location)).await
}
