//! An agent: someone who helps.
//!
//! What it protects: an agent has a name; one who is deactivated gets no more work and keeps what they did.

mod commands;
mod events;
mod rejection;
mod state;

pub use commands::{AgentCommand, CreateAgent};
pub use events::{
    AgentCreated, AgentDeactivated, AgentEmailChanged, AgentEvent, AgentExternalIdChanged, AgentReactivated,
    AgentRenamed,
};
pub use rejection::AgentRejection;
pub use state::{Agent, AgentState};
