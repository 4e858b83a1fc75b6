use axum::{extract::State, response::Response};
use commands::Permission;
use projections::tickets::TicketView;

use crate::{
    answer::shown,
    app::App,
    openapi::{Deleted, Fresh, IfNoneMatch, ReadProblems, Shown, TicketPath},
    problem::ApiError,
    request::{Conditions, PathText, Query, Session, ticket_key},
};

/// Get a ticket
///
/// A deleted ticket answers 410, and says how to restore it.
#[utoipa::path(
    get,
    path = "/tickets/{id}",
    operation_id = "getTicket",
    tag = "Tickets",
    security(("api_key" = ["tickets:read"])),
    params(
        TicketPath,
        Fresh,
        IfNoneMatch,
    ),
    responses(Shown<TicketView>, ReadProblems, Deleted),
)]
pub async fn get_ticket(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    mut query: Query,
) -> Result<Response, ApiError> {
    let scope = session.scope(Permission::TicketsRead)?;
    let min_position = query.position("min_position")?;
    query.finish()?;
    app.reach(&session.log, min_position).await?;
    let ticket = super::shown(&session.log, &scope, &ticket_key(&id)?).await?;
    Ok(shown(&ticket, &conditions))
}
