use std::collections::BTreeSet;

use axum::{extract::State, response::Response};
use commands::teams::CreateTeam;
use domain::{AgentId, TeamId, text::Name};
use projections::teams::TeamView;
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

/// A new team.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Second line"}))]
pub struct NewTeam {
    /// What it is called; unique, whatever the case.
    #[schema(value_type = schemas::Name)]
    name: Name,
    /// The agents who are in it.
    #[serde(default)]
    #[schema(value_type = Vec<schemas::AgentId>, max_items = 1000)]
    member_ids: BTreeSet<AgentId>,
}

/// Create a team
#[utoipa::path(
    post,
    path = "/teams",
    operation_id = "createTeam",
    tag = "Teams",
    security(("api_key" = ["agents:write"])),
    params(Idempotent),
    request_body = NewTeam,
    responses(Created<TeamView>, CreateProblems),
)]
pub async fn create_team(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    body: Body<NewTeam>,
) -> Result<Response, ApiError> {
    let request = conditions.wish(&app, &session, &body.digest);
    let id = TeamId::new(app.desk.store().ids().next());
    let wish = CreateTeam { id, name: body.value.name, members: body.value.member_ids };
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    let location = format!("/api/teams/{}", receipt.outcome.id);
    answer(&app, &session, &receipt, Written::created(&receipt, location)).await
}
