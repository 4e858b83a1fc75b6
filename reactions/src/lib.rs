//! What happens because of events: an event comes in, an effect goes out.
//!
//! Each reaction is a named [`subscription`] with a checkpoint. What it intends is written down in the transaction that
//! moves the checkpoint, and done afterwards, at least once: whoever dies in between leaves the intent behind. Doing it
//! twice would bother a customer, so nothing of this may be rebuilt, and the auditors' tool does not link it.
//!
//! [`webhooks`] tells the tenants' own systems, [`log_streams`] sends the audit trail to where it is watched. [`erasure`]
//! cleans what an erasure leaves behind outside the log; its rows of intent are written by the commit that erases.
//! [`retention`] and [`access_reviews`] wait for no event but for the time: they have tickets erased, and reviews opened, by
//! commands.
//!
//! Deliberately absent: read models (those are `projections`), and decisions (those are `commands`): a reaction that
//! changes something does it by a command, like anybody else.

pub mod access_reviews;
pub mod erasure;
mod error;
pub mod log_streams;
pub mod retention;
pub mod rotation;
mod subscription;
pub mod webhooks;

pub use error::ReactionError;
