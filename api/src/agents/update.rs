use axum::{extract::State, response::Response};
use commands::agents::{AgentPatch, UpdateAgent};
use domain::text::{Email, ExternalId, Name};
use projections::agents::AgentView;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer;
use crate::{
    answer::Written,
    app::App,
    openapi::WriteProblems,
    problem::ApiError,
    request::{Body, Conditions, Named, PathText, Session, agent_ref, nullable},
};

/// What is to change. A field that is left out stays; null clears it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentChanges {
    /// What they are called.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    name: Option<Name>,
    /// Where they read mail; null clears it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, format = "email", max_length = 254)]
    email: Option<Option<Email>>,
    /// Their id in your system; null clears it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, max_length = 200)]
    external_id: Option<Option<ExternalId>>,
    /// Whether they get work.
    active: Option<bool>,
}

/// Change an agent
///
/// Partial, like PATCH: what is left out stays as it is.
#[utoipa::path(
    put,
    path = "/agents/{id}",
    operation_id = "updateAgent",
    tag = "Agents",
    params(
        ("id" = String, Path, description = "`agt_…` or `external:` and their id in your system"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` that you saw: 412 with the changed fields when it is no more"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless for 24 hours", max_length = 255),
    ),
    request_body = AgentChanges,
    responses((status = 200, description = "The agent", body = AgentView), WriteProblems),
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
    params(
        ("id" = String, Path, description = "`agt_…` or `external:` and their id in your system"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` that you saw: 412 with the changed fields when it is no more"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless for 24 hours", max_length = 255),
    ),
    request_body = AgentChanges,
    responses((status = 200, description = "The agent", body = AgentView), WriteProblems),
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
    let request = conditions.wish(&app, &session, &body.digest);
    let named = agent_ref(&text)?;
    let id = match named {
        Named::Id(id) => id,
        Named::External(_) => {
            super::find(&session, &named).await?.id.parse().map_err(|_| ApiError::not_found("agent"))?
        }
    };
    let AgentChanges { name, email, external_id, active } = body.value;
    let wish = UpdateAgent { id, patch: AgentPatch { name, email, external_id, active } };
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    answer(&app, &session, &receipt, Written::changed(&receipt)).await
}
