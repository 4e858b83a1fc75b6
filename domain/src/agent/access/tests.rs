use uuid::Uuid;

use super::*;
use crate::{
    AgentId, Aggregate, FactorId, RecoveryCodesId,
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

fn invite(number: u128, role: Option<RoleId>) -> AccessCommand {
    AccessCommand::Invite { invitation: invitation(number), role, expires_at: "2026-11-29T00:00:00Z".to_owned() }
}

fn join(number: u128) -> AccessCommand {
    AccessCommand::Join { invitation: invitation(number), password: password(number) }
}

fn start(number: u128) -> AccessCommand {
    AccessCommand::StartSession { session: session(number), failed_attempts: 0, proofs: vec![] }
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
fn a_role_comes_with_the_invitation_when_it_is_accepted_and_a_later_one_leaves_it() {
    let mut given = Given::an_agent();
    given.when(invite(1, Some(RoleId::ADMIN))).unwrap();
    assert_eq!(given.0.access.role, RoleId::AGENT);
    given.when(invite(2, None)).unwrap();
    given.when(join(2)).unwrap();
    assert_eq!(given.0.access.role, RoleId::ADMIN);
    given.when(invite(3, Some(RoleId::AGENT))).unwrap();
    given.when(join(3)).unwrap();
    assert_eq!(given.0.access.role, RoleId::AGENT);
    assert_eq!(given.when(AccessCommand::SetRole(RoleId::ADMIN)), Ok(1));
    assert_eq!(given.when(AccessCommand::SetRole(RoleId::ADMIN)), Ok(0));
    assert_eq!(given.0.access.role, RoleId::ADMIN);
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

#[test]
fn a_password_reset_is_good_once_ends_every_session_and_leaves_second_factors() {
    let reset = |number| PasswordResetId::new(Uuid::from_u128(number));
    let issue = |number| AccessCommand::IssuePasswordReset {
        reset: reset(number),
        expires_at: "2026-11-29T00:00:00Z".to_owned(),
    };
    let set = |number| AccessCommand::ResetPassword { reset: reset(number), password: password(9) };
    assert_eq!(Given::an_agent().when(issue(1)), Err(AgentRejection::NotJoined));
    let mut given = Given::joined();
    let factor = FactorId::new(Uuid::from_u128(1));
    let codes = RecoveryCodesId::new(Uuid::from_u128(1));
    given.when(AccessCommand::Factor(FactorCommand::Add { factor, kind: FactorKind::Totp, codes })).unwrap();
    given.when(start(1)).unwrap();
    assert_eq!(given.when(issue(1)), Ok(1));
    assert_eq!(given.when(issue(2)), Ok(1));
    assert_eq!(given.when(set(1)), Err(AgentRejection::ResetGone));
    assert_eq!(given.when(set(2)), Ok(1));
    assert_eq!(given.when(set(2)), Err(AgentRejection::ResetGone));
    assert!(given.sessions().is_empty() && !given.0.access.factors.is_empty());
    assert_eq!(given.0.access.password, Some(password(9)));
    given.when(start(2)).unwrap();
    given.when(issue(3)).unwrap();
    given.when(AccessCommand::ChangePassword { password: password(8), kept: session(2) }).unwrap();
    assert_eq!(given.when(set(3)), Err(AgentRejection::ResetGone), "another password overtakes it");
}
