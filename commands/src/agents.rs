//! Wishes for agents.

use domain::{
    AgentId, Personal, RoleId,
    agent::{AccessCommand, Agent, AgentCommand, AgentRejection, AgentState, CreateAgent as NewAgent},
    text::{Email, ExternalId, Name},
};

use crate::{
    caller::Permission,
    claims,
    error::CommandError,
    legal_holds, roles, seats,
    unit::{About, Operation, Unit},
};

/// Let an agent join.
#[derive(Clone, Debug)]
pub struct CreateAgent(pub NewAgent);

impl Operation for CreateAgent {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        let new = &self.0;
        unit.begin::<Agent>(new.id);
        unit.decide::<Agent>(new.id, AgentCommand::Create(new.clone()))?;
        unit.reclaim(claims::AGENT_EMAIL, new.id, None, new.email.as_ref().map(Email::identity));
        unit.reclaim(claims::AGENT_EXTERNAL_ID, new.id, None, new.external_id.clone().map(String::from));
        seats::settle(unit, new.id).await?;
        Ok(About::of::<Agent>(new.id))
    }
}

/// What may be changed of an agent at once. `None` leaves a field as it is; `Some(None)` clears it.
#[derive(Clone, Debug, Default)]
pub struct AgentPatch {
    /// What they are called.
    pub name: Option<Name>,
    /// Where they read mail.
    pub email: Option<Option<Email>>,
    /// Their id in another system.
    pub external_id: Option<Option<ExternalId>>,
    /// Whether they get work.
    pub active: Option<bool>,
    /// What they may do.
    pub role: Option<RoleId>,
}

/// Change an agent.
#[derive(Clone, Debug)]
pub struct UpdateAgent {
    /// Which.
    pub id: AgentId,
    /// How.
    pub patch: AgentPatch,
}

impl Operation for UpdateAgent {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::AgentsWrite)?;
        let (id, patch) = (self.id, &self.patch);
        let state = unit.load_target::<Agent>(id).await?;
        if state.name.is_none() {
            return Err(CommandError::NotFound { kind: "agent", pointer: None });
        }
        if state.erased {
            return Err(CommandError::rejected(AgentRejection::Erased));
        }
        guard(unit, id, &state, patch).await?;
        if let Some(email) = &patch.email {
            unit.reclaim(claims::AGENT_EMAIL, id, email_identity(&state), email.as_ref().map(Email::identity));
        }
        if let Some(external_id) = &patch.external_id {
            let now = external_id.clone().map(String::from);
            unit.reclaim(claims::AGENT_EXTERNAL_ID, id, state.external_id, now);
        }
        let wishes = [
            patch.name.clone().map(AgentCommand::Rename),
            patch.email.clone().map(AgentCommand::SetEmail),
            patch.external_id.clone().map(AgentCommand::SetExternalId),
            patch.role.map(|role| AgentCommand::Access(AccessCommand::SetRole(role))),
            patch.active.map(|active| if active { AgentCommand::Reactivate } else { AgentCommand::Deactivate }),
        ];
        for wish in wishes.into_iter().flatten() {
            unit.decide::<Agent>(id, wish)?;
        }
        seats::settle(unit, id).await?;
        Ok(About::of::<Agent>(id))
    }
}

/// Nobody gives a role that may more than they, nor locks out or takes over somebody who may more.
async fn guard(unit: &mut Unit<'_>, id: AgentId, state: &AgentState, patch: &AgentPatch) -> Result<(), CommandError> {
    let role = state.access.role;
    let after = patch.role.unwrap_or(role);
    let active = patch.active.unwrap_or(state.active);
    if after != role {
        roles::require_now(unit, Permission::RolesWrite).await?;
        roles::may_give(unit, role, after).await?;
    }
    if state.access.password.is_some() && (active != state.active || patch.email.is_some()) {
        roles::may_change(unit, role).await?;
    }
    let owner = |active, role| active && role == RoleId::OWNER;
    roles::note_owner(unit, id, owner(state.active, role), owner(active, after)).await?;
    roles::note_role(unit, id, role, Some(after)).await
}

/// Note that somebody is given a copy of everything that is known about an agent.
#[derive(Clone, Copy, Debug)]
pub struct ExportAgent(pub AgentId);

impl Operation for ExportAgent {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::PrivacyExport)?;
        if unit.load_target::<Agent>(self.0).await?.name.is_none() {
            return Err(CommandError::NotFound { kind: "agent", pointer: None });
        }
        unit.decide::<Agent>(self.0, AgentCommand::Export)?;
        Ok(About::of::<Agent>(self.0))
    }
}

/// Forget an agent for ever: their keys are destroyed, nothing lets them in any more, and what was unique to them is free
/// again. What they wrote to customers stays: it is about those.
#[derive(Clone, Copy, Debug)]
pub struct EraseAgent(pub AgentId);

impl Operation for EraseAgent {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::PrivacyErase)?;
        let id = self.0;
        let state = unit.load_target::<Agent>(id).await?;
        if state.name.is_none() {
            return Err(CommandError::NotFound { kind: "agent", pointer: None });
        }
        if !state.erased {
            legal_holds::spare_agent(unit).await?;
            let role = state.access.role;
            if state.access.password.is_some() {
                roles::may_change(unit, role).await?;
            }
            roles::note_owner(unit, id, state.active && role == RoleId::OWNER, false).await?;
            roles::note_role(unit, id, role, None).await?;
            unit.decide::<Agent>(id, AgentCommand::Erase)?;
            unit.reclaim(claims::AGENT_EMAIL, id, email_identity(&state), None);
            unit.reclaim(claims::AGENT_EXTERNAL_ID, id, state.external_id, None);
            unit.erase(id);
        }
        Ok(About::of::<Agent>(id))
    }
}

fn email_identity(state: &AgentState) -> Option<String> {
    let email = state.email.as_ref().and_then(Personal::value)?;
    Email::try_new(email).ok().map(|email| email.identity())
}
