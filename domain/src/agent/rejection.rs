//! Why a wish for an agent was not granted.

use crate::aggregate::Rejection;

/// Why not. The codes are part of the public contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AgentRejection {
    /// Created twice under one id.
    #[error("this agent exists already")]
    AlreadyExists,
    /// There is none.
    #[error("there is no such agent")]
    NotFound,
    /// Nobody who was deactivated gets in.
    #[error("this agent is deactivated: reactivate them first")]
    Deactivated,
    /// Accepted, revoked or replaced.
    #[error("this invitation was accepted, revoked or replaced: ask for a new one")]
    InvitationGone,
    /// No password yet.
    #[error("this agent has not joined yet: invite them")]
    NotJoined,
    /// Used, replaced, or overtaken by another password.
    #[error("this password reset was used or replaced: ask for a new one")]
    ResetGone,
    /// More than anybody has.
    #[error("this agent has 20 second factors: remove one first")]
    TooManyFactors,
    /// Recovery codes stand in for another factor.
    #[error("there is no second factor that recovery codes could stand in for: add one first")]
    NoFactor,
    /// Forgotten for ever.
    #[error("this agent was erased: nothing is recorded about them any more")]
    Erased,
}

impl Rejection for AgentRejection {
    fn code(&self) -> &'static str {
        match self {
            Self::AlreadyExists => "agent_already_exists",
            Self::NotFound => "agent_not_found",
            Self::Deactivated => "agent_deactivated",
            Self::InvitationGone => "invitation_gone",
            Self::NotJoined => "agent_not_joined",
            Self::ResetGone => "password_reset_gone",
            Self::TooManyFactors => "too_many_factors",
            Self::NoFactor => "no_second_factor",
            Self::Erased => "agent_erased",
        }
    }
}
