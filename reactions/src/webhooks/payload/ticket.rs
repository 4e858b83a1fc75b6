//! A ticket in a delivery.

use chrono::{DateTime, Utc};
use domain::TicketId;
use domain::ticket::{Channel, Priority, Status};
use event_store::{Log, RecordedEvent};
use projections::{
    ChannelSchema, PrioritySchema, StatusSchema,
    as_of::{self, Moment},
    tickets::{AgentRef, CustomerRef, TeamRef, TicketView},
    timeline::{Attachment, Author, MESSAGE_ID, Message, Visibility},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::error::ReactionError;

/// A ticket as it stood.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = WebhookTicket)]
pub struct TicketData {
    /// The number that people use.
    #[schema(example = "T-001")]
    pub ticket_id: String,
    /// The subject line. Null once the ticket or the customer was erased.
    #[schema(example = "Login issues")]
    pub title: Option<String>,
    /// Who asks.
    pub customer: CustomerRef,
    /// How urgent it is.
    #[schema(value_type = PrioritySchema)]
    pub priority: Priority,
    /// Where it stands.
    #[schema(value_type = StatusSchema)]
    pub status: Status,
    /// The ticket's id.
    #[schema(example = "tkt_0199aa00000070008000000000000001")]
    pub id: String,
    /// The ticket's id in another system.
    pub external_id: Option<String>,
    /// Your own kind of ticket.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The way by which it came in.
    #[schema(value_type = ChannelSchema)]
    pub channel: Channel,
    /// Labels.
    pub tags: Vec<String>,
    /// The agent who is responsible; null when nobody is.
    pub assignee: Option<AgentRef>,
    /// The team that has it; null when none has.
    pub team: Option<TeamRef>,
    /// When it came in.
    pub created_at: DateTime<Utc>,
    /// When anything had last happened to it.
    pub updated_at: DateTime<Utc>,
    /// When it was last resolved; null while it is not.
    pub resolved_at: Option<DateTime<Utc>>,
    /// When it was last closed; null while it is not.
    pub closed_at: Option<DateTime<Utc>>,
    /// When it was deleted; null when it is not.
    pub deleted_at: Option<DateTime<Utc>>,
    /// When what was said in it was destroyed, for ever; null when it was not, or something was said since.
    pub erased_at: Option<DateTime<Utc>>,
    /// How often it was taken up again.
    pub reopens: i32,
    /// How the customer rated it last, 1 to 5.
    pub rating: Option<i16>,
    /// How many changes it had seen with this one.
    #[schema(minimum = 1)]
    pub version: u64,
    /// What changed: field → [before, after].
    #[schema(value_type = Option<Object>, example = json!({"priority": ["high", "critical"]}))]
    pub changes: Option<Value>,
    /// The message or note that was written, redacted or rectified, when one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageData>,
}

/// A message that the customer sees, or a note that they do not.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = WebhookMessage)]
pub struct MessageData {
    /// The message's id.
    #[schema(example = "msg_0199aa00000070008000000000000005")]
    pub id: String,
    /// Whether the customer sees it.
    pub visibility: Visibility,
    /// Who wrote it; null when a program did.
    pub author: Option<Author>,
    /// What it says: plain text. Null once it was redacted or erased.
    pub body: Option<String>,
    /// The files that came with it.
    pub attachments: Vec<Attachment>,
    /// Whether `body` is only the beginning of what it says; `url` has all of it.
    pub body_truncated: bool,
    /// The ticket's messages in this API.
    #[schema(example = "/api/tickets/tkt_0199aa00000070008000000000000001/messages")]
    pub url: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// The ticket of the event at this place, as it stood with it.
pub(super) async fn data(log: &Log, at: &RecordedEvent) -> Result<Option<TicketData>, ReactionError> {
    let Ok(id) = at.stream.aggregate_id.parse::<TicketId>() else { return Ok(None) };
    let Some(past) = as_of::ticket(log, id, Moment::Position(at.position)).await? else { return Ok(None) };
    let (ticket, mut lines) = (past.ticket, past.timeline);
    let Some(index) = lines.iter().position(|entry| entry.position == at.position) else {
        return Ok(Some(TicketData::of(ticket, None, None)));
    };
    let entry = lines.remove(index);
    // One that was redacted or rectified was written before.
    let earlier = entry.changes.get(MESSAGE_ID).and_then(Value::as_str);
    let named = |message: &Message| earlier == Some(message.id.as_str());
    let message = entry.message.or_else(|| lines.into_iter().filter_map(|line| line.message).find(named));
    Ok(Some(TicketData::of(ticket, Some(entry.changes), message)))
}

impl TicketData {
    fn of(ticket: TicketView, changes: Option<Value>, message: Option<Message>) -> Self {
        let url = format!("/api/tickets/{}/messages", ticket.id);
        Self {
            ticket_id: ticket.ticket_id,
            title: ticket.title,
            customer: ticket.customer,
            priority: ticket.priority,
            status: ticket.status,
            id: ticket.id,
            external_id: ticket.external_id,
            kind: ticket.kind,
            channel: ticket.channel,
            tags: ticket.tags,
            assignee: ticket.assignee,
            team: ticket.team,
            created_at: ticket.created_at,
            updated_at: ticket.updated_at,
            resolved_at: ticket.resolved_at,
            closed_at: ticket.closed_at,
            deleted_at: ticket.deleted_at,
            erased_at: ticket.erased_at,
            reopens: ticket.reopens,
            rating: ticket.rating,
            version: ticket.version,
            changes,
            message: message.map(|message| MessageData {
                id: message.id,
                visibility: message.visibility,
                author: message.author,
                body: message.body,
                attachments: message.attachments,
                body_truncated: false,
                url,
                created_at: message.created_at,
            }),
        }
    }
}
