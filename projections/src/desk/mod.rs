//! The group of read models that agents and programs look at: tickets, timelines, customers, agents and teams.
//!
//! Whatever is read of it in one transaction is of one position. Raise [`VERSION`] when a row would be folded
//! differently, or has another column, or when there is another index: every tenant's tables are rebuilt then.

mod model;
mod rows;
mod state;
mod write;

use crate::{
    agents, customers,
    generation::{Definition, definition},
    records, teams, tickets, timeline,
};

pub(crate) use rows::Rows;
pub(crate) use state::Desk;

/// The version of its rows.
pub(crate) const VERSION: i32 = 12;

/// Its tables.
pub(crate) const DEFINITIONS: &[Definition] = &[
    definition::<tickets::TicketRow>(tickets::TABLE, tickets::INDEXES),
    definition::<timeline::TimelineRow>(timeline::TABLE, timeline::INDEXES),
    definition::<customers::CustomerRow>(customers::TABLE, customers::INDEXES),
    definition::<agents::AgentRow>(agents::TABLE, agents::INDEXES),
    definition::<teams::TeamRow>(teams::TABLE, teams::INDEXES),
    definition::<records::RecordRow>(records::TABLE, records::INDEXES),
];
