use axum::{extract::State, response::Response};
use domain::{Permission, RetentionPolicyId, retention_policies::CreateRetentionPolicy, text::Name};
use projections::retention_policies::{self, RetentionPolicyView};
use serde::Deserialize;
use utoipa::ToSchema;

use super::body::CriteriaBody;
use crate::{
    answer::Written,
    app::App,
    openapi::{CreateProblems, Created, Idempotent, schemas},
    problem::ApiError,
    request::{Body, Conditions, Session},
};

/// A new retention policy.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Closed for three years", "criteria": {"statuses": ["closed"], "older_than_days": 1095}}))]
pub struct NewRetentionPolicy {
    /// What it is called. It stays in your event log as it is: name no persons.
    #[schema(value_type = schemas::Name)]
    name: Name,
    /// Which tickets it is about.
    criteria: CriteriaBody,
}

/// Make a retention policy
///
/// It does nothing until it is enabled (`PATCH`), and then a day later: ask before what it would do
/// (`GET /api/retention-policies/{id}/preview`). At most 50 are kept.
#[utoipa::path(
    post,
    path = "/retention-policies",
    operation_id = "createRetentionPolicy",
    tag = "Privacy",
    security(("api_key" = ["privacy:write"])),
    params(Idempotent),
    request_body = NewRetentionPolicy,
    responses(Created<RetentionPolicyView>, CreateProblems),
    extensions(("x-personal-data" = json!({"none": "a rule"}))),
)]
pub async fn create_retention_policy(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    body: Body<NewRetentionPolicy>,
) -> Result<Response, ApiError> {
    session.require(Permission::PrivacyWrite)?;
    session.require_recent()?;
    let request = conditions.wish(&app, &session, &body.digest);
    let policy = RetentionPolicyId::new(app.desk.store().ids().next());
    let NewRetentionPolicy { name, criteria } = body.value;
    let wish = CreateRetentionPolicy { policy, name, criteria: criteria.criteria() };
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    let visible = app.visible(&session.log, &receipt).await;
    // Where this wish is recorded is the policy that it made, the first time and whenever it is repeated.
    let made = retention_policies::made_at(&session.log, receipt.position).await?;
    let id = made.as_ref().map_or_else(|| policy.to_string(), |made| made.id.clone());
    let location = format!("/api/retention-policies/{id}");
    Ok(Written::created(&receipt, location).with(made.as_ref().filter(|_| visible)))
}
