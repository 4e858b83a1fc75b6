//! An agent: someone who helps.
//!
//! What it protects: an agent has a name; one who is deactivated gets no more work and keeps what they did; what it protects of how
//! they get in is in `access.rs`.

mod access;
mod commands;
mod events;
mod factor_events;
mod rejection;
mod seats;
mod state;

pub use access::{
    Access, AccessCommand, FactorCommand, FactorKind, Factors, Invited, MAX_FACTORS, MAX_SESSIONS, Proof,
};
pub use commands::{AgentCommand, CreateAgent};
pub use events::{
    AgentCreated, AgentDeactivated, AgentEmailChanged, AgentErased, AgentEvent, AgentExported, AgentExternalIdChanged,
    AgentInvitationRevoked, AgentInvited, AgentInvitedV1, AgentJoined, AgentLogInFailed, AgentPasswordChanged,
    AgentReactivated, AgentRenamed, AgentRoleChanged, AgentSessionEnded, AgentSessionRevoked, AgentSessionStarted,
    RevocationReason,
};
pub use factor_events::{
    AgentFactorAdded, AgentFactorRemoved, AgentFactorsReset, AgentPasswordReset, AgentPasswordResetIssued,
    AgentReauthenticated, AgentRecoveryCodeUsed, AgentRecoveryCodesMade,
};
pub use rejection::AgentRejection;
pub use seats::{Held, Hold, Seats};
pub use state::{Agent, AgentState};
