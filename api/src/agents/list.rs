use axum::{extract::State, response::Response};
use commands::Permission;
use projections::{
    Page,
    agents::{self, AgentView},
};

use super::told;
use crate::{
    answer::Paging,
    app::App,
    filter::agent_query,
    openapi::{Counted, Fresh, ListProblems, Listed, Paged},
    problem::ApiError,
    request::{Query, Session},
};

/// List agents
#[utoipa::path(
    get,
    path = "/agents",
    operation_id = "listAgents",
    tag = "Agents",
    security(("api_key" = ["agents:read"])),
    params(
        Paged,
        ("sort" = Option<String>, Query, description = "`created_at`, `updated_at` or `name`; `-` in front: descending. `-created_at` by default", pattern = "^-?(created_at|updated_at|name)$"),
        ("q" = Option<String>, Query, description = "Words of the name or the address", min_length = 1),
        Counted,
        Fresh,
        ("filter[active]" = Option<bool>, Query, description = "Only those who get work, or only those who do not"),
        ("filter[email]" = Option<String>, Query, description = "Exactly this address, whatever the case"),
        ("filter[external_id]" = Option<String>, Query, description = "The id in another system"),
    ),
    responses(Listed<AgentView>, ListProblems),
)]
pub async fn list_agents(State(app): State<App>, session: Session, mut query: Query) -> Result<Response, ApiError> {
    session.require(Permission::AgentsRead)?;
    let paging = Paging::take(&app, &session, "agents", &mut query)?.fresh(&mut query)?.counted(&mut query)?;
    let wanted = agent_query(&mut query, &paging)?;
    query.finish()?;
    app.reach_list(&session.log, wanted.filter.text.as_ref(), paging.min_position).await?;
    let tx = session.log.begin().await?;
    let Page { items, next } = agents::list(&tx, &wanted).await?;
    let total = if paging.counted { Some(agents::count(&tx, &wanted.filter).await?) } else { None };
    tx.end();
    let items = items.into_iter().map(|agent| told(&session, agent)).collect();
    Ok(paging.answer(&app, Page { items, next }, total))
}
