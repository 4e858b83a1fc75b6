//! What the rules read of a service account; decide and apply.

use crate::{
    aggregate::Aggregate,
    role::RoleId,
    service_account::{
        commands::{CreateServiceAccount, ServiceAccountCommand},
        events::{
            ServiceAccountCreated, ServiceAccountDeactivated, ServiceAccountDescribed, ServiceAccountEvent,
            ServiceAccountReactivated, ServiceAccountRenamed, ServiceAccountRoleChanged,
        },
        rejection::ServiceAccountRejection,
    },
};

/// The aggregate; its state is [`ServiceAccountState`].
#[derive(Debug)]
pub struct ServiceAccount;

/// The fields of a service account that some rule reads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceAccountState {
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What its keys may do at most; set by the first event.
    pub role: Option<RoleId>,
    /// Whether its keys open.
    pub active: bool,
}

type Decision = Result<Vec<ServiceAccountEvent>, ServiceAccountRejection>;

impl Aggregate for ServiceAccount {
    const TYPE: &'static str = "service_account";
    type State = ServiceAccountState;
    type Command = ServiceAccountCommand;
    type Event = ServiceAccountEvent;
    type Rejection = ServiceAccountRejection;

    fn decide(state: &ServiceAccountState, command: ServiceAccountCommand) -> Decision {
        let Some(role) = state.role else {
            let ServiceAccountCommand::Create(CreateServiceAccount { name, description, role }) = command else {
                return Err(ServiceAccountRejection::NotFound);
            };
            let (name, description) = (name.into(), description.map(String::from));
            return Ok(vec![ServiceAccountCreated { name, description, role: of_a_program(role)? }.into()]);
        };
        Ok(match command {
            ServiceAccountCommand::Create(_) => return Err(ServiceAccountRejection::AlreadyExists),
            ServiceAccountCommand::Rename(name) => {
                let (name, previous) = (String::from(name), state.name.clone());
                changed(name != previous, ServiceAccountRenamed { name, previous })
            }
            ServiceAccountCommand::Describe(description) => {
                let (description, previous) = (description.map(String::from), state.description.clone());
                changed(description != previous, ServiceAccountDescribed { description, previous })
            }
            ServiceAccountCommand::SetRole(wanted) => {
                let (role, previous) = (of_a_program(wanted)?, role);
                changed(role != previous, ServiceAccountRoleChanged { role, previous })
            }
            ServiceAccountCommand::Deactivate => changed(state.active, ServiceAccountDeactivated {}),
            ServiceAccountCommand::Reactivate => changed(!state.active, ServiceAccountReactivated {}),
        })
    }

    fn changed_fields(event: &ServiceAccountEvent) -> &'static [&'static str] {
        match event {
            ServiceAccountEvent::ServiceAccountCreated(_) => &["name", "description", "role", "active"],
            ServiceAccountEvent::ServiceAccountRenamed(_) => &["name"],
            ServiceAccountEvent::ServiceAccountDescribed(_) => &["description"],
            ServiceAccountEvent::ServiceAccountRoleChanged(_) => &["role"],
            ServiceAccountEvent::ServiceAccountDeactivated(_) | ServiceAccountEvent::ServiceAccountReactivated(_) => {
                &["active"]
            }
        }
    }

    fn apply(state: &mut ServiceAccountState, event: &ServiceAccountEvent) {
        match event {
            ServiceAccountEvent::ServiceAccountCreated(created) => {
                state.name.clone_from(&created.name);
                state.description.clone_from(&created.description);
                state.role = Some(created.role);
                state.active = true;
            }
            ServiceAccountEvent::ServiceAccountRenamed(renamed) => state.name.clone_from(&renamed.name),
            ServiceAccountEvent::ServiceAccountDescribed(described) => {
                state.description.clone_from(&described.description);
            }
            ServiceAccountEvent::ServiceAccountRoleChanged(changed) => state.role = Some(changed.role),
            ServiceAccountEvent::ServiceAccountDeactivated(_) => state.active = false,
            ServiceAccountEvent::ServiceAccountReactivated(_) => state.active = true,
        }
    }
}

fn of_a_program(role: RoleId) -> Result<RoleId, ServiceAccountRejection> {
    if role == RoleId::OWNER { Err(ServiceAccountRejection::NeverOwner) } else { Ok(role) }
}

fn changed(is_new: bool, event: impl Into<ServiceAccountEvent>) -> Vec<ServiceAccountEvent> {
    if is_new { vec![event.into()] } else { vec![] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Description, Name};

    fn create(role: RoleId) -> ServiceAccountCommand {
        let name = Name::try_new("CRM").unwrap();
        ServiceAccountCommand::Create(CreateServiceAccount { name, description: None, role })
    }

    fn made() -> ServiceAccountState {
        let mut state = ServiceAccountState::default();
        after(&mut state, create(RoleId::AGENT));
        state
    }

    fn after(state: &mut ServiceAccountState, command: ServiceAccountCommand) -> usize {
        let events = ServiceAccount::decide(state, command).unwrap();
        events.iter().for_each(|event| ServiceAccount::apply(state, event));
        events.len()
    }

    #[test]
    fn a_program_is_never_the_owner() {
        let refused = Err(ServiceAccountRejection::NeverOwner);
        assert_eq!(ServiceAccount::decide(&ServiceAccountState::default(), create(RoleId::OWNER)), refused);
        assert_eq!(ServiceAccount::decide(&made(), ServiceAccountCommand::SetRole(RoleId::OWNER)), refused);
    }

    #[test]
    fn every_change_is_recorded_once() {
        let mut state = made();
        for command in [
            ServiceAccountCommand::Rename(Name::try_new("Shop").unwrap()),
            ServiceAccountCommand::Describe(Description::try_new("orders").ok()),
            ServiceAccountCommand::Describe(None),
            ServiceAccountCommand::SetRole(RoleId::ADMIN),
            ServiceAccountCommand::Deactivate,
            ServiceAccountCommand::Reactivate,
        ] {
            assert_eq!(after(&mut state, command.clone()), 1, "{command:?}");
            assert_eq!(after(&mut state, command.clone()), 0, "{command:?}");
        }
        assert_eq!(ServiceAccount::decide(&state, create(RoleId::AGENT)), Err(ServiceAccountRejection::AlreadyExists));
    }

    #[test]
    fn what_was_never_made_cannot_be_changed() {
        let refused = ServiceAccount::decide(&ServiceAccountState::default(), ServiceAccountCommand::Deactivate);
        assert_eq!(refused, Err(ServiceAccountRejection::NotFound));
    }
}
