//! A ticket: one request for help, from its first message to its end.
//!
//! What it protects:
//! - a ticket always has a requester, and its number never changes;
//! - what is said on a closed ticket by an agent is refused until it is reopened; a customer is never refused, and
//!   their message reopens it;
//! - only an active agent can be assigned, and only an existing team can take it;
//! - whoever comes in takes their place in the month, and none is refused for it;
//! - a deleted ticket stands still until it is restored;
//! - a change is taken back as another one, and never over what somebody else did since;
//! - a wish that is already so changes nothing and records nothing.

mod commands;
mod content;
mod events;
pub mod history;
mod message;
mod month;
mod public;
mod rejection;
mod state;
#[cfg(test)]
pub(crate) mod tests;
mod undo;

pub use commands::{AgentFact, CustomerFact, FileFact, OpenTicket, TeamFact, TicketCommand};
pub use content::{TicketContent, title_key};
pub use events::{
    ActivityRecorded, Assigned, Attachment, AttachmentFoundInfected, Author, AwaitingCustomer, Channel, Closed,
    Deleted, Erased, ExternalIdChanged, MessageRectified, MessageRedacted, MovedToTeam, NoteAdded, Opened, Priority,
    PriorityChanged, Rated, ReopenReason, Reopened, Replied, RequesterChanged, Requeued, Resolved, Restored, Retitled,
    Started, Status, Tagged, TicketEvent, TypeChanged, Unassigned, Untagged,
};
pub use message::{MessageFact, Written};
pub use month::{InMonth, Place, TICKETS_OF_MONTH};
pub use rejection::TicketRejection;
pub use state::{Ticket, TicketState};
pub use undo::{Back, Step, UndoRefusal, is_undoable, undo};
