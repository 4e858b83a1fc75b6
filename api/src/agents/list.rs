use axum::{extract::State, response::Response};
use commands::Permission;
use projections::agents::{self, AgentView};

use crate::{
    answer::{PageBody, Paging},
    app::App,
    filter::agent_query,
    openapi::ClientProblems,
    problem::ApiError,
    request::{Query, Session},
};

/// List agents
#[utoipa::path(
    get,
    path = "/agents",
    operation_id = "listAgents",
    tag = "Agents",
    params(
        ("limit" = Option<u32>, Query, description = "Items per page, 1 to 100; 25 by default", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
        ("sort" = Option<String>, Query, description = "Up to three of `created_at`, `updated_at`, `name`, separated by commas; `-` in front: descending. `-created_at` by default"),
        ("q" = Option<String>, Query, description = "Words of the name or the address"),
        ("include" = Option<String>, Query, description = "`total_count` counts the whole list"),
        ("min_position" = Option<u64>, Query, description = "Answer only once the lists have come to this position of the log"),
        ("filter[active]" = Option<bool>, Query, description = "Only those who get work, or only those who do not"),
        ("filter[email]" = Option<String>, Query, description = "Exactly this address, whatever the case"),
        ("filter[external_id]" = Option<String>, Query, description = "The id in another system"),
    ),
    responses((status = 200, description = "One page of agents", body = PageBody<AgentView>), ClientProblems),
)]
pub async fn list_agents(State(app): State<App>, session: Session, mut query: Query) -> Result<Response, ApiError> {
    session.require(Permission::AgentsRead)?;
    let paging = Paging::take(&app, &session, "agents", &mut query)?;
    let wanted = agent_query(&mut query, &paging)?;
    query.finish()?;
    app.reach(&session.log, paging.min_position).await?;
    let tx = session.log.begin().await?;
    let page = agents::list(&tx, &wanted).await?;
    let total = if paging.counted { Some(agents::count(&tx, &wanted.filter).await?) } else { None };
    tx.commit().await?;
    Ok(paging.answer(&app, page, total))
}
