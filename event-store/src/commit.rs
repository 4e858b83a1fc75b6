//! What is appended: drafts for one or more streams, with everything that must hold for them.

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::envelope::EventMetadata;

/// A stream: all events of one aggregate.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamId {
    /// For instance `ticket`.
    pub aggregate_type: String,
    /// For instance `tkt_…`.
    pub aggregate_id: String,
}

impl StreamId {
    /// The stream of this aggregate.
    pub fn new(aggregate_type: impl Into<String>, aggregate_id: impl ToString) -> Self {
        Self { aggregate_type: aggregate_type.into(), aggregate_id: aggregate_id.to_string() }
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.aggregate_type, self.aggregate_id)
    }
}

impl fmt::Debug for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Names a wish, so that it happens once however often it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CommandId(pub Uuid);

impl CommandId {
    /// The id of the command that these parts name: half of their SHA-256, length-prefixed so that no two lists of
    /// parts are the same bytes.
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut context = ring::digest::Context::new(&ring::digest::SHA256);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&context.finish().as_ref()[..16]);
        Self(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}

/// How long the outcome of a command is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Not at all: the id is fresh, and nobody but this store will ask what became of it. It asks the log, which has the
    /// events; a commit without events is kept for a day.
    Nothing,
    /// 24 hours: what is promised for `Idempotency-Key`.
    Day,
    /// For ever: imports and reactions, which may be run again at any time.
    Forever,
}

/// A value that only one owner may have.
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    /// Which kind of value, for instance `customer.email`.
    pub kind: &'static str,
    /// The value; only its HMAC under the tenant's key is stored.
    pub value: String,
    /// Whose it is to be.
    pub owner: String,
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Claim({} for {})", self.kind, self.owner)
    }
}

/// An event that is to be recorded.
///
/// The payload may hold `{"$next": "name"}`, which becomes the counter's next value;
/// `{"$next": "name", "month_in": "Europe/Rome"}`, the same of a counter that begins anew with each month there; and
/// `{"$personal": {"subject", "value"}}`, which is sealed.
#[derive(Clone, Debug)]
pub struct Draft {
    /// For instance `ticket.opened`.
    pub event_type: String,
    /// The schema version of the payload.
    pub event_version: u32,
    /// What happened.
    pub payload: Value,
    /// Who, why.
    pub metadata: EventMetadata,
    /// When it happened; none: when it is recorded. Clamped to that when it lies in the future. Only imports set it.
    pub occurred_at: Option<DateTime<Utc>>,
}

/// The drafts for one stream. Without drafts it is a guard: the stream must stand at that version.
#[derive(Clone, Debug)]
pub struct StreamDrafts {
    /// Which stream.
    pub stream: StreamId,
    /// How many events it has, 0 when it is to be new.
    pub expected: u64,
    /// What is to be recorded, in order.
    pub drafts: Vec<Draft>,
}

/// What a commit makes unreadable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasing {
    /// A subject, for whom nothing is sealed again; the id of a key of one field; or, of a thing whose fields have keys of
    /// their own, what its erasure is called.
    pub name: String,
    /// The ids of those keys.
    pub keys: Vec<String>,
}

impl From<String> for Erasing {
    fn from(name: String) -> Self {
        Self { name, keys: vec![] }
    }
}

/// One atomic change of a tenant's log.
#[derive(Clone, Debug)]
pub struct Commit {
    /// Names the wish.
    pub command_id: CommandId,
    /// What was wished: another request under the same id is refused.
    pub request_digest: [u8; 32],
    /// How long the outcome is kept.
    pub keep: Keep,
    /// What is recorded, and what must not have changed. Each stream once.
    pub streams: Vec<StreamDrafts>,
    /// Values that become the owner's. Claiming what one already owns is fine.
    pub claims: Vec<Claim>,
    /// Values that are given back by their owner.
    pub releases: Vec<Claim>,
    /// Whose keys are destroyed: nothing that was sealed with them opens any more.
    pub erases: Vec<Erasing>,
    /// What a repeat of the command is answered with.
    pub outcome: Value,
}

/// What became of a commit.
#[derive(Clone, Debug, PartialEq)]
pub struct Appended {
    /// The last position of the commit, or of the log when it recorded nothing.
    pub position: u64,
    /// Whether it had happened before, under the same command id.
    pub replayed: bool,
    /// The outcome of the first time.
    pub outcome: Value,
}

/// What is known of a command that happened.
#[derive(Clone, Debug)]
pub struct StoredOutcome {
    /// What was wished.
    pub request_digest: Vec<u8>,
    /// What came of it.
    pub outcome: Value,
    /// The last position of its commit, when it recorded anything.
    pub position: Option<u64>,
}
