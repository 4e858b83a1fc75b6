//! Teams of agents.

mod queries;
mod row;
mod view;

pub use queries::{TeamQuery, count, get, list};
pub use view::TeamView;

pub(crate) use row::{INDEXES, TABLE, TeamRow};
