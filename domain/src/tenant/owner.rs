//! Whose a key is: `agt_…` or `svc_…`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{
    agent::Agent,
    aggregate::Aggregate,
    ids::{AgentId, ServiceAccountId},
    service_account::ServiceAccount,
};

/// Whoever answers for what a key does, and without whose rights it has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyOwner {
    /// A person.
    Agent(AgentId),
    /// A program.
    ServiceAccount(ServiceAccountId),
}

impl KeyOwner {
    /// The type of its stream, whose id is its text.
    pub const fn aggregate_type(self) -> &'static str {
        match self {
            Self::Agent(_) => Agent::TYPE,
            Self::ServiceAccount(_) => ServiceAccount::TYPE,
        }
    }
}

/// A text that names no owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected the id of a service account (svc_…) or of an agent (agt_…)")]
pub struct KeyOwnerError;

impl FromStr for KeyOwner {
    type Err = KeyOwnerError;

    fn from_str(text: &str) -> Result<Self, KeyOwnerError> {
        let agent = text.parse().map(Self::Agent);
        agent.or_else(|_| text.parse().map(Self::ServiceAccount)).map_err(|_| KeyOwnerError)
    }
}

impl fmt::Display for KeyOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agent(id) => fmt::Display::fmt(id, f),
            Self::ServiceAccount(id) => fmt::Display::fmt(id, f),
        }
    }
}

impl Serialize for KeyOwner {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for KeyOwner {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
