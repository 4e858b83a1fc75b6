use axum::{extract::State, response::Response};
use commands::content::EraseTicket;

use super::resolve;
use crate::{
    app::App,
    erasures::{self, ErasureView},
    openapi::{ActProblems, Changed, Idempotent, IfMatch, TicketPath},
    problem::ApiError,
    request::{Conditions, PathText, Session},
};

/// Erase what was said in a ticket
///
/// For ever: the keys of its titles, messages, notes and files are destroyed, so that nobody can read them any more in the log,
/// its copies and its backups; the files are removed. Its number, its times, where it stands, its tags and who asked stay, so
/// that no number of analytics changes; the customer's other tickets stay as they are. A repeat answers the same; until
/// `completed_at` is set, its traces outside the log are still being cleaned.
#[utoipa::path(
    post,
    path = "/tickets/{id}/erase",
    operation_id = "eraseTicket",
    tag = "Privacy",
    security(("api_key" = ["privacy:erase"])),
    params(
        TicketPath,
        IfMatch,
        Idempotent,
    ),
    responses(Changed<ErasureView>, ActProblems),
)]
pub async fn erase_ticket(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
) -> Result<Response, ApiError> {
    session.require_recent()?;
    let request = conditions.wish(&app, &session, &[]);
    let id = resolve(&session, &id).await?;
    let receipt = app.desk.run(&session.log, &request, &EraseTicket(id)).await?;
    erasures::answer_of_last(&app, &session, &receipt, &id.to_string()).await
}
