//! What every row of this group is: a pure fold of the events of one stream.

use std::collections::{BTreeMap, btree_map::Entry};

use domain::{DomainEvent, aggregate::DecodeError};
use event_store::RecordedEvent;

use crate::sql::signed;

/// An event that fits no row. The log never holds one, so the fold must stop and say so.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FoldError {
    #[error("{event_type} comes before what begins its stream")]
    NotBegun { event_type: String },
    #[error("{event_type} begins a stream that has begun")]
    BegunTwice { event_type: String },
    #[error("ticket.opened without a number")]
    NoNumber,
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

impl FoldError {
    pub fn not_begun(at: &RecordedEvent) -> Self {
        Self::NotBegun { event_type: at.event_type.clone() }
    }

    pub fn begun_twice(at: &RecordedEvent) -> Self {
        Self::BegunTwice { event_type: at.event_type.clone() }
    }
}

/// A row that the events of one stream make.
pub(crate) trait Folded: Sized {
    type Event;

    /// The row that the first event of a stream makes.
    fn begin(at: &RecordedEvent, event: &Self::Event) -> Result<Self, FoldError>;
    /// What a later event changes.
    fn apply(&mut self, at: &RecordedEvent, event: &Self::Event) -> Result<(), FoldError>;
    /// The position of the last event that it holds.
    fn position(&self) -> i64;
    /// Notes that it holds the event at this place.
    fn stamp(&mut self, at: &RecordedEvent);
}

/// Folds one event into its row; gives whether it changed anything. One that the row already holds does not.
pub(crate) fn fold<R: Folded>(
    rows: &mut BTreeMap<String, R>,
    at: &RecordedEvent,
    event: &R::Event,
) -> Result<bool, FoldError> {
    match rows.entry(at.stream.aggregate_id.clone()) {
        Entry::Vacant(place) => {
            place.insert(R::begin(at, event)?);
            Ok(true)
        }
        Entry::Occupied(mut row) if row.get().position() < signed(at.position) => {
            row.get_mut().apply(at, event)?;
            row.get_mut().stamp(at);
            Ok(true)
        }
        Entry::Occupied(_) => Ok(false),
    }
}

/// The event in the domain's terms. Takes the payload out of `at`: nobody needs it twice.
pub(crate) fn decode(at: &mut RecordedEvent) -> Result<DomainEvent, FoldError> {
    let payload = at.payload.take();
    Ok(DomainEvent::decode(&at.stream.aggregate_type, &at.event_type, at.event_version, payload)?)
}

/// What every row notes of the event that it held last.
macro_rules! stamp {
    ($row:expr, $at:expr) => {
        $row.updated_at = $row.updated_at.max($at.occurred_at);
        $row.version = $crate::sql::signed($at.sequence);
        $row.position = $crate::sql::signed($at.position);
    };
}
pub(crate) use stamp;
