use axum::{extract::State, response::Response};
use commands::retention::UpdateRetentionPolicy;
use domain::{Permission, text::Name};
use projections::retention_policies::RetentionPolicyView;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{body::CriteriaBody, find, named};
use crate::{
    answer::Written,
    app::App,
    openapi::{ChangeProblems, Changed, Idempotent, IfMatch, RetentionPolicyPath, schemas},
    problem::ApiError,
    request::{Body, Conditions, PathText, Session},
};

/// What is to change. A field that is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Closed for long"}))]
pub struct RetentionPolicyChanges {
    /// What it is called. It stays in your event log as it is: name no persons.
    #[schema(value_type = Option<schemas::Name>)]
    name: Option<Name>,
    /// Exactly these tickets. Of a policy that is enabled, this takes `privacy:erase`, too.
    criteria: Option<CriteriaBody>,
    /// Whether it acts. To have it act takes `privacy:erase`, too.
    enabled: Option<bool>,
}

/// Change a retention policy
///
/// One that is enabled, or is about other tickets than before, erases nothing for a day: see `acts_from`, and ask meanwhile what
/// it would do (`GET /api/retention-policies/{id}/preview`). To have it act, or to change what one acts on, takes
/// `privacy:erase` beside `privacy:write`.
#[utoipa::path(
    patch,
    path = "/retention-policies/{id}",
    operation_id = "patchRetentionPolicy",
    tag = "Privacy",
    security(("api_key" = ["privacy:write"])),
    params(RetentionPolicyPath, IfMatch, Idempotent),
    request_body = RetentionPolicyChanges,
    responses(Changed<RetentionPolicyView>, ChangeProblems),
    extensions(("x-personal-data" = json!({"none": "a rule, and numbers"}))),
)]
pub async fn patch_retention_policy(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    body: Body<RetentionPolicyChanges>,
) -> Result<Response, ApiError> {
    session.require(Permission::PrivacyWrite)?;
    session.require_recent()?;
    let request = conditions.wish(&app, &session, &body.digest);
    let id = named(&id)?;
    let RetentionPolicyChanges { name, criteria, enabled } = body.value;
    let wish = UpdateRetentionPolicy { id, name, criteria: criteria.map(CriteriaBody::criteria), enabled };
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    Written::changed(&receipt).folded(&app, &session, |moment| find(&session, id, moment)).await
}
