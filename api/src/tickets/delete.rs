use axum::{extract::State, response::Response};
use commands::tickets::DeleteTicket;

use super::resolve;
use crate::{
    answer::Written,
    app::App,
    openapi::{ActProblems, Done, Idempotent, IfMatch, TicketPath},
    problem::ApiError,
    request::{Conditions, PathText, Session},
};

/// Delete a ticket
///
/// Hides it; `POST /api/tickets/{id}/restore` shows it again. Erasing what it says about a person is another, privileged
/// step.
#[utoipa::path(
    delete,
    path = "/tickets/{id}",
    operation_id = "deleteTicket",
    tag = "Tickets",
    security(("api_key" = ["tickets:delete"])),
    params(
        TicketPath,
        IfMatch,
        Idempotent,
    ),
    responses(Done, ActProblems),
)]
pub async fn delete_ticket(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
) -> Result<Response, ApiError> {
    let request = conditions.wish(&app, &session, &[]);
    let wish = DeleteTicket(resolve(&session, &id).await?);
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    let visible = app.visible(&session.log, &receipt).await;
    Ok(Written::changed(&receipt).empty(visible))
}
