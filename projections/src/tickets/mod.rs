//! Tickets as they stand: the list that agents work through, and one ticket by its id, number or external id.

mod filter;
mod list;
mod past;
mod project;
mod queries;
mod row;
#[cfg(test)]
mod tests;
mod view;

pub use filter::{Deleted, TicketFilter};
pub use list::{MAX_SORT_FIELDS, SortField, TicketQuery};
pub use past::{LogState, TicketAsOf, past};
pub use queries::{MAX_COUNT, TicketKey, count, count_some, find, get, list};
pub use view::{AgentRef, CustomerRef, TeamRef, TicketView};

pub(crate) use queries::seen;
pub(crate) use row::{INDEXES, TABLE, TicketRow, micros, status_rank};
pub(crate) use view::ticket_names;
