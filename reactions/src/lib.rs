//! What happens because of events: an event comes in, an effect goes out.
//!
//! Each reaction is a named [`subscription`] with a checkpoint. What it intends is written down in the transaction that
//! moves the checkpoint, and done afterwards, at least once: whoever dies in between leaves the intent behind. Doing it
//! twice would bother a customer, so nothing of this may be rebuilt, and the auditors' tool does not link it.
//!
//! One reaction so far: [`webhooks`].
//!
//! Deliberately absent: read models (those are `projections`), and decisions (those are `commands`): a reaction that
//! changes something does it by a command, like anybody else.

mod error;
mod subscription;
pub mod webhooks;

pub use error::ReactionError;
