use axum::{extract::State, response::Response};
use commands::Permission;
use projections::timeline::{self, TimelineEntry};

use super::known;
use crate::{
    answer::Paging,
    app::App,
    openapi::{Fresh, Listed, Paged, ReadProblems, TicketPath},
    problem::ApiError,
    request::{PathText, Query, Session},
};

/// List everything that happened to a ticket, the oldest first
///
/// Messages, notes and changes, with who, when (both when it happened and when it was recorded) and what was before.
#[utoipa::path(
    get,
    path = "/tickets/{id}/timeline",
    operation_id = "listTimeline",
    tag = "Tickets",
    security(("api_key" = ["tickets:read"])),
    params(TicketPath, Paged, Fresh),
    responses(Listed<TimelineEntry>, ReadProblems),
)]
pub async fn list_timeline(
    State(app): State<App>,
    session: Session,
    PathText(id): PathText,
    mut query: Query,
) -> Result<Response, ApiError> {
    let scope = session.scope(Permission::TicketsRead)?;
    let ticket = known(&session.log, &scope, &id).await?;
    let paging = Paging::take(&app, &session, &format!("tickets/{ticket}/timeline"), &mut query)?.fresh(&mut query)?;
    query.finish()?;
    app.reach(&session.log, paging.min_position).await?;
    let tx = session.log.begin().await?;
    let page = timeline::list(&tx, ticket, paging.after.clone(), paging.limit).await?;
    tx.commit().await?;
    Ok(paging.answer(&app, page, None))
}
