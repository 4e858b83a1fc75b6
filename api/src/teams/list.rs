use axum::{extract::State, response::Response};
use commands::Permission;
use projections::teams::{self, TeamView};

use crate::{
    answer::Paging,
    app::App,
    filter::team_query,
    openapi::{Counted, Fresh, ListProblems, Listed, Paged},
    problem::ApiError,
    request::{Query, Session},
};

/// List teams
#[utoipa::path(
    get,
    path = "/teams",
    operation_id = "listTeams",
    tag = "Teams",
    security(("api_key" = ["agents:read"])),
    params(
        Paged,
        ("sort" = Option<String>, Query, description = "`created_at`, `updated_at` or `name`; `-` in front: descending. `-created_at` by default", pattern = "^-?(created_at|updated_at|name)$"),
        Counted,
        Fresh,
        ("filter[member_id]" = Option<String>, Query, description = "Those that this agent is in"),
    ),
    responses(Listed<TeamView>, ListProblems),
)]
pub async fn list_teams(State(app): State<App>, session: Session, mut query: Query) -> Result<Response, ApiError> {
    session.require(Permission::AgentsRead)?;
    let paging = Paging::take(&app, &session, "teams", &mut query)?.fresh(&mut query)?.counted(&mut query)?;
    let wanted = team_query(&mut query, &paging)?;
    query.finish()?;
    app.reach(&session.log, paging.min_position).await?;
    let tx = session.log.begin().await?;
    let page = teams::list(&tx, &wanted).await?;
    let total = if paging.counted { Some(teams::count(&tx, &wanted).await?) } else { None };
    tx.end();
    Ok(paging.answer(&app, page, total))
}
