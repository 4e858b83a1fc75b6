//! What can go wrong in a reaction, in words that say what to do next.

use commands::{CommandError, files::FileError};
use event_store::{StoreError, driver, tree::SealError};
use projections::{ProjectionError, QueryError};

/// A reaction could not go on. Nothing was skipped: what comes after it waits.
#[derive(Debug, thiserror::Error)]
pub enum ReactionError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is to be sent could not be read.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// What an event means now could not be folded.
    #[error(transparent)]
    Projection(#[from] ProjectionError),
    /// What the reaction does by a command was refused.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// A file could not be removed.
    #[error(transparent)]
    File(#[from] FileError),
    /// An event that this program cannot read.
    #[error("the event at position {position} cannot be reacted to: {reason}")]
    Poisoned {
        /// Its place in the log.
        position: u64,
        /// Why.
        reason: String,
    },
    /// A certificate could not be signed, or not be kept.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// Other processes seal under the old key faster than it is sealed anew.
    #[error(
        "other processes still seal under the old key of this tenant: both keys are good, and nothing is lost; see that \
         they can reach the database, and run it again"
    )]
    KeyStillNeeded,
    /// Rows may still hold what was erased.
    #[error(
        "the read models {name} are at position {checkpoint}, before the erasure at {position}: it is completed once \
         they have come past it; if they do not, see `ledgerdesk doctor`"
    )]
    NotCovered {
        /// Their name in `subscriptions`.
        name: String,
        /// Their last position.
        checkpoint: u64,
        /// That of the erasure.
        position: u64,
    },
    /// There is nothing to sign a delivery with, and none is sent without.
    #[error("{what} {id} has no secret that signs: give it a new one (POST /api/{what}s/{id}/rotate-secret)")]
    Unsigned {
        /// `webhook` or `log-stream`.
        what: &'static str,
        /// Which.
        id: String,
    },
    /// The reaction was parked before an event that cannot be read, by this process or another.
    #[error(
        "the reaction {name} is parked at position {checkpoint}: {reason}; once that is mended it goes on by itself within \
         a minute, or at once with `ledgerdesk resume`"
    )]
    Parked {
        /// Its name in `subscriptions`.
        name: &'static str,
        /// The last position that it has reacted to.
        checkpoint: u64,
        /// Why, as it was when it was parked.
        reason: String,
    },
    /// Its migration has not been run for this tenant.
    #[error("the reaction {0} is not installed for this tenant: start the server once, which migrates")]
    NotInstalled(&'static str),
}

impl From<driver::Error> for ReactionError {
    fn from(error: driver::Error) -> Self {
        Self::Store(error.into())
    }
}
