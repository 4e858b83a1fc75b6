//! `/api/agents`.

mod create;
mod erase;
mod export;
mod get;
mod list;
mod sessions;
mod update;

use commands::Permission;
use domain::AgentId;
use projections::{
    agents::{self, AgentKey, AgentView},
    as_of::{self, Moment},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{Resource, Written},
    app::App,
    problem::ApiError,
    request::{Named, Session, agent_ref},
};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_agents, create::create_agent))
        .routes(routes!(get::get_agent, update::put_agent, update::patch_agent))
        .routes(routes!(erase::erase_agent))
        .routes(routes!(export::export_agent))
        .routes(routes!(sessions::list_agent_sessions, sessions::end_agent_sessions))
        .routes(routes!(sessions::end_agent_session))
        .routes(routes!(sessions::reset_agent_factors))
}

impl Resource for AgentView {
    fn version(&self) -> u64 {
        self.version
    }
}

async fn find(session: &Session, named: &Named<AgentId>) -> Result<AgentView, ApiError> {
    let key = match named {
        Named::Id(id) => AgentKey::Id(*id),
        Named::External(id) => AgentKey::ExternalId(id.clone()),
    };
    let tx = session.log.begin().await?;
    let agent = agents::get(&tx, &key).await?;
    tx.end();
    agent.map(|agent| told(session, agent)).ok_or_else(|| ApiError::not_found("agent"))
}

/// Who has no second factor is told to those alone who can do something about it.
fn told(session: &Session, agent: AgentView) -> AgentView {
    let looks_after_people = session.caller.permissions.allow(Permission::AgentsWrite);
    AgentView { second_factors: agent.second_factors.filter(|_| looks_after_people), ..agent }
}

/// The id that the URL names. An id is taken at its word: the command will say whether there is one.
pub async fn resolve(session: &Session, text: &str) -> Result<AgentId, ApiError> {
    match agent_ref(text)? {
        Named::Id(id) => Ok(id),
        external @ Named::External(_) => {
            find(session, &external).await?.id.parse().map_err(|_| ApiError::not_found("agent"))
        }
    }
}

async fn answer(
    app: &App,
    session: &Session,
    receipt: &commands::Receipt,
    written: Written<'_>,
) -> Result<axum::response::Response, ApiError> {
    let id: AgentId = receipt.outcome.id.parse().map_err(|_| ApiError::not_found("agent"))?;
    // A repeat waits as well: its first time may have been cut off before anybody could see it.
    let visible = app.visible(&session.log, receipt).await;
    if receipt.replayed && visible {
        // A repeat is answered with what the first time was answered with, whatever has happened since.
        let past = as_of::agent(&session.log, id, Moment::Position(receipt.position)).await?;
        return Ok(written.with(past.map(|agent| told(session, agent)).as_ref()));
    }
    let agent = if visible { Some(find(session, &Named::Id(id)).await?) } else { None };
    Ok(written.with(agent.as_ref()))
}
