//! Full text: what tickets, customers and agents are found by.
//!
//! A group of its own ([`Group::Search`](crate::Group::Search)): making vectors of words takes as long as all else that is
//! made of a message, and no list and no number needs them. Whoever searches brings it to the end of the log first.
//!
//! One row per text that can be said anew: a title, a message, a name, a tag. So an event says what a row holds without
//! a look at what was there, and nothing is read while it is folded.
//!
//! The configuration is `simple` throughout: a help desk holds many languages in one list, and stems of the wrong one
//! hide what was typed.

mod project;
mod query;
mod row;
mod state;

use crate::generation::{Definition, definition};

pub use query::{TextQuery, TextQueryError};

pub(crate) use state::Search;

/// The version of its rows. Raise it when a row would be folded differently, or has another column.
pub(crate) const VERSION: i32 = 1;

/// Its tables.
pub(crate) const DEFINITIONS: &[Definition] = &[definition::<row::SearchRow>(row::TABLE, row::INDEXES)];

/// Those who are found by `term`, a placeholder: ids that begin with `prefix`. Said as bounds, from which PostgreSQL knows
/// how few customers are among so many tickets: it looks up what they asked for, and does not read all tickets for it.
pub(crate) fn found(term: &str, prefix: &str) -> String {
    format!(
        "SELECT id FROM search_words WHERE words @@ phraseto_tsquery('simple', {term}) \
         AND id >= '{prefix}_' AND id < '{prefix}`'"
    )
}
