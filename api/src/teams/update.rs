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
    openapi::WriteProblems,
    problem::ApiError,
    request::{Body, Conditions, PathText, Session, team_id},
};

/// What is to change. A field that is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamChanges {
    /// What it is called.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    name: Option<Name>,
    /// Exactly these agents are in it.
    #[schema(value_type = Option<Vec<String>>, max_items = 1000)]
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
    params(
        ("id" = String, Path, description = "`tea_…`"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` that you saw: 412 with the changed fields when it is no more"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless for 24 hours", max_length = 255),
    ),
    request_body = TeamChanges,
    responses((status = 200, description = "The team", body = TeamView), WriteProblems),
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
    params(
        ("id" = String, Path, description = "`tea_…`"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` that you saw: 412 with the changed fields when it is no more"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless for 24 hours", max_length = 255),
    ),
    request_body = TeamChanges,
    responses((status = 200, description = "The team", body = TeamView), WriteProblems),
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
