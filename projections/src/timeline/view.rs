//! What is told of a line of a timeline. The fields' docs are the API's reference.

use chrono::{DateTime, Utc};
use domain::{EventId, ticket::is_undoable};
use event_store::{RecordedEvent, driver::Row};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    sql::unsigned,
    table::TableRow,
    timeline::{
        project::{ATTACHMENTS, INFECTED, RECTIFIED_AT, REDACTED_AT, changes},
        row::TimelineRow,
    },
};

/// One thing that happened to a ticket.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = TimelineEntry)]
pub struct TimelineEntry {
    /// The event's own id: the same in the feed and in webhooks.
    #[schema(example = "evt_0199aa00000070008000000000000031")]
    pub id: String,
    /// Its place in the ticket's history: 1, 2, 3, … without holes.
    #[schema(minimum = 1)]
    pub sequence: u64,
    /// Its place in your event log.
    #[schema(minimum = 1)]
    pub position: u64,
    /// What happened.
    #[serde(rename = "type")]
    #[schema(example = "ticket.priority_changed")]
    pub event_type: String,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When it was recorded. Later than `occurred_at` for imported history only.
    pub recorded_at: DateTime<Utc>,
    /// Whether it is history of another help desk.
    pub imported: bool,
    /// Who caused it.
    pub actor: Actor,
    /// The request that it came with, for support; null when it came with none.
    pub request_id: Option<String>,
    /// The event that it follows from: what it takes back, for instance. Null when it is what somebody wished.
    #[schema(example = "evt_0199aa00000070008000000000000030")]
    pub caused_by: Option<String>,
    /// Whether `POST /api/tickets/{id}/undo` can take it back, as far as its kind goes: what was changed since may be in the
    /// way.
    pub undoable: bool,
    /// What changed: field → [before, after].
    #[schema(value_type = Object, example = json!({"priority": ["high", "critical"]}))]
    pub changes: Value,
    /// The message or note that was written; null when none was.
    pub message: Option<Message>,
}

/// A message that the customer sees, or a note that they do not.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Message)]
pub struct Message {
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
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When another text last came in the place of what it said; null when none did.
    pub rectified_at: Option<DateTime<Utc>>,
    /// When it was made unreadable, for ever; null when it was not.
    pub redacted_at: Option<DateTime<Utc>>,
    /// Its place in the ticket's history.
    #[schema(minimum = 1)]
    pub sequence: u64,
}

/// A file that came with a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Attachment)]
pub struct Attachment {
    /// The file's id.
    #[schema(example = "fil_0199aa00000070008000000000000008")]
    pub id: String,
    /// What it is called. Null once it was erased or redacted, and the file with it.
    #[schema(example = "screenshot.png")]
    pub name: Option<String>,
    /// Bytes.
    #[schema(minimum = 0)]
    pub size: u64,
    /// What it is.
    #[schema(example = "image/png")]
    pub content_type: String,
    /// Whether a scanner found something in it.
    pub infected: bool,
    /// Where it is, in this API; null once it is nowhere, or is not served.
    #[schema(example = "/api/files/fil_0199aa00000070008000000000000008/content")]
    pub url: Option<String>,
}

impl Attachment {
    fn of(value: &Value) -> Option<Self> {
        let text = |field: &str| value[field].as_str().map(str::to_owned);
        let (id, name) = (text("id")?, text("name"));
        let infected = value[INFECTED] == true;
        let url = (name.is_some() && !infected).then(|| format!("/api/files/{id}/content"));
        Some(Self { id, name, size: value["size"].as_u64()?, content_type: text("content_type")?, infected, url })
    }
}

/// Who sees a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Visibility)]
pub enum Visibility {
    /// The customer and agents.
    Public,
    /// Agents only.
    Internal,
}

/// Who wrote a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Author)]
pub struct Author {
    /// Which side they are on.
    pub kind: AuthorKind,
    /// The id of the agent or the customer.
    pub id: String,
    /// What they are called. Null once it was erased.
    pub name: Option<String>,
}

/// Which side the author of a message is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AuthorKind)]
pub enum AuthorKind {
    /// Somebody who helps.
    Agent,
    /// Somebody who asks.
    Customer,
}

/// Who or what caused something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Actor)]
pub struct Actor {
    /// `agent`, `customer`, `api_key`, `support` (the operator's staff) or `system`.
    #[schema(example = "api_key")]
    pub kind: String,
    /// Their id; of the system, the name of its part.
    #[schema(example = "key_0199aa00000070008000000000000006")]
    pub id: String,
}

impl Actor {
    /// From the envelope's form, `kind:id`.
    pub fn of(text: &str) -> Self {
        let (kind, id) = text.split_once(':').unwrap_or(("system", text));
        Self { kind: kind.to_owned(), id: id.to_owned() }
    }
}

/// What a line leaves to its event to say.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub event: Uuid,
    /// What caused it directly: a command, or an event.
    pub causation: Option<String>,
}

impl Origin {
    pub fn of(event: &RecordedEvent) -> Self {
        Self { event: event.event_id, causation: event.metadata.get("causation_id").cloned() }
    }
}

impl TimelineEntry {
    pub(crate) fn from_row(row: &Row) -> Self {
        let origin = Origin { event: row.get("event_id"), causation: row.get("causation_id") };
        Self::of(TimelineRow::from_row(row), row.get("author_name"), origin)
    }

    pub(crate) fn of(row: TimelineRow, author_name: Option<String>, origin: Origin) -> Self {
        let imported = row.origin == "import";
        Self {
            message: Message::of(&row, author_name),
            id: EventId::new(origin.event).to_string(),
            request_id: row.request_id,
            // A command's id has no prefix.
            caused_by: origin.causation.filter(|cause| cause.parse::<EventId>().is_ok()),
            undoable: !imported && is_undoable(&row.event_type),
            sequence: unsigned(row.sequence),
            position: unsigned(row.position),
            event_type: row.event_type,
            occurred_at: row.occurred_at,
            recorded_at: row.recorded_at,
            imported,
            actor: Actor::of(&row.actor),
            changes: changes(row.detail),
        }
    }
}

impl Message {
    fn of(row: &TimelineRow, author_name: Option<String>) -> Option<Self> {
        let id = row.message_id.clone()?;
        let instant = |name| serde_json::from_value(row.detail.get(name)?.clone()).ok();
        let author = row.author_id.clone().map(|id| Author {
            kind: if row.author_kind.as_deref() == Some("agent") { AuthorKind::Agent } else { AuthorKind::Customer },
            id,
            name: author_name,
        });
        Some(Self {
            id,
            visibility: if row.visibility.as_deref() == Some("public") {
                Visibility::Public
            } else {
                Visibility::Internal
            },
            author,
            body: row.body.clone(),
            attachments: row.detail[ATTACHMENTS].as_array().into_iter().flatten().filter_map(Attachment::of).collect(),
            created_at: row.occurred_at,
            rectified_at: instant(RECTIFIED_AT),
            redacted_at: instant(REDACTED_AT),
            sequence: unsigned(row.sequence),
        })
    }
}
