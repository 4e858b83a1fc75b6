//! Who may make whom what: nobody gives what they have not, only an owner deals with owners, and the last one stays.

use std::net::IpAddr;

use domain::{
    Actor, AgentId, Permissions, RoleId,
    access_policy::{AccessPolicy, AccessPolicyCommand, AccessPolicyState, admit},
    agent::Agent,
    service_account::ServiceAccount,
    tenant::KeyOwner,
};

use crate::{error::CommandError, unit::Unit};

/// The tenant's access policy; its version is guarded from here to the commit.
pub(crate) async fn policy(unit: &mut Unit<'_>) -> Result<AccessPolicyState, CommandError> {
    let tenant = unit.log().identity().clone();
    unit.load::<AccessPolicy>(tenant).await
}

/// Refuses whoever lacks anything of what somebody may, or is to be able to.
pub(crate) fn must_have(unit: &Unit<'_>, wanted: &Permissions) -> Result<(), CommandError> {
    match unit.request().caller.permissions.missing(wanted) {
        None => Ok(()),
        Some((right, _)) => Err(CommandError::Forbidden(right)),
    }
}

/// Refuses whoever may not change somebody who has this role: they must have all that it gives, and of owners be one.
pub(crate) async fn may_change(unit: &mut Unit<'_>, role: RoleId) -> Result<(), CommandError> {
    let policy = policy(unit).await?;
    if role == RoleId::OWNER && !is_owner(unit, &policy) {
        return Err(CommandError::OwnerOnly);
    }
    must_have(unit, &policy.permissions_of(&role))
}

/// Refuses whoever may not give this role in the place of that one.
pub(crate) async fn may_give(unit: &mut Unit<'_>, before: RoleId, after: RoleId) -> Result<(), CommandError> {
    if !policy(unit).await?.has_role(&after) {
        return Err(CommandError::NotFound { kind: "role", pointer: Some("/role") });
    }
    may_change(unit, before).await?;
    may_change(unit, after).await
}

/// Notes in the access policy that somebody became an owner, or is one no more.
pub(crate) async fn note_owner(unit: &mut Unit<'_>, agent: AgentId, was: bool, is: bool) -> Result<(), CommandError> {
    if was == is {
        return Ok(());
    }
    policy(unit).await?;
    let command = if is { AccessPolicyCommand::AddOwner(agent) } else { AccessPolicyCommand::RemoveOwner(agent) };
    let tenant = unit.log().identity().clone();
    unit.decide_as_part::<AccessPolicy>(tenant, command)
}

/// A key of the tenant itself that may do everything counts as one; so does, where no owner is recorded yet, whoever may.
fn is_owner(unit: &Unit<'_>, policy: &AccessPolicyState) -> bool {
    let caller = &unit.request().caller;
    let everything = caller.permissions.missing(&Permissions::all()).is_none();
    match &caller.principal {
        None => everything,
        Some(_) if policy.owners.is_empty() => everything,
        Some(principal) => principal.parse().is_ok_and(|agent| policy.owners.contains(&agent)),
    }
}

/// Refuses a change of addresses by which whoever makes it would shut themselves out.
pub(crate) async fn still_admitted(
    unit: &mut Unit<'_>,
    policy: &AccessPolicyState,
    address: Option<IpAddr>,
) -> Result<(), CommandError> {
    let caller = unit.request().caller.clone();
    let role = match caller.principal.as_deref().and_then(|principal| principal.parse().ok()) {
        Some(KeyOwner::Agent(id)) => Some(unit.load::<Agent>(id).await?.access.role),
        Some(KeyOwner::ServiceAccount(id)) => unit.load::<ServiceAccount>(id).await?.role,
        None => None,
    };
    let admitted = match (role, &caller.actor) {
        (Some(role), _) => policy.admits(&role, address),
        // A part of this product comes from nowhere.
        (None, Actor::System(_)) => true,
        (None, _) => admit(&policy.allowed_addresses, address),
    };
    if admitted { Ok(()) } else { Err(CommandError::WouldLockOut { address }) }
}
