//! How an agent gets in: invited, joined with a password, sessions that begin and end.
//!
//! What it protects: only the latest invitation can be accepted, and once; nobody has a session who has not joined or
//! was deactivated; a new password, a new invitation that was accepted and a deactivation end the sessions that were.
//! Secrets are not here: a password and an invitation are ids, behind which the write side keeps digests.

use std::collections::BTreeSet;

use crate::{
    agent::{
        events::{
            AgentEvent, AgentInvitationRevoked, AgentInvited, AgentJoined, AgentLogInFailed, AgentPasswordChanged,
            AgentSessionEnded, AgentSessionRevoked, AgentSessionStarted, RevocationReason,
        },
        rejection::AgentRejection,
    },
    ids::{InvitationId, PasswordId, SessionId},
    personal::Personal,
};

/// An agent has at most so many sessions: a new one ends the oldest.
pub const MAX_SESSIONS: usize = 50;

/// What may be wished of an agent's access.
#[derive(Clone, Debug)]
pub enum AccessCommand {
    /// Let them in by a new invitation, which replaces the one before.
    Invite {
        /// The invitation.
        invitation: InvitationId,
        /// Whether they may do everything; none: as before.
        admin: Option<bool>,
        /// When it ends.
        expires_at: String,
    },
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
    },
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
    /// Whether whoever accepts it may do everything.
    pub admin: bool,
}

/// How an agent gets in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Whether they may do everything.
    pub admin: bool,
    /// The invitation that can be accepted.
    pub invitation: Option<Invited>,
    /// The password that counts; none until they joined.
    pub password: Option<PasswordId>,
    /// The sessions that were begun and not ended. Some of them may have run out: time is not known here.
    pub sessions: BTreeSet<SessionId>,
}

impl Access {
    /// What an accepted invitation would make of them.
    pub fn admin_after(&self, wanted: Option<bool>) -> bool {
        wanted.unwrap_or(self.invitation.map_or(self.admin, |invited| invited.admin))
    }

    pub(super) fn decide(
        &self,
        active: bool,
        subject: &str,
        command: AccessCommand,
    ) -> Result<Vec<AgentEvent>, AgentRejection> {
        Ok(match command {
            AccessCommand::Invite { .. } | AccessCommand::StartSession { .. } if !active => {
                return Err(AgentRejection::Deactivated);
            }
            AccessCommand::Invite { invitation, admin, expires_at } => {
                vec![AgentInvited { invitation, admin: self.admin_after(admin), expires_at }.into()]
            }
            AccessCommand::Join { invitation, password } => match self.invitation {
                Some(invited) if invited.id == invitation && active => {
                    vec![AgentJoined { invitation, password }.into()]
                }
                _ => return Err(AgentRejection::InvitationGone),
            },
            AccessCommand::ChangePassword { .. } | AccessCommand::StartSession { .. } if self.password.is_none() => {
                return Err(AgentRejection::NotJoined);
            }
            AccessCommand::ChangePassword { password, kept } => {
                vec![AgentPasswordChanged { password, kept_session: kept }.into()]
            }
            AccessCommand::StartSession { session, failed_attempts } => {
                vec![AgentSessionStarted { session, failed_attempts }.into()]
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
            | AccessCommand::RevokeSession { .. }
            | AccessCommand::NoteFailedLogIns { .. } => vec![],
        })
    }

    pub(super) fn invited(&mut self, event: &AgentInvited) {
        self.invitation = Some(Invited { id: event.invitation, admin: event.admin });
    }

    pub(super) fn invitation_revoked(&mut self, event: &AgentInvitationRevoked) {
        self.invitation = self.invitation.filter(|invited| invited.id != event.invitation);
    }

    pub(super) fn joined(&mut self, event: &AgentJoined) {
        self.admin = self.invitation.take().map_or(self.admin, |invited| invited.admin);
        self.password = Some(event.password);
        self.sessions.clear();
    }

    pub(super) fn password_changed(&mut self, event: &AgentPasswordChanged) {
        self.password = Some(event.password);
        self.sessions.retain(|session| *session == event.kept_session);
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
        self.sessions.clear();
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        Aggregate, AgentId,
        agent::{Agent, AgentCommand, AgentState, CreateAgent},
        text::Name,
    };

    struct Given(AgentState);

    impl Given {
        fn an_agent() -> Self {
            let mut given = Self(AgentState::default());
            let id = AgentId::new(Uuid::from_u128(1));
            let create = CreateAgent { id, name: Name::try_new("Eve").unwrap(), email: None, external_id: None };
            given.command(AgentCommand::Create(create)).unwrap();
            given
        }

        fn joined() -> Self {
            let mut given = Self::an_agent();
            given.when(invite(1, None)).unwrap();
            given.when(join(1)).unwrap();
            given
        }

        fn command(&mut self, command: AgentCommand) -> Result<usize, AgentRejection> {
            let events = Agent::decide(&self.0, command)?;
            events.iter().for_each(|event| Agent::apply(&mut self.0, event));
            Ok(events.len())
        }

        fn when(&mut self, command: AccessCommand) -> Result<usize, AgentRejection> {
            self.command(AgentCommand::Access(command))
        }

        fn sessions(&self) -> Vec<SessionId> {
            self.0.access.sessions.iter().copied().collect()
        }
    }

    fn invitation(number: u128) -> InvitationId {
        InvitationId::new(Uuid::from_u128(number))
    }

    fn session(number: u128) -> SessionId {
        SessionId::new(Uuid::from_u128(number))
    }

    fn password(number: u128) -> PasswordId {
        PasswordId::new(Uuid::from_u128(number))
    }

    fn invite(number: u128, admin: Option<bool>) -> AccessCommand {
        AccessCommand::Invite { invitation: invitation(number), admin, expires_at: "2026-11-29T00:00:00Z".to_owned() }
    }

    fn join(number: u128) -> AccessCommand {
        AccessCommand::Join { invitation: invitation(number), password: password(number) }
    }

    fn start(number: u128) -> AccessCommand {
        AccessCommand::StartSession { session: session(number), failed_attempts: 0 }
    }

    #[test]
    fn only_the_latest_invitation_is_accepted_and_once() {
        let mut given = Given::an_agent();
        given.when(invite(1, None)).unwrap();
        given.when(invite(2, None)).unwrap();
        assert_eq!(given.when(join(1)), Err(AgentRejection::InvitationGone));
        assert_eq!(given.when(join(2)), Ok(1));
        assert_eq!(given.when(join(2)), Err(AgentRejection::InvitationGone));
        given.when(invite(3, None)).unwrap();
        assert_eq!(given.when(AccessCommand::RevokeInvitation(invitation(3))), Ok(1));
        assert_eq!(given.when(AccessCommand::RevokeInvitation(invitation(3))), Ok(0));
        assert_eq!(given.when(join(3)), Err(AgentRejection::InvitationGone));
    }

    #[test]
    fn an_invitation_makes_an_admin_when_it_is_accepted_and_a_later_one_leaves_it_so() {
        let mut given = Given::an_agent();
        given.when(invite(1, Some(true))).unwrap();
        assert!(!given.0.access.admin);
        given.when(invite(2, None)).unwrap();
        given.when(join(2)).unwrap();
        assert!(given.0.access.admin);
        given.when(invite(3, Some(false))).unwrap();
        given.when(join(3)).unwrap();
        assert!(!given.0.access.admin);
    }

    #[test]
    fn nobody_has_a_session_who_has_not_joined_or_was_deactivated() {
        let mut given = Given::an_agent();
        assert_eq!(given.when(start(1)), Err(AgentRejection::NotJoined));
        let mut given = Given::joined();
        given.when(start(1)).unwrap();
        given.when(invite(2, None)).unwrap();
        given.command(AgentCommand::Deactivate).unwrap();
        assert!(given.sessions().is_empty());
        assert_eq!(given.when(start(2)), Err(AgentRejection::Deactivated));
        assert_eq!(given.when(join(2)), Err(AgentRejection::InvitationGone));
        given.command(AgentCommand::Reactivate).unwrap();
        assert!(given.sessions().is_empty(), "a session does not come back");
        assert_eq!(given.when(start(3)), Ok(1));
    }

    #[test]
    fn a_new_password_ends_every_session_but_the_one_that_set_it() {
        let mut given = Given::joined();
        (1..=3).for_each(|number| assert_eq!(given.when(start(number)), Ok(1)));
        let change = AccessCommand::ChangePassword { password: password(9), kept: session(2) };
        given.when(change).unwrap();
        assert_eq!(given.sessions(), [session(2)]);
        assert_eq!(given.0.access.password, Some(password(9)));
    }

    #[test]
    fn a_session_ends_once_and_the_oldest_makes_room() {
        let mut given = Given::joined();
        given.when(start(1)).unwrap();
        assert_eq!(given.when(AccessCommand::EndSession(session(1))), Ok(1));
        assert_eq!(given.when(AccessCommand::EndSession(session(1))), Ok(0));
        (2..=52).for_each(|number| assert_eq!(given.when(start(number)), Ok(1)));
        assert_eq!(given.sessions().len(), MAX_SESSIONS);
        assert_eq!(given.sessions()[0], session(3));
    }
}
