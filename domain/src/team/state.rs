//! What the rules read of a team; decide and apply.

use std::collections::BTreeSet;

use crate::{
    aggregate::Aggregate,
    ids::AgentId,
    team::{
        commands::TeamCommand,
        events::{TeamCreated, TeamEvent, TeamMemberAdded, TeamMemberRemoved, TeamRenamed},
        rejection::TeamRejection,
    },
};

const MAX_MEMBERS: usize = 1000;

/// The aggregate; its state is [`TeamState`].
#[derive(Debug)]
pub struct Team;

/// The fields of a team that some rule reads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TeamState {
    /// What it is called; set by the first event.
    pub name: Option<String>,
    /// Who is in it.
    pub members: BTreeSet<AgentId>,
}

impl Aggregate for Team {
    const TYPE: &'static str = "team";
    type State = TeamState;
    type Command = TeamCommand;
    type Event = TeamEvent;
    type Rejection = TeamRejection;

    fn decide(state: &TeamState, command: TeamCommand) -> Result<Vec<TeamEvent>, TeamRejection> {
        let Some(name) = &state.name else {
            let TeamCommand::Create(create) = command else {
                return Err(TeamRejection::NotFound);
            };
            let mut events = vec![TeamCreated { name: create.name.into() }.into()];
            events.extend(state.replace_members(&create.members)?);
            return Ok(events);
        };
        match command {
            TeamCommand::Create(_) => Err(TeamRejection::AlreadyExists),
            TeamCommand::Rename(wanted) if wanted.as_str() == name => Ok(vec![]),
            TeamCommand::Rename(wanted) => Ok(vec![TeamRenamed { name: wanted.into(), previous: name.clone() }.into()]),
            TeamCommand::ReplaceMembers(members) => state.replace_members(&members),
        }
    }

    fn changed_fields(event: &TeamEvent) -> &'static [&'static str] {
        match event {
            TeamEvent::TeamCreated(_) => &["name", "member_ids"],
            TeamEvent::TeamRenamed(_) => &["name"],
            TeamEvent::TeamMemberAdded(_) | TeamEvent::TeamMemberRemoved(_) => &["member_ids"],
        }
    }

    fn apply(state: &mut TeamState, event: &TeamEvent) {
        match event {
            TeamEvent::TeamCreated(created) => state.name = Some(created.name.clone()),
            TeamEvent::TeamRenamed(renamed) => state.name = Some(renamed.name.clone()),
            TeamEvent::TeamMemberAdded(added) => {
                state.members.insert(added.agent);
            }
            TeamEvent::TeamMemberRemoved(removed) => {
                state.members.remove(&removed.agent);
            }
        }
    }
}

impl TeamState {
    fn replace_members(&self, wanted: &BTreeSet<AgentId>) -> Result<Vec<TeamEvent>, TeamRejection> {
        if wanted.len() > MAX_MEMBERS {
            return Err(TeamRejection::TooManyMembers);
        }
        let added = wanted.difference(&self.members).map(|agent| TeamMemberAdded { agent: *agent }.into());
        let removed = self.members.difference(wanted).map(|agent| TeamMemberRemoved { agent: *agent }.into());
        Ok(added.chain(removed).collect())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{team::CreateTeam, text::Name};

    #[test]
    fn replacing_the_members_records_who_came_and_who_went() {
        let [ann, bob, eve] = [1, 2, 3].map(|n| AgentId::new(Uuid::from_u128(n)));
        let mut state = TeamState::default();
        let create = CreateTeam { name: Name::try_new("Second line").unwrap(), members: [ann, bob].into() };
        for event in Team::decide(&state.clone(), TeamCommand::Create(create)).unwrap() {
            Team::apply(&mut state, &event);
        }
        let events = Team::decide(&state, TeamCommand::ReplaceMembers([bob, eve].into())).unwrap();
        assert_eq!(events, [TeamMemberAdded { agent: eve }.into(), TeamMemberRemoved { agent: ann }.into()]);
    }
}
