//! What the rules read of an agent; decide and apply.

use crate::{
    agent::{
        access::Access,
        commands::{AgentCommand, CreateAgent},
        events::{
            AgentCreated, AgentDeactivated, AgentEmailChanged, AgentErased, AgentEvent, AgentExported,
            AgentExternalIdChanged, AgentReactivated, AgentRenamed,
        },
        rejection::AgentRejection,
    },
    aggregate::Aggregate,
    personal::Personal,
};

/// The aggregate; its state is [`AgentState`].
#[derive(Debug)]
pub struct Agent;

/// The fields of an agent that some rule reads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AgentState {
    /// What they are called; set by the first event.
    pub name: Option<Personal>,
    /// Where they read mail.
    pub email: Option<Personal>,
    /// Their id in another system.
    pub external_id: Option<String>,
    /// Whether they get work.
    pub active: bool,
    /// Whether they were forgotten.
    pub erased: bool,
    /// How they get in.
    pub access: Access,
}

type Decision = Result<Vec<AgentEvent>, AgentRejection>;

impl Aggregate for Agent {
    const TYPE: &'static str = "agent";
    type State = AgentState;
    type Command = AgentCommand;
    type Event = AgentEvent;
    type Rejection = AgentRejection;

    fn decide(state: &AgentState, command: AgentCommand) -> Decision {
        let Some(name) = &state.name else {
            let AgentCommand::Create(create) = command else {
                return Err(AgentRejection::NotFound);
            };
            return Ok(vec![created(create)]);
        };
        if state.erased {
            return if matches!(command, AgentCommand::Erase) { Ok(vec![]) } else { Err(AgentRejection::Erased) };
        }
        Ok(match command {
            AgentCommand::Create(_) => return Err(AgentRejection::AlreadyExists),
            AgentCommand::Rename(wanted) if name.value() == Some(wanted.as_str()) => vec![],
            AgentCommand::Rename(wanted) => vec![AgentRenamed { name: Personal::new(name.subject(), wanted) }.into()],
            AgentCommand::SetEmail(email) => {
                let have = state.email.as_ref().and_then(Personal::value);
                if have == email.as_ref().map(crate::text::Email::as_str) {
                    vec![]
                } else {
                    let email = email.map(|email| Personal::new(name.subject(), email));
                    vec![AgentEmailChanged { email }.into()]
                }
            }
            AgentCommand::SetExternalId(external_id) => {
                let external_id = external_id.map(String::from);
                if state.external_id == external_id {
                    vec![]
                } else {
                    vec![AgentExternalIdChanged { external_id, previous: state.external_id.clone() }.into()]
                }
            }
            AgentCommand::Deactivate if state.active => vec![AgentDeactivated {}.into()],
            AgentCommand::Reactivate if !state.active => vec![AgentReactivated {}.into()],
            AgentCommand::Deactivate | AgentCommand::Reactivate => vec![],
            AgentCommand::Export => vec![AgentExported {}.into()],
            AgentCommand::Erase => vec![AgentErased {}.into()],
            AgentCommand::Access(command) => return state.access.decide(state.active, name.subject(), command),
        })
    }

    fn changed_fields(event: &AgentEvent) -> &'static [&'static str] {
        match event {
            AgentEvent::AgentCreated(_) => &["name", "email", "external_id", "active"],
            AgentEvent::AgentRenamed(_) => &["name"],
            AgentEvent::AgentEmailChanged(_) => &["email"],
            AgentEvent::AgentExternalIdChanged(_) => &["external_id"],
            AgentEvent::AgentDeactivated(_) | AgentEvent::AgentReactivated(_) => &["active"],
            AgentEvent::AgentErased(_) => &["name", "email", "external_id", "active", "erased_at"],
            AgentEvent::AgentRoleChanged(_) => &["role"],
            // That whoever joins has the role that they were invited as was known before.
            AgentEvent::AgentJoined(_)
            | AgentEvent::AgentExported(_)
            | AgentEvent::AgentInvited(_)
            | AgentEvent::AgentInvitationRevoked(_)
            | AgentEvent::AgentPasswordChanged(_)
            | AgentEvent::AgentSessionStarted(_)
            | AgentEvent::AgentSessionEnded(_)
            | AgentEvent::AgentSessionRevoked(_)
            | AgentEvent::AgentFactorAdded(_)
            | AgentEvent::AgentFactorRemoved(_)
            | AgentEvent::AgentFactorsReset(_)
            | AgentEvent::AgentRecoveryCodesMade(_)
            | AgentEvent::AgentRecoveryCodeUsed(_)
            | AgentEvent::AgentReauthenticated(_)
            | AgentEvent::AgentPasswordResetIssued(_)
            | AgentEvent::AgentPasswordReset(_)
            | AgentEvent::AgentLogInFailed(_) => &[],
        }
    }

    fn apply(state: &mut AgentState, event: &AgentEvent) {
        match event {
            AgentEvent::AgentCreated(created) => {
                state.name = Some(created.name.clone());
                state.email.clone_from(&created.email);
                state.external_id.clone_from(&created.external_id);
                state.active = true;
            }
            AgentEvent::AgentRenamed(renamed) => state.name = Some(renamed.name.clone()),
            AgentEvent::AgentEmailChanged(changed) => state.email.clone_from(&changed.email),
            AgentEvent::AgentExternalIdChanged(changed) => state.external_id.clone_from(&changed.external_id),
            AgentEvent::AgentDeactivated(_) => {
                state.active = false;
                state.access.deactivated();
            }
            AgentEvent::AgentReactivated(_) => state.active = true,
            AgentEvent::AgentErased(_) => {
                let subject = state.name.as_ref().map(|name| name.subject().to_owned());
                *state = AgentState { name: subject.map(Personal::erased), erased: true, ..AgentState::default() };
            }
            AgentEvent::AgentInvited(event) => state.access.invited(event),
            AgentEvent::AgentInvitationRevoked(event) => state.access.invitation_revoked(event),
            AgentEvent::AgentJoined(event) => state.access.joined(event),
            AgentEvent::AgentRoleChanged(event) => state.access.role_changed(event),
            AgentEvent::AgentPasswordChanged(event) => state.access.password_changed(event),
            AgentEvent::AgentSessionStarted(event) => state.access.session_started(event),
            AgentEvent::AgentSessionEnded(event) => state.access.session_over(event.session),
            AgentEvent::AgentSessionRevoked(event) => state.access.session_over(event.session),
            AgentEvent::AgentFactorAdded(event) => state.access.factors.added(event),
            AgentEvent::AgentFactorRemoved(event) => state.access.factors.removed(event),
            AgentEvent::AgentFactorsReset(event) => state.access.factors_reset(*event),
            AgentEvent::AgentRecoveryCodesMade(event) => state.access.factors.codes_made(event),
            AgentEvent::AgentPasswordResetIssued(event) => state.access.reset_issued(event),
            AgentEvent::AgentPasswordReset(event) => state.access.password_reset(*event),
            AgentEvent::AgentRecoveryCodeUsed(_)
            | AgentEvent::AgentReauthenticated(_)
            | AgentEvent::AgentLogInFailed(_)
            | AgentEvent::AgentExported(_) => {}
        }
    }
}

fn created(create: CreateAgent) -> AgentEvent {
    AgentCreated {
        name: Personal::new(create.id, create.name),
        email: create.email.map(|email| Personal::new(create.id, email)),
        external_id: create.external_id.map(String::from),
    }
    .into()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{AgentId, text::Name};

    #[test]
    fn who_was_erased_is_nobody_whom_anything_could_be_given_to() {
        let mut state = AgentState::default();
        let id = AgentId::new(Uuid::from_u128(1));
        let create = CreateAgent { id, name: Name::try_new("Eve").unwrap(), email: None, external_id: None };
        for command in [AgentCommand::Create(create), AgentCommand::Erase] {
            for event in Agent::decide(&state.clone(), command).unwrap() {
                Agent::apply(&mut state, &event);
            }
        }
        assert!(state.erased && !state.active && state.access == Access::default());
        assert_eq!(Agent::decide(&state, AgentCommand::Erase), Ok(vec![]));
        assert_eq!(Agent::decide(&state, AgentCommand::Reactivate), Err(AgentRejection::Erased));
    }

    #[test]
    fn an_agent_is_deactivated_once_and_can_come_back() {
        let mut state = AgentState::default();
        assert_eq!(Agent::decide(&state, AgentCommand::Deactivate), Err(AgentRejection::NotFound));
        let id = AgentId::new(Uuid::from_u128(1));
        let create = CreateAgent { id, name: Name::try_new("Eve").unwrap(), email: None, external_id: None };
        let mut when = |command| {
            let events = Agent::decide(&state, command).unwrap();
            events.iter().for_each(|event| Agent::apply(&mut state, event));
            events.len()
        };
        assert_eq!(when(AgentCommand::Create(create)), 1);
        assert_eq!(when(AgentCommand::Reactivate), 0);
        assert_eq!(when(AgentCommand::Deactivate), 1);
        assert_eq!(when(AgentCommand::Deactivate), 0);
        assert_eq!(when(AgentCommand::Reactivate), 1);
    }
}
