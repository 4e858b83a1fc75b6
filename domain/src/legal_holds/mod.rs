//! What must be kept because of a dispute: legal holds, each about some tickets, some customers, a tag, or everything.
//!
//! What it protects: while a hold stands, nothing that it is about is deleted, redacted or erased, by whomever and for
//! whatever reason; nothing is taken out of its reach; and who placed and released it, and why, stays known.

mod commands;
mod events;
mod rejection;
mod state;

pub use commands::{LegalHoldsCommand, PlaceLegalHold};
pub use events::{HeldThings, LegalHoldPlaced, LegalHoldReleased, LegalHoldsEvent};
pub use rejection::LegalHoldsRejection;
pub use state::{LegalHolds, LegalHoldsState};
