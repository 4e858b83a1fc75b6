//! An agent: someone who helps.
//!
//! What it protects: an agent has a name; one who is deactivated gets no more work and keeps what they did; what it protects of how
//! they get in is in `access.rs`.

mod access;
mod commands;
mod events;
mod rejection;
mod state;

pub use access::{Access, AccessCommand, Invited, MAX_SESSIONS};
pub use commands::{AgentCommand, CreateAgent};
pub use events::{
    AgentCreated, AgentDeactivated, AgentEmailChanged, AgentErased, AgentEvent, AgentExported, AgentExternalIdChanged,
    AgentInvitationRevoked, AgentInvited, AgentInvitedV1, AgentJoined, AgentLogInFailed, AgentPasswordChanged,
    AgentReactivated, AgentRenamed, AgentRoleChanged, AgentSessionEnded, AgentSessionRevoked, AgentSessionStarted,
    RevocationReason,
};
pub use rejection::AgentRejection;
pub use state::{Agent, AgentState};
