//! What every row of this group is: a pure fold of the events of one stream.

use domain::aggregate::DecodeError;

use crate::fold::At;

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
    pub fn not_begun(at: &At<'_>) -> Self {
        Self::NotBegun { event_type: at.event_type.to_owned() }
    }

    pub fn begun_twice(at: &At<'_>) -> Self {
        Self::BegunTwice { event_type: at.event_type.to_owned() }
    }
}

/// A row that the events of one stream make.
pub(crate) trait Folded: Sized {
    type Event;

    /// The row that the first event of a stream makes.
    fn begin(at: &At<'_>, event: &Self::Event) -> Result<Self, FoldError>;
    /// What a later event changes.
    fn apply(&mut self, at: &At<'_>, event: &Self::Event) -> Result<(), FoldError>;
    /// The position of the last event that it holds.
    fn position(&self) -> i64;
    /// Notes that it holds the event at this place.
    fn stamp(&mut self, at: &At<'_>);
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
