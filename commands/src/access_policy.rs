//! Wishes for a tenant's access policy: who gets in from where, how, and for how long; and the tenant's own roles.

use std::{collections::BTreeSet, net::IpAddr};

use domain::{
    CustomRoleId, Permissions, RoleId,
    access_policy::{
        AccessPolicy, AccessPolicyCommand, AccessPolicyState, AddressRange, MaskedFields, Origin, PersonalField,
        RoleDefinition, RoleRules, SessionLimits, WishedSchedule,
    },
    text::{Description, Name},
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
    /// When reviews of access open by themselves; `Some(None)`: never.
    pub access_reviews: Option<Option<WishedSchedule>>,
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
        let before = unit.load_target::<AccessPolicy>(&tenant).await?;
        let AccessPolicyPatch { allowed_addresses, mfa_required, sessions, origins, rules, access_reviews } =
            self.patch.clone();
        let now = unit.log().clock().now();
        let wishes = [
            allowed_addresses.map(AccessPolicyCommand::AllowAddresses),
            mfa_required.map(AccessPolicyCommand::RequireMfa),
            sessions.map(AccessPolicyCommand::LimitSessions),
            origins.map(AccessPolicyCommand::AllowOrigins),
            access_reviews.map(|wish| AccessPolicyCommand::ScheduleReviews { wish, now }),
        ];
        for (role, rules) in &rules {
            may_show(unit, &before.masked_for(role), &rules.masks_personal_data).await?;
        }
        let rules = rules.into_iter().map(|(role, rules)| AccessPolicyCommand::SetRoleRules { role, rules });
        for wish in wishes.into_iter().flatten().chain(rules) {
            unit.decide::<AccessPolicy>(&tenant, wish)?;
        }
        let after = unit.load::<AccessPolicy>(&tenant).await?;
        roles::still_admitted(unit, &after, self.address).await?;
        Ok(About::of::<AccessPolicy>(tenant))
    }
}

/// Refuses whoever would let others see what they are not shown themselves.
async fn may_show(unit: &mut Unit<'_>, before: &MaskedFields, after: &MaskedFields) -> Result<(), CommandError> {
    let shown = before - after;
    let others = MaskedFields::from(PersonalField::ALL).difference(&shown).copied().collect();
    roles::must_see(unit, &others).await
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
        roles::require_now(unit, Permission::RolesWrite).await?;
        roles::must_have(unit, &self.definition.permissions).await?;
        let Self { role, definition } = self.clone();
        unit.decide::<AccessPolicy>(&tenant, AccessPolicyCommand::CreateRole { role, definition })?;
        Ok(About::of::<AccessPolicy>(tenant))
    }
}

/// What is to change of a role. `None` leaves a field as it is; `Some(None)` clears it.
#[derive(Clone, Debug, Default)]
pub struct RolePatch {
    /// What it is called.
    pub name: Option<Name>,
    /// What it is for.
    pub description: Option<Option<Description>>,
    /// What whoever has it may do: exactly this.
    pub permissions: Option<Permissions>,
    /// What of customers they are not shown: exactly this.
    pub masks_personal_data: Option<MaskedFields>,
}

impl RolePatch {
    /// What a role is with it.
    #[must_use]
    pub fn applied(&self, before: &RoleDefinition) -> RoleDefinition {
        let Self { name, description, permissions, masks_personal_data: _ } = self.clone();
        RoleDefinition {
            name: name.map_or_else(|| before.name.clone(), String::from),
            description: description.map_or_else(|| before.description.clone(), |text| text.map(String::from)),
            permissions: permissions.unwrap_or_else(|| before.permissions.clone()),
        }
    }
}

/// Change a role.
#[derive(Clone, Debug)]
pub struct ChangeRole {
    /// Which.
    pub role: CustomRoleId,
    /// How.
    pub patch: RolePatch,
}

impl Operation for ChangeRole {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let before = existing(unit, self.role).await?;
        let definition = self.patch.applied(&before);
        // Whoever takes away must have it, too: nobody makes somebody less who may more than they.
        roles::must_have(unit, &before.permissions).await?;
        roles::must_have(unit, &definition.permissions).await?;
        let tenant = unit.log().identity().clone();
        unit.decide::<AccessPolicy>(&tenant, AccessPolicyCommand::ChangeRole { role: self.role, definition })?;
        if let Some(masks_personal_data) = self.patch.masks_personal_data.clone() {
            roles::require_now(unit, Permission::SecurityWrite).await?;
            let role = RoleId::Custom(self.role);
            let rules = roles::policy(unit).await?.rules.get(&role).cloned().unwrap_or_default();
            may_show(unit, &rules.masks_personal_data, &masks_personal_data).await?;
            let rules = RoleRules { masks_personal_data, ..rules };
            unit.decide::<AccessPolicy>(&tenant, AccessPolicyCommand::SetRoleRules { role, rules })?;
        }
        Ok(About::of::<AccessPolicy>(tenant))
    }
}

/// The role as it is, if it is the one that the caller saw: its version is the place of its last change in the stream.
async fn existing(unit: &mut Unit<'_>, role: CustomRoleId) -> Result<RoleDefinition, CommandError> {
    roles::require_now(unit, Permission::RolesWrite).await?;
    let found = roles::policy(unit).await?.roles.get(&role).cloned();
    let definition = found.ok_or(CommandError::NotFound { kind: "role", pointer: None })?;
    if let Some(expected) = unit.request().expected_version {
        let tenant = unit.log().identity().clone();
        let history = unit.history::<AccessPolicy>(tenant).await?;
        let actual = history.iter().rposition(|event| event.defines(role)).map_or(0, |place| place as u64 + 1);
        if actual != expected {
            let changed = vec!["name", "description", "permissions", "masks_personal_data"];
            return Err(CommandError::PreconditionFailed { expected, actual, changed });
        }
    }
    Ok(definition)
}

/// Do away with a role.
#[derive(Clone, Copy, Debug)]
pub struct DeleteRole(pub CustomRoleId);

impl Operation for DeleteRole {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let before = existing(unit, self.0).await?;
        roles::must_have(unit, &before.permissions).await?;
        let tenant = unit.log().identity().clone();
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
