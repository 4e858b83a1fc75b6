//! The tree over a log (the crate `proof`), kept behind the appends, and what is signed of it.
//!
//! - [`Sealer`] reads the events that are new, adds their leaves, and signs a checkpoint. An append knows nothing of
//!   it, and never waits for it. Any number of processes may have one: a row lock decides which of them seals.
//! - Checkpoints are also written to files outside the database, and a sealer signs nothing that is not consistent
//!   with the last of those: whoever changes the past in the database stops the sealing, instead of getting a
//!   signature for it.
//! - [`Log::checkpoint`](crate::Log::checkpoint) and the rest of [`read`] give what was sealed to those who ask.

mod certificate;
mod cosign;
mod error;
mod export;
mod keys;
mod published;
mod read;
mod rotation;
mod round;
mod rows;
mod sealer;
mod state;
mod store;
mod thin;

pub use cosign::CosignError;
pub use error::SealError;
pub use keys::LogKey;
pub use published::PublishedCheckpoints;
pub use read::{Inclusion, SealedCheckpoint, TreeStatus};
pub use rows::{StoredRow, StoredRows};
pub use sealer::{SealSettings, Sealed, Sealer};
