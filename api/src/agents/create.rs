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
    openapi::{CreateProblems, Created, Idempotent, schemas},
    problem::ApiError,
    request::{Body, Conditions, Session},
};

/// A new agent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Eve Miller", "email": "eve@acme.com", "external_id": "HR-7"}))]
pub struct NewAgent {
    /// What they are called.
    #[schema(value_type = schemas::Name)]
    name: Name,
    /// Where they read mail; unique, whatever the case.
    #[schema(value_type = Option<schemas::Email>)]
    email: Option<Email>,
    /// Their id in your system, unique.
    #[schema(value_type = Option<schemas::ExternalId>)]
    external_id: Option<ExternalId>,
}

/// Create an agent
#[utoipa::path(
    post,
    path = "/agents",
    operation_id = "createAgent",
    tag = "Agents",
    security(("api_key" = ["agents:write"])),
    params(Idempotent),
    request_body = NewAgent,
    responses(Created<AgentView>, CreateProblems),
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
