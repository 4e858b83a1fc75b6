//! What can have happened to a tenant: the storage format.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{aggregate::events, ids::ApiKeyId, text::TextError};

/// What was bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    /// 3 agents, 1,000 tickets a month.
    Starter,
    /// 10 agents, 5,000 tickets a month.
    Professional,
    /// Without limits.
    Enterprise,
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Starter => "starter",
            Self::Professional => "professional",
            Self::Enterprise => "enterprise",
        })
    }
}

impl FromStr for Plan {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        match text {
            "starter" => Ok(Self::Starter),
            "professional" => Ok(Self::Professional),
            "enterprise" => Ok(Self::Enterprise),
            _ => Err(TextError { expected: "expected a plan, one of starter, professional, enterprise".to_owned() }),
        }
    }
}

/// The tenant's world was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TenantProvisioned {
    /// What the company is called.
    pub name: String,
    /// What it bought.
    pub plan: Plan,
    /// Where its days begin: an IANA zone.
    pub time_zone: String,
}

/// A program got a key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiKeyIssued {
    /// The key's id; its secret was shown once and is nowhere.
    pub key: ApiKeyId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: BTreeSet<String>,
    /// When it ends, RFC 3339; none: never.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires_at: Option<String>,
}

/// A key opens nothing any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyRevoked {
    /// Which.
    pub key: ApiKeyId,
}

events!(
    /// What can have happened to a tenant.
    TenantEvent {
        "tenant.provisioned" v 1 => TenantProvisioned;
        "tenant.api_key_issued" v 1 => ApiKeyIssued;
        "tenant.api_key_revoked" v 1 => ApiKeyRevoked;
    }
);
