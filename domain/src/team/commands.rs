//! What may be wished of a team.

use std::collections::BTreeSet;

use crate::{ids::AgentId, text::Name};

/// A new team.
#[derive(Clone, Debug)]
pub struct CreateTeam {
    /// What it is called.
    pub name: Name,
    /// Who is in it from the start. That each exists was read from its stream.
    pub members: BTreeSet<AgentId>,
}

/// What may be wished of a team.
#[derive(Clone, Debug)]
pub enum TeamCommand {
    /// Make it.
    Create(CreateTeam),
    /// Call it differently.
    Rename(Name),
    /// Let exactly these be in it.
    ReplaceMembers(BTreeSet<AgentId>),
}
