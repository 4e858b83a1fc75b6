//! Wishes for service accounts.

use domain::{
    Permission, RoleId, ServiceAccountId,
    service_account::{CreateServiceAccount as NewServiceAccount, ServiceAccount, ServiceAccountCommand},
    text::{Description, Name},
};

use crate::{
    error::CommandError,
    roles,
    unit::{About, Operation, Unit},
};

/// Make a service account.
#[derive(Clone, Debug)]
pub struct CreateServiceAccount {
    /// The id that it gets.
    pub id: ServiceAccountId,
    /// What it is called.
    pub name: Name,
    /// What it is for.
    pub description: Option<Description>,
    /// What its keys may do at most: nothing that the caller may not.
    pub role: RoleId,
}

impl Operation for CreateServiceAccount {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::KeysWrite)?;
        roles::may_give(unit, self.role, self.role).await?;
        unit.begin::<ServiceAccount>(self.id);
        let Self { name, description, role, .. } = self.clone();
        let new = NewServiceAccount { name, description, role };
        unit.decide::<ServiceAccount>(self.id, ServiceAccountCommand::Create(new))?;
        Ok(About::of::<ServiceAccount>(self.id))
    }
}

/// Change a service account. `None` leaves a field as it is.
#[derive(Clone, Debug)]
pub struct UpdateServiceAccount {
    /// Which.
    pub id: ServiceAccountId,
    /// What it is called.
    pub name: Option<Name>,
    /// What it is for.
    pub description: Option<Option<Description>>,
    /// What its keys may do at most.
    pub role: Option<RoleId>,
    /// Whether its keys open.
    pub active: Option<bool>,
}

impl Operation for UpdateServiceAccount {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::KeysWrite)?;
        let state = unit.load_target::<ServiceAccount>(self.id).await?;
        let before = state.role.ok_or(CommandError::NotFound { kind: "service account", pointer: None })?;
        // What its keys may do from now on, they are given now.
        let role = self.role.unwrap_or(before);
        let gives = role != before || (self.active == Some(true) && !state.active);
        if gives {
            roles::may_give(unit, before, role).await?;
        }
        for command in self.commands() {
            unit.decide::<ServiceAccount>(self.id, command)?;
        }
        Ok(About::of::<ServiceAccount>(self.id))
    }
}

impl UpdateServiceAccount {
    fn commands(&self) -> impl Iterator<Item = ServiceAccountCommand> {
        let Self { name, description, role, active, .. } = self.clone();
        let active = active
            .map(|active| if active { ServiceAccountCommand::Reactivate } else { ServiceAccountCommand::Deactivate });
        [
            name.map(ServiceAccountCommand::Rename),
            description.map(ServiceAccountCommand::Describe),
            role.map(ServiceAccountCommand::SetRole),
            active,
        ]
        .into_iter()
        .flatten()
    }
}
