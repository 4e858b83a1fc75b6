use axum::{extract::State, response::Response};
use commands::tickets::DeleteTicket;

use super::resolve;
use crate::{
    answer::Written,
    app::App,
    openapi::WriteProblems,
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
    params(
        ("id" = String, Path, description = "`T-001`, `tkt_…` or `external:` and its id in your system"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` that you saw"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless for 24 hours", max_length = 255),
    ),
    responses((status = 204, description = "It is hidden"), WriteProblems),
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
