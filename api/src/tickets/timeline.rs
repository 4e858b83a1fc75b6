use axum::{extract::State, response::Response};
use commands::Permission;
use projections::timeline::{self, TimelineEntry};

use super::known;
use crate::{
    answer::{PageBody, Paging},
    app::App,
    openapi::ClientProblems,
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
    params(
        ("id" = String, Path, description = "`T-001`, `tkt_…` or `external:` and its id in your system"),
        ("limit" = Option<u32>, Query, description = "Items per page, 1 to 100; 25 by default", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses((status = 200, description = "One page of the timeline", body = PageBody<TimelineEntry>), ClientProblems),
)]
pub async fn list_timeline(
    State(app): State<App>,
    session: Session,
    PathText(id): PathText,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::TicketsRead)?;
    let ticket = known(&session, &id).await?;
    let paging = Paging::take(&app, &session, &format!("tickets/{ticket}/timeline"), &mut query)?;
    query.finish()?;
    app.reach(&session.log, paging.min_position).await?;
    let tx = session.log.begin().await?;
    let page = timeline::list(&tx, ticket, paging.after.clone(), paging.limit).await?;
    tx.commit().await?;
    Ok(paging.answer(&app, page, None))
}
