use axum::{extract::State, response::Response};
use commands::Permission;
use projections::agents::AgentView;

use super::find;
use crate::{
    answer::shown,
    app::App,
    openapi::{AgentPath, Fresh, IfNoneMatch, ReadProblems, Shown},
    problem::ApiError,
    request::{Conditions, PathText, Query, Session, agent_ref},
};

/// Get an agent
#[utoipa::path(
    get,
    path = "/agents/{id}",
    operation_id = "getAgent",
    tag = "Agents",
    security(("api_key" = ["agents:read"])),
    params(
        AgentPath,
        Fresh,
        IfNoneMatch,
    ),
    responses(Shown<AgentView>, ReadProblems),
)]
pub async fn get_agent(
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
    Ok(shown(&find(&session, &agent_ref(&id)?).await?, &conditions))
}
