//! The group of read models that agents and programs look at: tickets, timelines, customers, agents and teams.
//!
//! One name, one version, one checkpoint: whatever is read from it in one transaction is of one position. Raise
//! [`VERSION`] when a row would be folded differently, or has another column: every tenant's tables are rebuilt then.

mod at;
mod fold;
mod rows;
mod state;
mod write;

pub(crate) use at::{At, decode, decode_stored};
pub(crate) use fold::{FoldError, Folded, stamp};
pub(crate) use rows::Rows;
pub(crate) use state::Desk;
pub(crate) use write::{Missing, write};

/// Its name in `subscriptions`.
pub const NAME: &str = "desk";
/// The row in `subscriptions` of the generation that is being built.
pub const REBUILD: &str = "desk:rebuild";
/// The version of its rows.
pub const VERSION: i32 = 4;
