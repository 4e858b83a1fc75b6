use axum::{extract::State, response::Response};
use commands::Permission;
use projections::teams::{self, TeamView};

use crate::{
    answer::{PageBody, Paging},
    app::App,
    filter::team_query,
    openapi::ClientProblems,
    problem::ApiError,
    request::{Query, Session},
};

/// List teams
#[utoipa::path(
    get,
    path = "/teams",
    operation_id = "listTeams",
    tag = "Teams",
    params(
        ("limit" = Option<u32>, Query, description = "Items per page, 1 to 100; 25 by default", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
        ("sort" = Option<String>, Query, description = "Up to three of `created_at`, `updated_at`, `name`, separated by commas; `-` in front: descending. `-created_at` by default"),
        ("include" = Option<String>, Query, description = "`total_count` counts the whole list"),
        ("min_position" = Option<u64>, Query, description = "Answer only once the lists have come to this position of the log"),
    ),
    responses((status = 200, description = "One page of teams", body = PageBody<TeamView>), ClientProblems),
)]
pub async fn list_teams(State(app): State<App>, session: Session, mut query: Query) -> Result<Response, ApiError> {
    session.require(Permission::AgentsRead)?;
    let paging = Paging::take(&app, &session, "teams", &mut query)?;
    let wanted = team_query(&mut query, &paging)?;
    query.finish()?;
    app.reach(&session.log, paging.min_position).await?;
    let tx = session.log.begin().await?;
    let page = teams::list(&tx, &wanted).await?;
    let total = if paging.counted { Some(teams::count(&tx, &wanted).await?) } else { None };
    tx.commit().await?;
    Ok(paging.answer(&app, page, total))
}
