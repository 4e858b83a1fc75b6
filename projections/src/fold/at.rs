//! Where an event stands, and what stands around it: all that a fold may know besides the event itself.

use chrono::{DateTime, Utc};
use domain::DomainEvent;
use event_store::{Envelope, RecordedEvent, StoredEvent};

use crate::fold::FoldError;

/// An event's place and circumstances, whichever way it was read.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_field_names, reason = "the two times have these names everywhere")]
pub(crate) struct At<'a> {
    pub position: u64,
    pub aggregate_type: &'a str,
    pub aggregate_id: &'a str,
    pub sequence: u64,
    pub event_type: &'a str,
    pub occurred_at: DateTime<Utc>,
    pub recorded_at: DateTime<Utc>,
    pub actor: &'a str,
    pub origin: &'a str,
    pub request_id: Option<&'a str>,
}

impl<'a> At<'a> {
    pub fn of(event: &'a RecordedEvent) -> Self {
        let text = |key: &str| event.metadata.get(key).map(String::as_str);
        Self {
            position: event.position,
            aggregate_type: &event.stream.aggregate_type,
            aggregate_id: &event.stream.aggregate_id,
            sequence: event.sequence,
            event_type: &event.event_type,
            occurred_at: event.occurred_at,
            recorded_at: event.recorded_at,
            actor: event.actor(),
            origin: text("origin").unwrap_or_default(),
            request_id: text("request_id"),
        }
    }

    pub fn of_stored(event: &StoredEvent<'a>, envelope: &'a Envelope<'a>) -> Self {
        Self {
            position: event.position,
            aggregate_type: event.aggregate_type,
            aggregate_id: event.aggregate_id,
            sequence: event.sequence,
            event_type: event.event_type,
            occurred_at: event.occurred_at,
            recorded_at: event.recorded_at,
            actor: &envelope.actor,
            origin: &envelope.origin,
            request_id: envelope.request_id.as_deref(),
        }
    }
}

/// The event in the domain's terms. Takes the payload out of `at`: nobody needs it twice.
pub(crate) fn decode(at: &mut RecordedEvent) -> Result<DomainEvent, FoldError> {
    let payload = at.payload.take();
    Ok(DomainEvent::decode(&at.stream.aggregate_type, &at.event_type, at.event_version, payload)?)
}

/// As [`decode`], from the text.
pub(crate) fn decode_stored(event: &StoredEvent<'_>) -> Result<DomainEvent, FoldError> {
    let StoredEvent { aggregate_type, event_type, event_version, payload, .. } = *event;
    Ok(DomainEvent::decode_text(aggregate_type, event_type, event_version, payload)?)
}
