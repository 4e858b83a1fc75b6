use axum::{extract::State, response::Response};
use commands::retention::DeleteRetentionPolicy;
use domain::Permission;

use super::named;
use crate::{
    answer::Written,
    app::App,
    openapi::{ActProblems, Done, Idempotent, IfMatch, RetentionPolicyPath},
    problem::ApiError,
    request::{Conditions, PathText, Session},
};

/// Delete a retention policy
///
/// From then on it erases nothing. What it erased stays so.
#[utoipa::path(
    delete,
    path = "/retention-policies/{id}",
    operation_id = "deleteRetentionPolicy",
    tag = "Privacy",
    security(("api_key" = ["privacy:write"])),
    params(RetentionPolicyPath, IfMatch, Idempotent),
    responses(Done, ActProblems),
    extensions(("x-personal-data" = json!({"none": "nothing is answered"}))),
)]
pub async fn delete_retention_policy(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
) -> Result<Response, ApiError> {
    session.require(Permission::PrivacyWrite)?;
    session.require_recent()?;
    let request = conditions.wish(&app, &session, &[]);
    let receipt = app.desk.run(&session.log, &request, &DeleteRetentionPolicy(named(&id)?)).await?;
    let visible = app.visible(&session.log, &receipt).await;
    Ok(Written::changed(&receipt).empty(visible))
}
