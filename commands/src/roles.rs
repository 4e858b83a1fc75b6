//! Who may make whom what: nobody gives what they have not, only an owner deals with owners, and the last one stays.

use std::net::IpAddr;

use domain::{
    Actor, AgentId, Permission, Permissions, RoleId,
    access_policy::{AccessPolicy, AccessPolicyCommand, AccessPolicyState, MaskedFields, admit},
    agent::Agent,
    service_account::ServiceAccount,
    tenant::KeyOwner,
};

use crate::{caller::Caller, error::CommandError, unit::Unit};

/// The tenant's access policy; its version is guarded from here to the commit.
pub(crate) async fn policy(unit: &mut Unit<'_>) -> Result<AccessPolicyState, CommandError> {
    let tenant = unit.log().identity().clone();
    unit.load::<AccessPolicy>(tenant).await
}

/// The caller as they are at this moment. Of a person, and of whatever acts for one, it follows from their role what they
/// may and are shown, and that may have become another one since they asked; their stream and the policy are guarded from
/// here to the commit.
async fn now(unit: &mut Unit<'_>) -> Result<Caller, CommandError> {
    let caller = unit.request().caller.clone();
    let agent = caller.principal.as_deref().and_then(|principal| principal.parse::<AgentId>().ok());
    let Some(agent) = agent else { return Ok(caller) };
    let policy = policy(unit).await?;
    let state = unit.load::<Agent>(agent).await?;
    let now = if state.active { policy.permissions_of(&state.access.role) } else { Permissions::none() };
    let masked = policy.masked_for(&state.access.role);
    Ok(Caller { permissions: now.within(&caller.permissions), masked, ..caller })
}

/// Refuses whoever lacks a right at this moment, whatever they had when they asked.
pub(crate) async fn require_now(unit: &mut Unit<'_>, right: Permission) -> Result<(), CommandError> {
    if now(unit).await?.permissions.allow(right) { Ok(()) } else { Err(CommandError::Forbidden(right)) }
}

/// Refuses whoever lacks anything of what somebody may, or is to be able to.
pub(crate) async fn must_have(unit: &mut Unit<'_>, wanted: &Permissions) -> Result<(), CommandError> {
    now(unit).await?.must_have(wanted)
}

/// Refuses whoever is not shown what others are, or are to be, whose fields of customers are masked so.
pub(crate) async fn must_see(unit: &mut Unit<'_>, masked_for_others: &MaskedFields) -> Result<(), CommandError> {
    now(unit).await?.must_see(masked_for_others)
}

/// Refuses whoever may not change somebody who has this role: they must have all that it gives and see all that it shows,
/// and of owners be one.
pub(crate) async fn may_change(unit: &mut Unit<'_>, role: RoleId) -> Result<(), CommandError> {
    if role == RoleId::OWNER && !is_owner(unit).await? {
        return Err(CommandError::OwnerOnly);
    }
    let policy = policy(unit).await?;
    must_have(unit, &policy.permissions_of(&role)).await?;
    must_see(unit, &policy.masked_for(&role)).await
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
    note(unit, if is { AccessPolicyCommand::AddOwner(agent) } else { AccessPolicyCommand::RemoveOwner(agent) }).await
}

/// Notes in the access policy which role of the tenant's own somebody has now, and which no more.
pub(crate) async fn note_role(
    unit: &mut Unit<'_>,
    agent: AgentId,
    before: RoleId,
    after: Option<RoleId>,
) -> Result<(), CommandError> {
    if Some(before) == after {
        return Ok(());
    }
    if let RoleId::Custom(role) = before {
        note(unit, AccessPolicyCommand::TakeRole { role, agent }).await?;
    }
    if let Some(RoleId::Custom(role)) = after {
        note(unit, AccessPolicyCommand::GiveRole { role, agent }).await?;
    }
    Ok(())
}

async fn note(unit: &mut Unit<'_>, command: AccessPolicyCommand) -> Result<(), CommandError> {
    policy(unit).await?;
    let tenant = unit.log().identity().clone();
    unit.decide_as_part::<AccessPolicy>(tenant, command)
}

/// Whether the caller is an owner at this moment. A key is nobody, whatever it may do: an admin can make one that may do
/// everything. Only where no owner is recorded yet it counts as one, and so the first can be made.
async fn is_owner(unit: &mut Unit<'_>) -> Result<bool, CommandError> {
    let caller = unit.request().caller.clone();
    match caller.actor {
        Actor::System(_) => Ok(true),
        Actor::Agent(agent) => {
            let state = unit.load::<Agent>(agent).await?;
            Ok(state.active && state.access.role == RoleId::OWNER)
        }
        Actor::Support(_) => Ok(false),
        Actor::ApiKey(_) | Actor::Customer(_) => {
            let everything = caller.permissions.missing(&Permissions::all()).is_none();
            Ok(everything && policy(unit).await?.owners.is_empty())
        }
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
