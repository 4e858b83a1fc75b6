//! What can go wrong on the read side, in words that say what to do next.

use event_store::{StoreError, driver};

/// The read models could not be brought further. No row was changed without its checkpoint.
#[derive(Debug, thiserror::Error)]
pub enum ProjectionError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An event that cannot be folded. It is never skipped: what comes after it waits.
    #[error("the event at position {position} cannot be folded: {reason}")]
    Poisoned {
        /// Its place in the log.
        position: u64,
        /// Why.
        reason: String,
    },
    /// The group was parked before an event that cannot be folded, by this process or another.
    #[error(
        "the read models are parked at position {checkpoint}: {reason}; once that is mended they go on by themselves within \
         a minute, or at once with `ledgerdesk resume`"
    )]
    Parked {
        /// The last position that the rows cover.
        checkpoint: u64,
        /// Why, as it was when they were parked.
        reason: String,
    },
    /// [`install`](crate::install) has not been run for this tenant.
    #[error("this tenant has no read models yet")]
    NotInstalled,
    /// The tables are those of another version of this program.
    #[error(
        "the read models are of version {stored}, this program writes version {known}: {}",
        if stored > known { "run the newer program" } else { "rebuild them with `ledgerdesk rebuild`" }
    )]
    Version {
        /// The version of the tables.
        stored: i32,
        /// The version that this program knows.
        known: i32,
    },
    /// Somebody threw away what this rebuild was building.
    #[error("the rebuild was thrown away while it ran; the live read models are as they were")]
    Discarded,
    /// The task that folds was stopped.
    #[error("this process is shutting down")]
    ShuttingDown,
}

impl ProjectionError {
    /// Whether programs of a newer version keep the read models now.
    pub fn is_of_newer_program(&self) -> bool {
        matches!(self, Self::Version { stored, known } if stored > known)
    }
}

impl From<driver::Error> for ProjectionError {
    fn from(error: driver::Error) -> Self {
        Self::Store(error.into())
    }
}

/// A question that could not be answered.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The position to go on after does not fit the sort order.
    #[error("the position to go on after belongs to another sort order")]
    ForeignPosition,
    /// Sorted by more fields than [`MAX_SORT_FIELDS`](crate::tickets::MAX_SORT_FIELDS), or twice by one.
    #[error("sort by at most 3 different fields")]
    SortFields,
    /// A period that ends before it begins.
    #[error("the period ends before it begins")]
    EmptyPeriod,
    /// [`install`](crate::install) has not been run for this tenant.
    #[error("this tenant has no read models yet")]
    NotInstalled,
    /// A stored event cannot be read by this program.
    #[error(transparent)]
    Decode(#[from] domain::aggregate::DecodeError),
}

impl From<driver::Error> for QueryError {
    fn from(error: driver::Error) -> Self {
        Self::Store(error.into())
    }
}
