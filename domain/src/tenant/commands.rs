//! What may be wished of a tenant.

use std::collections::BTreeSet;

use crate::{ids::ApiKeyId, tenant::events::Plan, text::Name};

/// A new tenant.
#[derive(Clone, Debug)]
pub struct ProvisionTenant {
    /// What the company is called.
    pub name: Name,
    /// What it bought.
    pub plan: Plan,
    /// Where its days begin.
    pub time_zone: chrono_tz::Tz,
}

/// A new key for a program.
#[derive(Clone, Debug)]
pub struct IssueApiKey {
    /// The id that it gets.
    pub key: ApiKeyId,
    /// What it is for.
    pub name: Name,
    /// What it may do.
    pub scopes: BTreeSet<String>,
    /// When it ends, RFC 3339.
    pub expires_at: Option<String>,
}

/// What may be wished of a tenant.
#[derive(Clone, Debug)]
pub enum TenantCommand {
    /// Make its world.
    Provision(ProvisionTenant),
    /// Give a program a key.
    IssueApiKey(IssueApiKey),
    /// Let a key open nothing any more.
    RevokeApiKey(ApiKeyId),
}
