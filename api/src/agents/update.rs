use axum::{extract::State, response::Response};
use commands::agents::{AgentPatch, UpdateAgent};
use domain::{
    RoleId,
    text::{Email, ExternalId, Name},
};
use projections::agents::AgentView;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer;
use crate::{
    answer::Written,
    app::App,
    openapi::{AgentPath, ChangeProblems, Changed, Idempotent, IfMatch, schemas},
    problem::ApiError,
    request::{Body, Conditions, PathText, Session, not_null, nullable},
};

/// What is to change. A field that is left out stays; null clears it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Eve Moss", "active": true}))]
pub struct AgentChanges {
    /// What they are called.
    #[schema(value_type = Option<schemas::Name>)]
    name: Option<Name>,
    /// Where they read mail; null clears it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::Email>)]
    email: Option<Option<Email>>,
    /// Their id in your system; null clears it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::ExternalId>)]
    external_id: Option<Option<ExternalId>>,
    /// Whether they get work.
    active: Option<bool>,
    /// What they may do: a role that gives nothing that you have not. Takes `roles:write`.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = schemas::RoleId, required = false)]
    role: Option<RoleId>,
}

/// Change an agent
///
/// Partial, like PATCH: what is left out stays as it is.
#[utoipa::path(
    put,
    path = "/agents/{id}",
    operation_id = "updateAgent",
    tag = "Agents",
    security(("api_key" = ["agents:write"])),
    params(
        AgentPath,
        IfMatch,
        Idempotent,
    ),
    request_body = AgentChanges,
    responses(Changed<AgentView>, ChangeProblems),
)]
pub async fn put_agent(
    app: State<App>,
    session: Session,
    conditions: Conditions,
    id: PathText,
    body: Body<AgentChanges>,
) -> Result<Response, ApiError> {
    update(app, session, conditions, id, body).await
}

/// Change an agent
///
/// Partial: what is left out stays as it is.
#[utoipa::path(
    patch,
    path = "/agents/{id}",
    operation_id = "patchAgent",
    tag = "Agents",
    security(("api_key" = ["agents:write"])),
    params(
        AgentPath,
        IfMatch,
        Idempotent,
    ),
    request_body = AgentChanges,
    responses(Changed<AgentView>, ChangeProblems),
)]
pub async fn patch_agent(
    app: State<App>,
    session: Session,
    conditions: Conditions,
    id: PathText,
    body: Body<AgentChanges>,
) -> Result<Response, ApiError> {
    update(app, session, conditions, id, body).await
}

async fn update(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(text): PathText,
    body: Body<AgentChanges>,
) -> Result<Response, ApiError> {
    if body.value.role.is_some() {
        session.require_recent()?;
    }
    let request = conditions.wish(&app, &session, &body.digest);
    let id = super::resolve(&session, &text).await?;
    let AgentChanges { name, email, external_id, active, role } = body.value;
    let wish = UpdateAgent { id, patch: AgentPatch { name, email, external_id, active, role } };
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    answer(&app, &session, &receipt, Written::changed(&receipt)).await
}
