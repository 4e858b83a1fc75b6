//! What happened to one thing, folded from its own stream: no read model is asked, so none needs to be right.

use event_store::{Log, RecordedEvent, StreamId};
use serde::Serialize;

use crate::{
    audit::{AuditEntry, Target},
    desk::Desk,
    error::ProjectionError,
    fold::{self, At},
    timeline::{Actor, Message, Origin, TimelineEntry},
};

/// An act, and what the log says about why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Act {
    /// Who did what, when, from what to what, and whence.
    #[serde(flatten)]
    pub entry: AuditEntry,
    /// The type of the stored event.
    pub recorded_as: String,
    /// The message or note that was written. Its author's name is left out.
    pub message: Option<Message>,
    /// The stored event's id.
    pub event_id: String,
    /// The command that it was part of.
    pub command_id: String,
    /// What all effects of one wish share.
    pub correlation_id: String,
    /// What caused it directly: a command, or an event.
    pub causation_id: String,
}

/// All that happened to a thing, in order.
pub async fn history(log: &Log, stream: &StreamId) -> Result<Vec<Act>, ProjectionError> {
    let mut desk = Desk::default();
    let mut acts = vec![];
    for mut at in log.load(stream, 0).await? {
        let position = at.position;
        let poisoned = |reason: String| ProjectionError::Poisoned { position, reason };
        let event = fold::decode(&mut at).map_err(|error| poisoned(error.to_string()))?;
        desk.apply(&At::of(&at), &event).map_err(|error| poisoned(error.to_string()))?;
        let (line, record) = (desk.timeline.pop(), desk.records.pop());
        let (action, changes, message) = match (line, record) {
            (Some(line), _) => {
                let TimelineEntry { event_type, changes, message, .. } = TimelineEntry::of(line, None, Origin::of(&at));
                (event_type, changes, message)
            }
            (None, Some(record)) => (record.event_type, record.detail, None),
            (None, None) => return Err(poisoned("it left no line".to_owned())),
        };
        acts.push(Act::of(at, action, changes, message));
    }
    let positions: Vec<u64> = acts.iter().map(|act| act.entry.position).collect();
    let tx = log.begin().await?;
    let mut clients = log.clients(&tx, &positions).await?;
    tx.commit().await?;
    for act in &mut acts {
        let client = clients.remove(&act.entry.position);
        act.entry.client = client.and_then(|client| serde_json::from_str(&client).ok());
    }
    Ok(acts)
}

impl Act {
    fn of(at: RecordedEvent, action: String, changes: serde_json::Value, message: Option<Message>) -> Self {
        let named = |name: &str| at.metadata.get(name).cloned();
        Self {
            correlation_id: named("correlation_id").unwrap_or_default(),
            causation_id: named("causation_id").unwrap_or_default(),
            event_id: at.event_id.to_string(),
            command_id: at.command_id.to_string(),
            message,
            entry: AuditEntry {
                position: at.position,
                recorded_at: at.recorded_at,
                occurred_at: at.occurred_at,
                actor: Actor::of(at.actor()),
                action,
                changes,
                origin: named("origin").unwrap_or_default(),
                request_id: named("request_id"),
                client: None,
                target: Target { kind: at.stream.aggregate_type, id: at.stream.aggregate_id, version: at.sequence },
            },
            recorded_as: at.event_type,
        }
    }
}
