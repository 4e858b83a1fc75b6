use axum::{extract::State, response::Response};
use commands::Permission;
use projections::tickets::TicketAsOf;

use crate::{
    answer::shown,
    app::App,
    openapi::{Deleted, Fresh, IfNoneMatch, ReadProblems, Shown, TicketPath, schemas},
    problem::ApiError,
    request::{Conditions, PathText, Query, Session, ticket_key},
};

/// Get a ticket, as it is or as it was
///
/// A deleted ticket answers 410, and says how to restore it. With `as_of` it is the ticket as it was at a position of your
/// event log, or at an instant, folded from its events: the names, too, are those of then, and what was erased since is not
/// there. Whoever sees the ticket today may see it, deleted or not; before it began it answers 404.
#[utoipa::path(
    get,
    path = "/tickets/{id}",
    operation_id = "getTicket",
    tag = "Tickets",
    security(("api_key" = ["tickets:read"])),
    params(
        TicketPath,
        ("as_of" = inline(Option<schemas::Moment>), Query, description = "The ticket as it was once this position was recorded, or at this instant (RFC 3339); beyond the end of the log, as of its end"),
        Fresh,
        IfNoneMatch,
    ),
    responses(Shown<TicketAsOf>, ReadProblems, Deleted),
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
    let moment = query.moment("as_of")?;
    query.finish()?;
    app.reach(&session.log, min_position).await?;
    let key = ticket_key(&id)?;
    let ticket = match moment {
        None => TicketAsOf { ticket: super::shown(&session.log, &scope, &key).await?, as_of: None },
        Some(moment) => super::past(&session.log, &scope, &key, moment).await?,
    };
    Ok(shown(&ticket, &conditions))
}
