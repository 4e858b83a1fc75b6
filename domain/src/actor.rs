//! Who caused an event. In the envelope as text: `agent:agt_…`, `customer:cus_…`, `api_key:key_…`, `system:import`, `support:alice`.

use std::{fmt, str::FromStr};

use crate::ids::{AgentId, ApiKeyId, CustomerId};

/// Whoever or whatever caused an event: there is none without.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A person who helps.
    Agent(AgentId),
    /// A person who asks.
    Customer(CustomerId),
    /// A program with a key of the tenant.
    ApiKey(ApiKeyId),
    /// Somebody of the operator's staff, by the name that the installation knows them under.
    Support(String),
    /// A part of this product, by its name: `import`, `operator`.
    System(String),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agent(id) => write!(f, "agent:{id}"),
            Self::Customer(id) => write!(f, "customer:{id}"),
            Self::ApiKey(id) => write!(f, "api_key:{id}"),
            Self::Support(name) => write!(f, "support:{name}"),
            Self::System(name) => write!(f, "system:{name}"),
        }
    }
}

/// A text that names no actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an actor of the form agent:…, customer:…, api_key:…, support:… or system:…")]
pub struct ActorError;

impl FromStr for Actor {
    type Err = ActorError;

    fn from_str(text: &str) -> Result<Self, ActorError> {
        match text.split_once(':').ok_or(ActorError)? {
            ("agent", id) => id.parse().map(Self::Agent).map_err(|_| ActorError),
            ("customer", id) => id.parse().map(Self::Customer).map_err(|_| ActorError),
            ("api_key", id) => id.parse().map(Self::ApiKey).map_err(|_| ActorError),
            ("support", name) if !name.is_empty() => Ok(Self::Support(name.to_owned())),
            ("system", name) if !name.is_empty() => Ok(Self::System(name.to_owned())),
            _ => Err(ActorError),
        }
    }
}
