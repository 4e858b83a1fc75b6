//! What can have happened to an agent's second factors, and to the ways around them: the storage format.

use serde::{Deserialize, Serialize};

use crate::{
    agent::access::{FactorKind, Proof},
    ids::{FactorId, PasswordId, PasswordResetId, RecoveryCodesId, SessionId},
};

/// A second factor counts from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentFactorAdded {
    /// The factor.
    pub factor: FactorId,
    /// What it is.
    pub kind: FactorKind,
}

/// A second factor counts no more. With the last one, recovery codes do not either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentFactorRemoved {
    /// The factor.
    pub factor: FactorId,
}

/// All their second factors were taken for them, because they lost them; all sessions are over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentFactorsReset {}

/// Recovery codes were made; those before count no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentRecoveryCodesMade {
    /// The set.
    pub codes: RecoveryCodesId,
}

/// One recovery code was spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentRecoveryCodeUsed {
    /// Of this set.
    pub codes: RecoveryCodesId,
}

/// They proved again who they are, within a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentReauthenticated {
    /// The session.
    pub session: SessionId,
    /// How.
    pub proof: Proof,
}

/// A way to set another password was handed out for them; it replaces the one before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentPasswordResetIssued {
    /// The way.
    pub reset: PasswordResetId,
    /// When it ends (RFC 3339).
    pub expires_at: String,
}

/// They set another password by a way that was handed out; all sessions are over. Second factors stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentPasswordReset {
    /// The way.
    pub reset: PasswordResetId,
    /// The password that counts from now on.
    pub password: PasswordId,
}
