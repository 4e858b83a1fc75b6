use axum::{extract::State, response::Response};
use commands::{
    Permission,
    tickets::{AddMessage, Visibility},
};
use domain::{AgentId, CustomerId, text::Body as Text, ticket::Author};
use projections::{
    tickets::TicketView,
    timeline::{self, Message},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{answer, known, resolve};
use crate::{
    answer::{PageBody, Paging, Written},
    app::App,
    openapi::{ClientProblems, WriteProblems},
    problem::ApiError,
    request::{Body, Conditions, PathText, Query, Session},
};

/// Who sees a message.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageVisibility {
    /// The customer too.
    Public,
    /// Only agents.
    Internal,
}

/// A new message or note.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMessage {
    /// Plain text.
    #[schema(value_type = String, min_length = 1, max_length = 100_000, example = "Please try again.")]
    body: Text,
    /// `public` when left out.
    visibility: Option<MessageVisibility>,
    /// The agent who wrote it.
    #[schema(value_type = Option<String>)]
    agent_id: Option<AgentId>,
    /// The customer who wrote it. Without an author, a public message that comes with an API key is the requester's.
    #[schema(value_type = Option<String>)]
    customer_id: Option<CustomerId>,
}

/// Write a message or an internal note
///
/// A customer's message ends the waiting for them, and reopens a ticket that was resolved or closed.
#[utoipa::path(
    post,
    path = "/tickets/{id}/messages",
    operation_id = "addMessage",
    tag = "Tickets",
    params(
        ("id" = String, Path, description = "`T-001`, `tkt_…` or `external:` and its id in your system"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` that you saw"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless for 24 hours", max_length = 255),
    ),
    request_body = NewMessage,
    responses((status = 201, description = "The ticket; the message is in its messages", body = TicketView), WriteProblems),
)]
pub async fn add_message(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    body: Body<NewMessage>,
) -> Result<Response, ApiError> {
    let request = conditions.wish(&app, &session, &body.digest);
    let author = match (body.value.agent_id, body.value.customer_id) {
        (Some(agent), None) => Some(Author::Agent(agent)),
        (None, Some(customer)) => Some(Author::Customer(customer)),
        (None, None) => None,
        (Some(_), Some(_)) => {
            let detail = "expected either agent_id or customer_id, not both";
            return Err(ApiError::invalid_field("/customer_id", "invalid_value", detail));
        }
    };
    let visibility = match body.value.visibility {
        None | Some(MessageVisibility::Public) => Visibility::Public,
        Some(MessageVisibility::Internal) => Visibility::Internal,
    };
    let ticket = resolve(&session, &id).await?;
    let wish = AddMessage { ticket, body: body.value.body, visibility, author };
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    let location = format!("/api/tickets/{ticket}/messages");
    answer(&app, &session, &receipt, Written::created(&receipt, location)).await
}

/// List the messages and notes of a ticket, the oldest first
#[utoipa::path(
    get,
    path = "/tickets/{id}/messages",
    operation_id = "listMessages",
    tag = "Tickets",
    params(
        ("id" = String, Path, description = "`T-001`, `tkt_…` or `external:` and its id in your system"),
        ("limit" = Option<u32>, Query, description = "Items per page, 1 to 100; 25 by default", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses((status = 200, description = "One page of messages", body = PageBody<Message>), ClientProblems),
)]
pub async fn list_messages(
    State(app): State<App>,
    session: Session,
    PathText(id): PathText,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::TicketsRead)?;
    let ticket = known(&session, &id).await?;
    let paging = Paging::take(&app, &session, &format!("tickets/{ticket}/messages"), &mut query)?;
    query.finish()?;
    app.reach(&session.log, paging.min_position).await?;
    let tx = session.log.begin().await?;
    let page = timeline::messages(&tx, ticket, paging.after.clone(), paging.limit).await?;
    tx.commit().await?;
    Ok(paging.answer(&app, page, None))
}
