//! What stands around every payload: who, when, why, and where in the log.

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::commit::StreamId;

/// Why an event came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Somebody did it now.
    Live,
    /// History of another system.
    Import,
    /// A rule of the tenant.
    Rule,
    /// The product itself.
    System,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Live => "live",
            Self::Import => "import",
            Self::Rule => "rule",
            Self::System => "system",
        })
    }
}

/// Whence a command came: personal data of the actor, so it is sealed under their key.
#[derive(Clone, PartialEq, Eq)]
pub struct Client {
    /// Whose key seals it.
    pub subject: String,
    /// Network address and user agent.
    pub value: String,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client(of {})", self.subject)
    }
}

/// The envelope's own fields: a flat map of texts in the log. No event is without an actor, a correlation id and a
/// causation id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventMetadata {
    /// Who caused it.
    pub actor: String,
    /// What all effects of one wish share.
    pub correlation_id: String,
    /// What caused it directly: a command, or an event.
    pub causation_id: String,
    /// Why it came to be.
    pub origin: Origin,
    /// The request that carried the command.
    pub request_id: Option<String>,
    /// Whence the command came.
    pub client: Option<Client>,
}

/// An event as it stands in the log, its personal fields opened or marked as erased.
#[derive(Clone, Debug)]
pub struct RecordedEvent {
    /// Its place in the tenant's log: 1, 2, 3, … without holes.
    pub position: u64,
    /// Its stream.
    pub stream: StreamId,
    /// Its place in the stream: 1, 2, 3, … without holes.
    pub sequence: u64,
    /// For instance `ticket.opened`.
    pub event_type: String,
    /// The schema version of the payload.
    pub event_version: u32,
    /// What happened.
    pub payload: Value,
    /// actor, `correlation_id`, `causation_id`, origin, `request_id`; `client` stays sealed.
    pub metadata: BTreeMap<String, String>,
    /// Its own id.
    pub event_id: Uuid,
    /// The command that it is part of.
    pub command_id: Uuid,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When the log took it in; never goes backwards along positions.
    pub recorded_at: DateTime<Utc>,
}

impl RecordedEvent {
    /// Who caused it.
    pub fn actor(&self) -> &str {
        self.metadata.get("actor").map_or("", String::as_str)
    }

    /// Whether it is history of another system.
    pub fn is_imported(&self) -> bool {
        self.metadata.get("origin").is_some_and(|origin| origin == "import")
    }
}
