//! A team: agents who share a queue.
//!
//! What it protects: a team has a name and members; an agent is in it once.

mod commands;
mod events;
mod rejection;
mod state;

pub use commands::{CreateTeam, TeamCommand};
pub use events::{TeamCreated, TeamEvent, TeamMemberAdded, TeamMemberRemoved, TeamRenamed};
pub use rejection::TeamRejection;
pub use state::{Team, TeamState};
