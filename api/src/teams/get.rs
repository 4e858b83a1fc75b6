use axum::{extract::State, response::Response};
use commands::Permission;
use projections::teams::TeamView;

use super::find;
use crate::{
    answer::shown,
    app::App,
    openapi::ClientProblems,
    problem::ApiError,
    request::{Conditions, PathText, Query, Session, team_id},
};

/// Get a team
#[utoipa::path(
    get,
    path = "/teams/{id}",
    operation_id = "getTeam",
    tag = "Teams",
    params(
        ("id" = String, Path, description = "`tea_…`"),
        ("min_position" = Option<u64>, Query, description = "Answer only once the lists have come to this position of the log"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` that you have: 304 when it is still so"),
    ),
    responses(
        (status = 200, description = "The team", body = TeamView),
        (status = 304, description = "It is as you have it"),
        ClientProblems,
    ),
)]
pub async fn get_team(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::AgentsRead)?;
    let min_position = query.parsed("min_position")?;
    query.finish()?;
    app.reach(&session.log, min_position).await?;
    Ok(shown(&find(&session, team_id(&id)?).await?, &conditions))
}
