//! Saved views: questions to the list of tickets that somebody keeps under a name, for themselves or for everybody.
//!
//! What it protects: there are never more than can be looked at, and a view says nothing but what the list is asked: it
//! stands in the log as it is, so it holds no words to search for, which may name people.

mod commands;
mod events;
mod rejection;
mod state;

pub use commands::{SaveView, SavedViewsCommand};
pub use events::{SavedViewsEvent, ViewDeleted, ViewSaved};
pub use rejection::SavedViewsRejection;
pub use state::{SavedViews, SavedViewsState};
