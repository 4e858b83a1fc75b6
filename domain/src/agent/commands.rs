//! What may be wished of an agent.

use crate::{
    agent::access::AccessCommand,
    ids::AgentId,
    text::{Email, ExternalId, Name},
};

/// A new agent.
#[derive(Clone, Debug)]
pub struct CreateAgent {
    /// The id that they get.
    pub id: AgentId,
    /// What they are called.
    pub name: Name,
    /// Where they read mail.
    pub email: Option<Email>,
    /// Their id in another system.
    pub external_id: Option<ExternalId>,
}

/// What may be wished of an agent.
#[derive(Clone, Debug)]
pub enum AgentCommand {
    /// Let them join.
    Create(CreateAgent),
    /// Call them differently.
    Rename(Name),
    /// Set or clear where they read mail.
    SetEmail(Option<Email>),
    /// Set or clear their id in another system.
    SetExternalId(Option<ExternalId>),
    /// Give them no more work.
    Deactivate,
    /// Give them work again.
    Reactivate,
    /// Note that somebody is given a copy of everything that is known about them.
    Export,
    /// Forget them for ever.
    Erase,
    /// Something about how they get in.
    Access(AccessCommand),
}
