//! What can have happened to a team: the storage format.

use serde::{Deserialize, Serialize};

use crate::{aggregate::events, ids::AgentId};

/// A team was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TeamCreated {
    /// What it is called.
    pub name: String,
}

/// It is called differently now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TeamRenamed {
    /// Now.
    pub name: String,
    /// Before.
    pub previous: String,
}

/// An agent joined it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamMemberAdded {
    /// Who.
    pub agent: AgentId,
}

/// An agent left it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamMemberRemoved {
    /// Who.
    pub agent: AgentId,
}

events!(
    /// What can have happened to a team.
    TeamEvent {
        "team.created" v 1 => TeamCreated;
        "team.renamed" v 1 => TeamRenamed;
        "team.member_added" v 1 => TeamMemberAdded;
        "team.member_removed" v 1 => TeamMemberRemoved;
    }
);
