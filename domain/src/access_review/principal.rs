//! Who can do something in a tenant: a person, a program, a key.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{
    ids::{AgentId, ApiKeyId, ServiceAccountId},
    tenant::KeyOwner,
};

/// Who, by their id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Principal {
    /// A person.
    Agent(AgentId),
    /// A program.
    ServiceAccount(ServiceAccountId),
    /// A key, whosever it is.
    ApiKey(ApiKeyId),
}

/// What kinds of them there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrincipalKind {
    /// People.
    Agent,
    /// Programs.
    ServiceAccount,
    /// Keys.
    ApiKey,
}

impl PrincipalKind {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Agent, Self::ServiceAccount, Self::ApiKey];

    /// The text that stands for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::ServiceAccount => "service_account",
            Self::ApiKey => "api_key",
        }
    }
}

impl Principal {
    /// What it is.
    pub const fn kind(self) -> PrincipalKind {
        match self {
            Self::Agent(_) => PrincipalKind::Agent,
            Self::ServiceAccount(_) => PrincipalKind::ServiceAccount,
            Self::ApiKey(_) => PrincipalKind::ApiKey,
        }
    }
}

impl From<KeyOwner> for Principal {
    fn from(owner: KeyOwner) -> Self {
        match owner {
            KeyOwner::Agent(id) => Self::Agent(id),
            KeyOwner::ServiceAccount(id) => Self::ServiceAccount(id),
        }
    }
}

/// A text that names nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected the id of an agent (agt_…), a service account (svc_…) or a key (key_…)")]
pub struct PrincipalError;

impl FromStr for Principal {
    type Err = PrincipalError;

    fn from_str(text: &str) -> Result<Self, PrincipalError> {
        let owner = text.parse::<KeyOwner>().map(Self::from);
        owner.or_else(|_| text.parse().map(Self::ApiKey)).map_err(|_| PrincipalError)
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agent(id) => fmt::Display::fmt(id, f),
            Self::ServiceAccount(id) => fmt::Display::fmt(id, f),
            Self::ApiKey(id) => fmt::Display::fmt(id, f),
        }
    }
}

impl Serialize for Principal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Principal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
