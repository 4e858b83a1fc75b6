//! How an agent gets in: invited, joined with a password, sessions that begin and end.
//!
//! What it protects: only the latest invitation can be accepted, and once; nobody has a session who has not joined or
//! was deactivated; a new password, a new invitation that was accepted and a deactivation end the sessions that were;
//! only the latest way to set another password is good, and once. Secrets are not here: a password and an invitation are ids, behind which the write side keeps digests.

mod factors;

use std::collections::BTreeSet;

use crate::{
    agent::{
        events::{
            AgentEvent, AgentInvitationRevoked, AgentInvited, AgentJoined, AgentLogInFailed, AgentPasswordChanged,
            AgentRoleChanged, AgentSessionEnded, AgentSessionRevoked, AgentSessionStarted, RevocationReason,
        },
        factor_events::{AgentFactorsReset, AgentPasswordReset, AgentPasswordResetIssued, AgentReauthenticated},
        rejection::AgentRejection,
    },
    ids::{InvitationId, PasswordId, PasswordResetId, SessionId},
    personal::Personal,
    role::RoleId,
};

pub use factors::{FactorCommand, FactorKind, Factors, MAX_FACTORS, Proof};

/// An agent has at most so many sessions: a new one ends the oldest.
pub const MAX_SESSIONS: usize = 50;

/// What may be wished of an agent's access.
#[derive(Clone, Debug)]
pub enum AccessCommand {
    /// Let them in by a new invitation, which replaces the one before.
    Invite {
        /// The invitation.
        invitation: InvitationId,
        /// As what; none: as before.
        role: Option<RoleId>,
        /// When it ends.
        expires_at: String,
    },
    /// Give them another role.
    SetRole(RoleId),
    /// Take an invitation back.
    RevokeInvitation(InvitationId),
    /// Accept an invitation.
    Join {
        /// The invitation.
        invitation: InvitationId,
        /// The password that counts from now on.
        password: PasswordId,
    },
    /// Set another password.
    ChangePassword {
        /// The password that counts from now on.
        password: PasswordId,
        /// The only session that goes on.
        kept: SessionId,
    },
    /// Log in.
    StartSession {
        /// The session.
        session: SessionId,
        /// How often a wrong password was tried since that was last recorded.
        failed_attempts: u32,
        /// What they proved who they are with.
        proofs: Vec<Proof>,
    },
    /// Prove again who they are.
    Reauthenticate {
        /// In which session.
        session: SessionId,
        /// How.
        proof: Proof,
    },
    /// Hand out a way to set another password, which replaces the one before.
    IssuePasswordReset {
        /// The way.
        reset: PasswordResetId,
        /// When it ends.
        expires_at: String,
    },
    /// Set another password by it.
    ResetPassword {
        /// The way.
        reset: PasswordResetId,
        /// The password that counts from now on.
        password: PasswordId,
    },
    /// Something about second factors.
    Factor(FactorCommand),
    /// Log out.
    EndSession(SessionId),
    /// End a session for them.
    RevokeSession {
        /// The session.
        session: SessionId,
        /// Why.
        reason: RevocationReason,
    },
    /// Record that somebody tried wrong passwords.
    NoteFailedLogIns {
        /// How often since that was last recorded.
        attempts: u32,
        /// Whence the last one came.
        client: Option<String>,
    },
}

/// An invitation that can still be accepted, as far as the log can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invited {
    /// Its id.
    pub id: InvitationId,
    /// The role of whoever accepts it.
    pub role: RoleId,
}

/// How an agent gets in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// What they may do.
    pub role: RoleId,
    /// The invitation that can be accepted.
    pub invitation: Option<Invited>,
    /// The password that counts; none until they joined.
    pub password: Option<PasswordId>,
    /// The sessions that were begun and not ended. Some of them may have run out: time is not known here.
    pub sessions: BTreeSet<SessionId>,
    /// The way to set another password that is good.
    pub reset: Option<PasswordResetId>,
    /// What they prove beside their password.
    pub factors: Factors,
}

impl Access {
    /// The role that they have once they accepted an invitation.
    pub fn role_after(&self, wanted: Option<RoleId>) -> RoleId {
        wanted.unwrap_or(self.invitation.map_or(self.role, |invited| invited.role))
    }

    pub(super) fn decide(
        &self,
        active: bool,
        subject: &str,
        command: AccessCommand,
    ) -> Result<Vec<AgentEvent>, AgentRejection> {
        Ok(match command {
            AccessCommand::Invite { .. }
            | AccessCommand::StartSession { .. }
            | AccessCommand::IssuePasswordReset { .. }
                if !active =>
            {
                return Err(AgentRejection::Deactivated);
            }
            AccessCommand::Invite { invitation, role, expires_at } => {
                vec![AgentInvited { invitation, role: self.role_after(role), expires_at }.into()]
            }
            AccessCommand::SetRole(role) if role == self.role => vec![],
            AccessCommand::SetRole(role) => vec![AgentRoleChanged { role, previous: self.role }.into()],
            AccessCommand::Join { invitation, password } => match self.invitation {
                Some(invited) if invited.id == invitation && active => {
                    vec![AgentJoined { invitation, password }.into()]
                }
                _ => return Err(AgentRejection::InvitationGone),
            },
            AccessCommand::ChangePassword { .. }
            | AccessCommand::StartSession { .. }
            | AccessCommand::IssuePasswordReset { .. }
                if self.password.is_none() =>
            {
                return Err(AgentRejection::NotJoined);
            }
            AccessCommand::IssuePasswordReset { reset, expires_at } => {
                vec![AgentPasswordResetIssued { reset, expires_at }.into()]
            }
            AccessCommand::ResetPassword { reset, password } if self.reset == Some(reset) && active => {
                vec![AgentPasswordReset { reset, password }.into()]
            }
            AccessCommand::ResetPassword { .. } => return Err(AgentRejection::ResetGone),
            AccessCommand::Factor(command) => return self.factors.decide(command),
            AccessCommand::ChangePassword { password, kept } => {
                vec![AgentPasswordChanged { password, kept_session: kept }.into()]
            }
            AccessCommand::StartSession { session, failed_attempts, proofs } => {
                vec![AgentSessionStarted { session, failed_attempts, proofs }.into()]
            }
            AccessCommand::Reauthenticate { session, proof } if self.sessions.contains(&session) => {
                vec![AgentReauthenticated { session, proof }.into()]
            }
            AccessCommand::RevokeInvitation(invitation) if self.invitation.is_some_and(|it| it.id == invitation) => {
                vec![AgentInvitationRevoked { invitation }.into()]
            }
            AccessCommand::EndSession(session) if self.sessions.contains(&session) => {
                vec![AgentSessionEnded { session }.into()]
            }
            AccessCommand::RevokeSession { session, reason } if self.sessions.contains(&session) => {
                vec![AgentSessionRevoked { session, reason }.into()]
            }
            AccessCommand::NoteFailedLogIns { attempts, client } if attempts > 0 => {
                let client = client.map(|client| Personal::new(subject, client));
                vec![AgentLogInFailed { attempts, client }.into()]
            }
            AccessCommand::RevokeInvitation(_)
            | AccessCommand::EndSession(_)
            | AccessCommand::Reauthenticate { .. }
            | AccessCommand::RevokeSession { .. }
            | AccessCommand::NoteFailedLogIns { .. } => vec![],
        })
    }

    pub(super) fn invited(&mut self, event: &AgentInvited) {
        self.invitation = Some(Invited { id: event.invitation, role: event.role });
    }

    pub(super) fn invitation_revoked(&mut self, event: &AgentInvitationRevoked) {
        self.invitation = self.invitation.filter(|invited| invited.id != event.invitation);
    }

    pub(super) fn joined(&mut self, event: &AgentJoined) {
        self.role = self.role_after(None);
        self.invitation = None;
        self.password = Some(event.password);
        self.sessions.clear();
        self.reset = None;
    }

    pub(super) fn role_changed(&mut self, event: &AgentRoleChanged) {
        self.role = event.role;
    }

    pub(super) fn password_changed(&mut self, event: &AgentPasswordChanged) {
        self.password = Some(event.password);
        self.sessions.retain(|session| *session == event.kept_session);
        self.reset = None;
    }

    pub(super) fn reset_issued(&mut self, event: &AgentPasswordResetIssued) {
        self.reset = Some(event.reset);
    }

    pub(super) fn password_reset(&mut self, event: AgentPasswordReset) {
        self.password = Some(event.password);
        self.sessions.clear();
        self.reset = None;
    }

    pub(super) fn factors_reset(&mut self, _: AgentFactorsReset) {
        self.factors = Factors::default();
        self.sessions.clear();
    }

    pub(super) fn session_started(&mut self, event: &AgentSessionStarted) {
        self.sessions.insert(event.session);
        // Ids sort by time: the first is the oldest.
        while self.sessions.len() > MAX_SESSIONS {
            self.sessions.pop_first();
        }
    }

    pub(super) fn session_over(&mut self, session: SessionId) {
        self.sessions.remove(&session);
    }

    /// They left: what they held opens nothing, also when they come back. Their password still counts then.
    pub(super) fn deactivated(&mut self) {
        self.invitation = None;
        self.reset = None;
        self.sessions.clear();
    }
}

#[cfg(test)]
mod tests;
