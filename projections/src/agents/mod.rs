//! Agents: those who help.

mod queries;
mod row;
mod view;

pub use queries::{AgentFilter, AgentKey, AgentQuery, count, get, list};
pub use view::AgentView;

pub(crate) use row::{AgentRow, INDEXES, TABLE};
