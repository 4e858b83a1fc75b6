//! What can have happened to an agent: the storage format.

use serde::{Deserialize, Serialize};

use crate::{aggregate::events, personal::Personal};

/// An agent joined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentCreated {
    /// What they are called.
    pub name: Personal,
    /// Where they read mail.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub email: Option<Personal>,
    /// Their id in another system.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub external_id: Option<String>,
}

/// They are called differently now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentRenamed {
    /// Now.
    pub name: Personal,
}

/// They read mail elsewhere now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentEmailChanged {
    /// Now; none when it was removed.
    pub email: Option<Personal>,
}

/// They have this id in another system now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentExternalIdChanged {
    /// Now.
    pub external_id: Option<String>,
    /// Before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous: Option<String>,
}

/// They get no more work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentDeactivated {}

/// They get work again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentReactivated {}

events!(
    /// What can have happened to an agent.
    AgentEvent {
        "agent.created" v 1 => AgentCreated,
        "agent.renamed" v 1 => AgentRenamed,
        "agent.email_changed" v 1 => AgentEmailChanged,
        "agent.external_id_changed" v 1 => AgentExternalIdChanged,
        "agent.deactivated" v 1 => AgentDeactivated,
        "agent.reactivated" v 1 => AgentReactivated,
    }
);
