//! Wishes for a tenant's access policy: who gets in from where, how, and for how long; and the tenant's own roles.

use std::{collections::BTreeSet, net::IpAddr};

use domain::{
    CustomRoleId, RoleId,
    access_policy::{
        AccessPolicy, AccessPolicyCommand, AccessPolicyState, AddressRange, Origin, RoleDefinition, RoleRules,
        SessionLimits,
    },
};

use crate::{
    caller::Permission,
    desk::Desk,
    error::CommandError,
    roles,
    unit::{About, Operation, Unit},
};

/// What is to change of an access policy. `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct AccessPolicyPatch {
    /// From where everybody gets in; empty: from anywhere.
    pub allowed_addresses: Option<Vec<AddressRange>>,
    /// Whether everybody must show a second factor.
    pub mfa_required: Option<bool>,
    /// For how long people are logged in.
    pub sessions: Option<SessionLimits>,
    /// Pages of which origins may use the API.
    pub origins: Option<BTreeSet<Origin>>,
    /// What holds for those who have a role.
    pub rules: Vec<(RoleId, RoleRules)>,
}

/// Change an access policy.
#[derive(Clone, Debug)]
pub struct UpdateAccessPolicy {
    /// How.
    pub patch: AccessPolicyPatch,
    /// From where whoever asks does so: they must not shut themselves out.
    pub address: Option<IpAddr>,
}

impl Operation for UpdateAccessPolicy {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::SecurityWrite)?;
        let tenant = unit.log().identity().clone();
        unit.load_target::<AccessPolicy>(&tenant).await?;
        let AccessPolicyPatch { allowed_addresses, mfa_required, sessions, origins, rules } = self.patch.clone();
        let wishes = [
            allowed_addresses.map(AccessPolicyCommand::AllowAddresses),
            mfa_required.map(AccessPolicyCommand::RequireMfa),
            sessions.map(AccessPolicyCommand::LimitSessions),
            origins.map(AccessPolicyCommand::AllowOrigins),
        ];
        let rules = rules.into_iter().map(|(role, rules)| AccessPolicyCommand::SetRoleRules { role, rules });
        for wish in wishes.into_iter().flatten().chain(rules) {
            unit.decide::<AccessPolicy>(&tenant, wish)?;
        }
        let after = unit.load::<AccessPolicy>(&tenant).await?;
        roles::still_admitted(unit, &after, self.address).await?;
        Ok(About::of::<AccessPolicy>(tenant))
    }
}

/// Let everybody get in from anywhere again, as far as addresses go: the way out for those who shut themselves out.
#[derive(Clone, Copy, Debug)]
pub struct ClearAddresses;

impl Operation for ClearAddresses {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let tenant = unit.log().identity().clone();
        let policy = unit.load::<AccessPolicy>(&tenant).await?;
        unit.decide::<AccessPolicy>(&tenant, AccessPolicyCommand::AllowAddresses(vec![]))?;
        for (role, rules) in policy.rules {
            let rules = RoleRules { allowed_addresses: vec![], ..rules };
            unit.decide::<AccessPolicy>(&tenant, AccessPolicyCommand::SetRoleRules { role, rules })?;
        }
        Ok(About::of::<AccessPolicy>(tenant))
    }
}

/// Make a role.
#[derive(Clone, Debug)]
pub struct CreateRole {
    /// The id that it gets.
    pub role: CustomRoleId,
    /// What it is.
    pub definition: RoleDefinition,
}

impl Operation for CreateRole {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let tenant = unit.log().identity().clone();
        unit.load::<AccessPolicy>(&tenant).await?;
        roles::must_have(unit, &self.definition.permissions)?;
        let Self { role, definition } = self.clone();
        unit.decide::<AccessPolicy>(&tenant, AccessPolicyCommand::CreateRole { role, definition })?;
        Ok(About::of::<AccessPolicy>(tenant))
    }
}

/// Make a role another one.
#[derive(Clone, Debug)]
pub struct ChangeRole {
    /// Which.
    pub role: CustomRoleId,
    /// What it is from now on.
    pub definition: RoleDefinition,
}

impl Operation for ChangeRole {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let tenant = unit.log().identity().clone();
        let before = unit.load_target::<AccessPolicy>(&tenant).await?;
        // Whoever takes away must have it, too: nobody makes somebody less who may more than they.
        roles::must_have(unit, &before.permissions_of(&RoleId::Custom(self.role)))?;
        roles::must_have(unit, &self.definition.permissions)?;
        let Self { role, definition } = self.clone();
        unit.decide::<AccessPolicy>(&tenant, AccessPolicyCommand::ChangeRole { role, definition })?;
        Ok(About::of::<AccessPolicy>(tenant))
    }
}

/// Do away with a role.
#[derive(Clone, Copy, Debug)]
pub struct DeleteRole(pub CustomRoleId);

impl Operation for DeleteRole {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let tenant = unit.log().identity().clone();
        let before = unit.load_target::<AccessPolicy>(&tenant).await?;
        roles::must_have(unit, &before.permissions_of(&RoleId::Custom(self.0)))?;
        unit.decide::<AccessPolicy>(&tenant, AccessPolicyCommand::DeleteRole(self.0))?;
        Ok(About::of::<AccessPolicy>(tenant))
    }
}

impl Desk {
    /// The access policy of a tenant, as it is at this moment.
    pub async fn access_policy(&self, log: &event_store::Log) -> Result<AccessPolicyState, CommandError> {
        self.latest::<AccessPolicy>(log, None, log.identity()).await
    }
}
