//! Wishes for agents.

use domain::{
    AgentId, Personal,
    agent::{Agent, AgentCommand, CreateAgent as NewAgent},
    text::{Email, ExternalId, Name},
};

use crate::{
    caller::Permission,
    claims,
    error::CommandError,
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
        if let Some(email) = &patch.email {
            let before = state.email.as_ref().and_then(Personal::value).and_then(|email| Email::try_new(email).ok());
            let identity = |email: &Email| email.identity();
            unit.reclaim(claims::AGENT_EMAIL, id, before.as_ref().map(identity), email.as_ref().map(identity));
        }
        if let Some(external_id) = &patch.external_id {
            let now = external_id.clone().map(String::from);
            unit.reclaim(claims::AGENT_EXTERNAL_ID, id, state.external_id, now);
        }
        let wishes = [
            patch.name.clone().map(AgentCommand::Rename),
            patch.email.clone().map(AgentCommand::SetEmail),
            patch.external_id.clone().map(AgentCommand::SetExternalId),
            patch.active.map(|active| if active { AgentCommand::Reactivate } else { AgentCommand::Deactivate }),
        ];
        for wish in wishes.into_iter().flatten() {
            unit.decide::<Agent>(id, wish)?;
        }
        Ok(About::of::<Agent>(id))
    }
}
