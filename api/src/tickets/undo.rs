use axum::{extract::State, response::Response};
use commands::undo::UndoChange;
use domain::EventId;
use projections::tickets::TicketView;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{answer, resolve};
use crate::{
    answer::Written,
    app::App,
    openapi::{ChangeProblems, Changed, Deleted, Idempotent, IfMatch, TicketPath, schemas},
    problem::ApiError,
    request::{Body, Conditions, PathText, Session},
};

/// What is to be taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"event_id": "evt_0199aa00000070008000000000000031"}))]
pub struct Undo {
    /// An event of this ticket: its timeline has the ids.
    #[schema(value_type = schemas::EventId)]
    event_id: EventId,
}

/// Take a change of a ticket back
///
/// The status, priority, title, tags, assignee, team, … become what they were before the change that this event was part
/// of. That is a change like any other, with events, webhooks and a line of the timeline, whose `caused_by` is the event.
/// What was taken back already changes nothing. Nobody undoes what they have not seen: 409 `changed_since` with
/// `changed_fields` where somebody changed the same since. What was said stays: 422 with `cannot_undo` on `/event_id`. To
/// take back that a ticket was deleted or restored takes `tickets:delete`, too.
#[utoipa::path(
    post,
    path = "/tickets/{id}/undo",
    operation_id = "undoChange",
    tag = "Tickets",
    security(("api_key" = ["tickets:write"])),
    params(TicketPath, IfMatch, Idempotent),
    request_body = Undo,
    responses(Changed<TicketView>, ChangeProblems, Deleted),
)]
pub async fn undo_change(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    body: Body<Undo>,
) -> Result<Response, ApiError> {
    let request = conditions.wish(&app, &session, &body.digest);
    let wish = UndoChange { ticket: resolve(&session, &id).await?, event: body.value.event_id };
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    answer(&app, &session, &receipt, Written::changed(&receipt)).await
}
