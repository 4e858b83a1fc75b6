//! Wishes for teams.

use std::collections::BTreeSet;

use domain::{
    AgentId, TeamId,
    team::{CreateTeam as NewTeam, Team, TeamCommand},
    text::Name,
};

use crate::{
    caller::Permission,
    claims,
    error::CommandError,
    reach,
    tickets::agent_fact,
    unit::{About, Operation, Unit},
};

pub(crate) fn identity(name: &str) -> String {
    name.to_lowercase()
}

/// Make a team.
#[derive(Clone, Debug)]
pub struct CreateTeam {
    /// The id that it gets.
    pub id: TeamId,
    /// What it is called; unique, whatever the case.
    pub name: Name,
    /// Who is in it.
    pub members: BTreeSet<AgentId>,
}

impl Operation for CreateTeam {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::AgentsWrite)?;
        if !self.members.is_empty() {
            reach::unbounded(unit)?;
        }
        check_members(unit, &self.members).await?;
        unit.begin::<Team>(self.id);
        let new = NewTeam { name: self.name.clone(), members: self.members.clone() };
        unit.decide::<Team>(self.id, TeamCommand::Create(new))?;
        unit.reclaim(claims::TEAM_NAME, self.id, None, Some(identity(self.name.as_str())));
        Ok(About::of::<Team>(self.id))
    }
}

/// Change a team. `None` leaves a field as it is.
#[derive(Clone, Debug)]
pub struct UpdateTeam {
    /// Which.
    pub id: TeamId,
    /// What it is called.
    pub name: Option<Name>,
    /// Exactly these are in it.
    pub members: Option<BTreeSet<AgentId>>,
}

impl Operation for UpdateTeam {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::AgentsWrite)?;
        let state = unit.load_target::<Team>(self.id).await?;
        let Some(before) = state.name else {
            return Err(CommandError::NotFound { kind: "team", pointer: None });
        };
        if let Some(name) = &self.name {
            unit.reclaim(claims::TEAM_NAME, self.id, Some(identity(&before)), Some(identity(name.as_str())));
            unit.decide::<Team>(self.id, TeamCommand::Rename(name.clone()))?;
        }
        if let Some(members) = self.members.as_ref().filter(|members| **members != state.members) {
            reach::unbounded(unit)?;
            let joining = members.difference(&state.members).copied().collect();
            check_members(unit, &joining).await?;
            unit.decide::<Team>(self.id, TeamCommand::ReplaceMembers(members.clone()))?;
        }
        Ok(About::of::<Team>(self.id))
    }
}

async fn check_members(unit: &mut Unit<'_>, members: &BTreeSet<AgentId>) -> Result<(), CommandError> {
    for agent in members {
        agent_fact(unit, *agent, "/member_ids").await?;
    }
    Ok(())
}
