//! What can have happened to an agent: the storage format.

use serde::{Deserialize, Serialize};

use crate::{
    agent::{
        access::Proof,
        factor_events::{
            AgentFactorAdded, AgentFactorRemoved, AgentFactorsReset, AgentPasswordReset, AgentPasswordResetIssued,
            AgentReauthenticated, AgentRecoveryCodeUsed, AgentRecoveryCodesMade,
        },
    },
    aggregate::events,
    ids::{InvitationId, PasswordId, SessionId},
    personal::Personal,
    role::RoleId,
};

/// An agent joined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentCreated {
    /// What they are called.
    pub name: Personal,
    /// Where they read mail.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub email: Option<Personal>,
    /// Their id in another system.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub external_id: Option<String>,
}

/// They are called differently now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentRenamed {
    /// Now.
    pub name: Personal,
}

/// They read mail elsewhere now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentEmailChanged {
    /// Now; none when it was removed.
    pub email: Option<Personal>,
}

/// They have this id in another system now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentExternalIdChanged {
    /// Now.
    pub external_id: Option<String>,
    /// Before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous: Option<String>,
}

/// They get no more work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentDeactivated {}

/// They get work again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentReactivated {}

/// They may join by setting a password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentInvited {
    /// The invitation; it replaces the one before.
    pub invitation: InvitationId,
    /// The role that they have once they joined.
    pub role: RoleId,
    /// When it ends (RFC 3339).
    pub expires_at: String,
}

/// As [`AgentInvited`], when there were admins and agents and nobody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentInvitedV1 {
    /// The invitation.
    pub invitation: InvitationId,
    /// Whether they may do everything once they joined.
    pub admin: bool,
    /// When it ends (RFC 3339).
    pub expires_at: String,
}

impl From<AgentInvitedV1> for AgentInvited {
    /// An admin could do what an owner can.
    fn from(before: AgentInvitedV1) -> Self {
        let AgentInvitedV1 { invitation, admin, expires_at } = before;
        Self { invitation, role: if admin { RoleId::OWNER } else { RoleId::AGENT }, expires_at }
    }
}

/// They have another role now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentRoleChanged {
    /// Now.
    pub role: RoleId,
    /// Before.
    pub previous: RoleId,
}

/// An invitation was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentInvitationRevoked {
    /// The invitation.
    pub invitation: InvitationId,
}

/// They accepted an invitation and set a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentJoined {
    /// The invitation.
    pub invitation: InvitationId,
    /// The password that counts from now on.
    pub password: PasswordId,
}

/// They set another password; all sessions but one are over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentPasswordChanged {
    /// The password that counts from now on.
    pub password: PasswordId,
    /// The session that goes on: the one that it was done in.
    pub kept_session: SessionId,
}

/// They logged in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentSessionStarted {
    /// The session.
    pub session: SessionId,
    /// How often a wrong password was tried since that was last recorded.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub failed_attempts: u32,
    /// What they proved who they are with, beside a password alone.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub proofs: Vec<Proof>,
}

/// They logged out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentSessionEnded {
    /// The session.
    pub session: SessionId,
}

/// Why a session was ended for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationReason {
    /// A refresh token came a second time: one of the two who hold it has stolen it.
    RefreshReuse,
    /// Somebody who may ended it.
    Administrator,
}

/// A session was ended for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentSessionRevoked {
    /// The session.
    pub session: SessionId,
    /// Why.
    pub reason: RevocationReason,
}

/// Somebody tried wrong passwords. Recorded at most once an hour, so that an attack does not fill the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentLogInFailed {
    /// How often since that was last recorded.
    pub attempts: u32,
    /// Network address and user agent of the last one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub client: Option<Personal>,
}

/// They were forgotten: their keys were destroyed by the commit that says so. They get no more work, and nothing lets
/// them in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentErased {}

/// Somebody was given a copy of everything that is known about them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentExported {}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

events!(
    /// What can have happened to an agent.
    AgentEvent {
        "agent.created" v 1 => AgentCreated;
        "agent.renamed" v 1 => AgentRenamed;
        "agent.email_changed" v 1 => AgentEmailChanged;
        "agent.external_id_changed" v 1 => AgentExternalIdChanged;
        "agent.deactivated" v 1 => AgentDeactivated;
        "agent.reactivated" v 1 => AgentReactivated;
        "agent.invited" v 2 => AgentInvited, from v 1 => AgentInvitedV1;
        "agent.invitation_revoked" v 1 => AgentInvitationRevoked;
        "agent.joined" v 1 => AgentJoined;
        "agent.password_changed" v 1 => AgentPasswordChanged;
        "agent.role_changed" v 1 => AgentRoleChanged;
        "agent.session_started" v 1 => AgentSessionStarted;
        "agent.session_ended" v 1 => AgentSessionEnded;
        "agent.session_revoked" v 1 => AgentSessionRevoked;
        "agent.log_in_failed" v 1 => AgentLogInFailed;
        "agent.factor_added" v 1 => AgentFactorAdded;
        "agent.factor_removed" v 1 => AgentFactorRemoved;
        "agent.factors_reset" v 1 => AgentFactorsReset;
        "agent.recovery_codes_made" v 1 => AgentRecoveryCodesMade;
        "agent.recovery_code_used" v 1 => AgentRecoveryCodeUsed;
        "agent.reauthenticated" v 1 => AgentReauthenticated;
        "agent.password_reset_issued" v 1 => AgentPasswordResetIssued;
        "agent.password_reset" v 1 => AgentPasswordReset;
        "agent.exported" v 1 => AgentExported;
        "agent.erased" v 1 => AgentErased;
    }
);
