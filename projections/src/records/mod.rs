//! What happened to everything but tickets: customers, agents, teams, the tenant itself. One line per event; who asks
//! is the audit trail.

mod project;
mod row;

pub(crate) use project::line;
pub(crate) use row::{INDEXES, RecordRow, TABLE};
