use axum::{extract::State, http::StatusCode, response::Response};
use commands::Permission;
use projections::tickets::TicketView;

use super::find;
use crate::{
    answer::shown,
    app::App,
    openapi::ReadProblems,
    problem::ApiError,
    request::{Conditions, PathText, Query, Session},
};

/// Get a ticket
///
/// A deleted ticket answers 410, and says how to restore it.
#[utoipa::path(
    get,
    path = "/tickets/{id}",
    operation_id = "getTicket",
    tag = "Tickets",
    params(
        ("id" = String, Path, description = "`T-001`, `tkt_…` or `external:` and its id in your system"),
        ("min_position" = Option<u64>, Query, description = "Answer only once the lists have come to this position of the log"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` that you have: 304 when it is still so"),
    ),
    responses(
        (status = 200, description = "The ticket", body = TicketView),
        (status = 304, description = "It is as you have it"),
        ReadProblems,
    ),
)]
pub async fn get_ticket(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::TicketsRead)?;
    let min_position = query.parsed("min_position")?;
    query.finish()?;
    app.reach(&session.log, min_position).await?;
    let ticket = find(&session, &id).await?;
    if ticket.deleted_at.is_some() {
        let detail = "this ticket is deleted: restore it with POST /api/tickets/{id}/restore";
        return Err(ApiError::new(StatusCode::GONE, "ticket_deleted", detail));
    }
    Ok(shown(&ticket, &conditions))
}
