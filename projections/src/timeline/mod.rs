//! What happened to a ticket, line by line: every event, and the messages and notes among them.

mod project;
mod queries;
mod row;
mod view;

pub use project::MESSAGE_ID;
pub use queries::{causes, list, messages};
pub use view::{Actor, Attachment, Author, AuthorKind, Message, TimelineEntry, Visibility};

pub(crate) use project::{REWRITING, changes, line, rewrite, rewrites};
pub(crate) use queries::between;
pub(crate) use row::{INDEXES, TABLE, TimelineRow};
pub(crate) use view::Origin;

/// The table of the lines.
pub(crate) const NAME: &str = <TimelineRow as crate::table::TableRow>::TABLE;
