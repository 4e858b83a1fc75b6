use axum::{extract::State, response::Response};
use commands::Permission;
use projections::teams::TeamView;

use super::find;
use crate::{
    answer::shown,
    app::App,
    openapi::{Fresh, IfNoneMatch, ReadProblems, Shown, TeamPath},
    problem::ApiError,
    request::{Conditions, PathText, Query, Session, team_id},
};

/// Get a team
#[utoipa::path(
    get,
    path = "/teams/{id}",
    operation_id = "getTeam",
    tag = "Teams",
    security(("api_key" = ["agents:read"])),
    params(
        TeamPath,
        Fresh,
        IfNoneMatch,
    ),
    responses(Shown<TeamView>, ReadProblems),
)]
pub async fn get_team(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::AgentsRead)?;
    let min_position = query.position("min_position")?;
    query.finish()?;
    app.reach(&session.log, min_position).await?;
    Ok(shown(&find(&session, team_id(&id)?).await?, &conditions))
}
