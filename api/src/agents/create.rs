use axum::{extract::State, response::Response};
use commands::agents::CreateAgent;
use domain::{
    AgentId,
    agent::CreateAgent as New,
    text::{Email, ExternalId, Name},
};
use projections::agents::AgentView;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer;
use crate::{
    answer::Written,
    app::App,
    openapi::WriteProblems,
    problem::ApiError,
    request::{Body, Conditions, Session},
};

/// A new agent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAgent {
    /// What they are called.
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "Eve Miller")]
    name: Name,
    /// Where they read mail; unique, whatever the case.
    #[schema(value_type = Option<String>, format = "email", max_length = 254, example = "eve@acme.example")]
    email: Option<Email>,
    /// Their id in your system, unique.
    #[schema(value_type = Option<String>, max_length = 200)]
    external_id: Option<ExternalId>,
}

/// Create an agent
#[utoipa::path(
    post,
    path = "/agents",
    operation_id = "createAgent",
    tag = "Agents",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless for 24 hours", max_length = 255)),
    request_body = NewAgent,
    responses((status = 201, description = "The agent", body = AgentView), WriteProblems),
)]
pub async fn create_agent(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    body: Body<NewAgent>,
) -> Result<Response, ApiError> {
    let request = conditions.wish(&app, &session, &body.digest);
    let NewAgent { name, email, external_id } = body.value;
    let id = AgentId::new(app.desk.store().ids().next());
    let wish = CreateAgent(New { id, name, email, external_id });
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    let location = format!("/api/agents/{}", receipt.outcome.id);
    answer(&app, &session, &receipt, Written::created(&receipt, location)).await
}
