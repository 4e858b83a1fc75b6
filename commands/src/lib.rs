//! The write side: who may do what, load, decide, append.
//!
//! A wish is an [`Operation`]; [`Desk::run`] attempts it in a [`Unit`] of work: streams are loaded, the pure rules of
//! `domain` decide, and everything is appended as one commit, or nothing is. A conflict with another writer is
//! attempted again from the start. What a decision needs of other aggregates is read from their streams, never from a
//! read model; this crate does not know that there are any.

mod access_log;
pub mod access_policy;
pub mod access_reviews;
pub mod agents;
pub mod api_keys;
pub mod buckets;
mod cache;
mod caller;
pub mod claims;
pub mod content;
pub mod customers;
mod desk;
mod error;
pub mod files;
pub mod import;
pub mod legal_holds;
pub mod log_streams;
pub mod messages;
pub mod operators;
pub mod people;
pub mod plans;
pub mod presence;
pub mod rate_limits;
mod reach;
pub mod restore;
pub mod retention;
mod roles;
mod seats;
pub mod service_accounts;
pub mod support;
pub mod teams;
pub mod tenants;
mod thresholds;
pub mod tickets;
mod turns;
pub mod undo;
mod unit;
pub mod views;
pub mod webhooks;

pub use caller::{Caller, Permission, PermissionError, Permissions, Permitted};
pub use desk::{Desk, Outcome, Receipt, Request};
pub use error::CommandError;
pub use unit::{About, Operation, Unit};
