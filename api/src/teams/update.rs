use std::collections::BTreeSet;

use axum::{extract::State, response::Response};
use commands::teams::UpdateTeam;
use domain::{AgentId, text::Name};
use projections::teams::TeamView;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer;
use crate::{
    answer::Written,
    app::App,
    openapi::{ChangeProblems, Changed, Idempotent, IfMatch, TeamPath, schemas},
    problem::ApiError,
    request::{Body, Conditions, PathText, Session, team_id},
};

/// What is to change. A field that is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Third line"}))]
pub struct TeamChanges {
    /// What it is called.
    #[schema(value_type = Option<schemas::Name>)]
    name: Option<Name>,
    /// Exactly these agents are in it.
    #[schema(value_type = Option<Vec<schemas::AgentId>>, max_items = 1000)]
    member_ids: Option<BTreeSet<AgentId>>,
}

/// Change a team
///
/// Partial, like PATCH: what is left out stays as it is.
#[utoipa::path(
    put,
    path = "/teams/{id}",
    operation_id = "updateTeam",
    tag = "Teams",
    security(("api_key" = ["agents:write"])),
    params(
        TeamPath,
        IfMatch,
        Idempotent,
    ),
    request_body = TeamChanges,
    responses(Changed<TeamView>, ChangeProblems),
)]
pub async fn put_team(
    app: State<App>,
    session: Session,
    conditions: Conditions,
    id: PathText,
    body: Body<TeamChanges>,
) -> Result<Response, ApiError> {
    update(app, session, conditions, id, body).await
}

/// Change a team
///
/// Partial: what is left out stays as it is.
#[utoipa::path(
    patch,
    path = "/teams/{id}",
    operation_id = "patchTeam",
    tag = "Teams",
    security(("api_key" = ["agents:write"])),
    params(
        TeamPath,
        IfMatch,
        Idempotent,
    ),
    request_body = TeamChanges,
    responses(Changed<TeamView>, ChangeProblems),
)]
pub async fn patch_team(
    app: State<App>,
    session: Session,
    conditions: Conditions,
    id: PathText,
    body: Body<TeamChanges>,
) -> Result<Response, ApiError> {
    update(app, session, conditions, id, body).await
}

async fn update(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    body: Body<TeamChanges>,
) -> Result<Response, ApiError> {
    let request = conditions.wish(&app, &session, &body.digest);
    let wish = UpdateTeam { id: team_id(&id)?, name: body.value.name, members: body.value.member_ids };
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    answer(&app, &session, &receipt, Written::changed(&receipt)).await
}
