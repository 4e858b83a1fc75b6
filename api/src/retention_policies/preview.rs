//! What a policy would erase, without erasing it.

use axum::{Json, extract::State};
use domain::{Permission, Rejection, retention_policies::RetentionCriteria};
use projections::{
    as_of::Moment,
    retention_policies::{self, RetentionPreview},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{body::CriteriaBody, find, named};
use crate::{
    app::App,
    openapi::{CreateProblems, Fresh, ReadProblems, RetentionPolicyPath},
    problem::ApiError,
    request::{Body, PathText, Query, Session},
};

/// Tickets that are named.
const NAMED: u32 = 100;

/// Which tickets a policy might be about.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"criteria": {"statuses": ["resolved", "closed"], "older_than_days": 730, "channels": ["import"]}}))]
pub struct RetentionQuestion {
    /// Which tickets.
    criteria: CriteriaBody,
}

/// Ask what a retention policy would erase
///
/// Of criteria that no policy has yet. Nothing is changed: this counts the tickets whose titles, messages, notes and files would
/// be destroyed if a policy with these criteria acted now, and those that a legal hold would keep from it.
#[utoipa::path(
    post,
    path = "/retention-policies/preview",
    operation_id = "previewRetention",
    tag = "Privacy",
    security(("api_key" = ["privacy:read"])),
    request_body = RetentionQuestion,
    responses((status = 200, description = "What it would erase", body = RetentionPreview), CreateProblems),
    extensions(("x-personal-data" = json!({"none": "numbers, and ids of tickets"}))),
)]
pub async fn preview_retention(
    State(app): State<App>,
    session: Session,
    body: Body<RetentionQuestion>,
) -> Result<Json<RetentionPreview>, ApiError> {
    session.require(Permission::PrivacyRead)?;
    let criteria = body.value.criteria.criteria();
    criteria.check().map_err(|error| {
        ApiError::invalid_field(error.pointer().unwrap_or_default(), error.code(), error.to_string())
    })?;
    preview(&app, &session, &criteria).await
}

/// Preview a retention policy
///
/// What it would erase if it acted now, whether it is enabled or not. Nothing is changed.
#[utoipa::path(
    get,
    path = "/retention-policies/{id}/preview",
    operation_id = "previewRetentionPolicy",
    tag = "Privacy",
    security(("api_key" = ["privacy:read"])),
    params(RetentionPolicyPath, Fresh),
    responses((status = 200, description = "What it would erase", body = RetentionPreview), ReadProblems),
    extensions(("x-personal-data" = json!({"none": "numbers, and ids of tickets"}))),
)]
pub async fn preview_retention_policy(
    State(app): State<App>,
    session: Session,
    PathText(id): PathText,
    mut query: Query,
) -> Result<Json<RetentionPreview>, ApiError> {
    session.require(Permission::PrivacyRead)?;
    let min_position = query.position("min_position")?;
    query.finish()?;
    app.reach(&session.log, min_position).await?;
    let policy = find(&session, named(&id)?, Moment::Now).await?;
    preview(&app, &session, &policy.wanted).await
}

async fn preview(
    app: &App,
    session: &Session,
    criteria: &RetentionCriteria,
) -> Result<Json<RetentionPreview>, ApiError> {
    let now = app.desk.store().clock().now();
    Ok(Json(retention_policies::preview(&session.log, criteria, now, NAMED).await?))
}
