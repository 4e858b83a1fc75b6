use axum::{Json, extract::State, response::Response};
use commands::Permission;
use domain::SessionId;

use super::{find, resolve};
use crate::{
    answer::Written,
    app::App,
    openapi::{ActProblems, AgentPath, Done, Idempotent, OneSession, ReadProblems},
    problem::ApiError,
    request::{Conditions, PathText, PathTexts, Query, Session, agent_ref},
    sessions::{SessionList, SessionView},
};

/// List an agent's sessions
#[utoipa::path(
    get,
    path = "/agents/{id}/sessions",
    operation_id = "listAgentSessions",
    tag = "Agents",
    security(("api_key" = ["security:read"])),
    params(AgentPath),
    responses((status = 200, description = "Their open sessions", body = SessionList), ReadProblems),
)]
pub async fn list_agent_sessions(
    State(app): State<App>,
    session: Session,
    PathText(id): PathText,
    query: Query,
) -> Result<Json<SessionList>, ApiError> {
    session.require(Permission::SecurityRead)?;
    query.finish()?;
    let agent = find(&session, &agent_ref(&id)?).await?.id.parse().map_err(|_| ApiError::not_found("agent"))?;
    let sessions = app.desk.sessions_of(&session.log, agent).await?;
    let data = sessions.into_iter().map(|record| SessionView::new(record, session.person.as_ref())).collect();
    Ok(Json(SessionList { data }))
}

/// Log an agent out everywhere
///
/// Of an agent who may more than you, no.
#[utoipa::path(
    delete,
    path = "/agents/{id}/sessions",
    operation_id = "endAgentSessions",
    tag = "Agents",
    security(("api_key" = ["security:write"])),
    params(AgentPath, Idempotent),
    responses(Done, ActProblems),
)]
pub async fn end_agent_sessions(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
) -> Result<Response, ApiError> {
    end(&app, &session, &conditions, &id, None).await
}

/// End one of an agent's sessions
///
/// Of an agent who may more than you, no.
#[utoipa::path(
    delete,
    path = "/agents/{id}/sessions/{session_id}",
    operation_id = "endAgentSession",
    tag = "Agents",
    security(("api_key" = ["security:write"])),
    params(OneSession, Idempotent),
    responses(Done, ActProblems),
)]
pub async fn end_agent_session(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathTexts(id, which): PathTexts,
) -> Result<Response, ApiError> {
    session.require(Permission::SecurityWrite)?;
    let which = which.parse().map_err(|_| ApiError::not_found("session"))?;
    end(&app, &session, &conditions, &id, Some(which)).await
}

async fn end(
    app: &App,
    session: &Session,
    conditions: &Conditions,
    id: &str,
    which: Option<SessionId>,
) -> Result<Response, ApiError> {
    session.require(Permission::SecurityWrite)?;
    let request = conditions.wish(app, session, &[]);
    let agent = resolve(session, id).await?;
    let receipt = app.desk.end_session_of(&session.log, &request, agent, which).await?;
    Ok(Written::changed(&receipt).empty(app.visible(&session.log, &receipt).await))
}

/// Take an agent's second factors
///
/// For somebody who lost them: all second factors and recovery codes go, and their sessions end. They log in with their
/// password alone, and add others. Of an agent who may more than you, no.
#[utoipa::path(
    delete,
    path = "/agents/{id}/factors",
    operation_id = "resetAgentFactors",
    tag = "Agents",
    security(("api_key" = ["security:write"])),
    params(AgentPath, Idempotent),
    responses(Done, ActProblems),
)]
pub async fn reset_agent_factors(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
) -> Result<Response, ApiError> {
    session.require(Permission::SecurityWrite)?;
    session.require_recent()?;
    let request = conditions.wish(&app, &session, &[]);
    let agent = resolve(&session, &id).await?;
    let receipt = app.desk.reset_factors(&session.log, &request, agent).await?;
    Ok(Written::changed(&receipt).empty(app.visible(&session.log, &receipt).await))
}
