use axum::{extract::State, response::Response};
use commands::{
    Permission,
    tickets::{AddMessage, Visibility},
};
use domain::{AgentId, CustomerId, FileId, text::Body as Text, ticket::Author};
use projections::{
    tickets::TicketView,
    timeline::{self, Message},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{answer, known, resolve};
use crate::{
    answer::{Paging, Written},
    app::App,
    openapi::{
        ChangeProblems, Created, Deleted, Fresh, Idempotent, IfMatch, Listed, Paged, ReadProblems, TicketPath, schemas,
    },
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
#[schema(example = json!({"body": "Please try again.", "visibility": "public"}))]
pub struct NewMessage {
    /// Plain text.
    #[schema(value_type = schemas::Text)]
    body: Text,
    /// Files that were uploaded before, 20 at most.
    #[serde(default)]
    #[schema(value_type = Vec<schemas::FileId>, max_items = 20)]
    attachments: Vec<FileId>,
    /// `public` when left out.
    visibility: Option<MessageVisibility>,
    /// The agent who wrote it.
    #[schema(value_type = Option<schemas::AgentId>)]
    agent_id: Option<AgentId>,
    /// The customer who wrote it. Without an author, a public message that comes with an API key is the requester's.
    #[schema(value_type = Option<schemas::CustomerId>)]
    customer_id: Option<CustomerId>,
}

/// Write a message or an internal note
///
/// Internal notes take the scope `tickets:note`, which `tickets:write` holds. A customer's message ends the waiting for them, and reopens a ticket that was resolved or closed.
#[utoipa::path(
    post,
    path = "/tickets/{id}/messages",
    operation_id = "addMessage",
    tag = "Tickets",
    security(("api_key" = ["tickets:write"]), ("api_key" = ["tickets:note"])),
    params(
        TicketPath,
        IfMatch,
        Idempotent,
    ),
    request_body = NewMessage,
    responses(Created<TicketView>, ChangeProblems, Deleted),
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
    let wish = AddMessage { ticket, body: body.value.body, files: body.value.attachments, visibility, author };
    let receipt = app.files.run(&session.log, &request, &wish).await?;
    let location = format!("/api/tickets/{ticket}/messages");
    answer(&app, &session, &receipt, Written::created(&receipt, location)).await
}

/// List the messages and notes of a ticket, the oldest first
#[utoipa::path(
    get,
    path = "/tickets/{id}/messages",
    operation_id = "listMessages",
    tag = "Tickets",
    security(("api_key" = ["tickets:read"])),
    params(TicketPath, Paged, Fresh),
    responses(Listed<Message>, ReadProblems),
)]
pub async fn list_messages(
    State(app): State<App>,
    session: Session,
    PathText(id): PathText,
    mut query: Query,
) -> Result<Response, ApiError> {
    let scope = session.scope(Permission::TicketsRead)?;
    let ticket = known(&session.log, &scope, &id).await?;
    let paging = Paging::take(&app, &session, &format!("tickets/{ticket}/messages"), &mut query)?.fresh(&mut query)?;
    query.finish()?;
    app.reach(&session.log, paging.min_position).await?;
    let tx = session.log.begin().await?;
    let page = timeline::messages(&tx, ticket, paging.after.clone(), paging.limit).await?;
    tx.commit().await?;
    Ok(paging.answer(&app, page, None))
}
