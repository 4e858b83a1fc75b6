//! Tenants: their names, where their worlds are, and how a world is made.

use std::{
    fmt,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    commit::StreamId,
    database::is_elsewhere,
    error::StoreError,
    seal::{Mask, Place},
    seats::Seats,
};

/// The name of a tenant: lower-case letters, digits and hyphens, 1 to 40 of them. It is in keys, URLs and the names
/// of schemas, so it never changes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantId(Arc<str>);

/// A text that names no tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a tenant id of 1 to 40 lower-case letters, digits and hyphens, not at its ends")]
pub struct TenantIdError;

impl TenantId {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The schema that holds this tenant's first world. Safe to put into SQL: the id admits nothing that needs quoting,
    /// and the underscore, which replaces the hyphen, is not in any id.
    pub(crate) fn schema(&self) -> String {
        format!("tenant_{}", self.0.replace('-', "_"))
    }
}

impl FromStr for TenantId {
    type Err = TenantIdError;

    fn from_str(text: &str) -> Result<Self, TenantIdError> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let fits = (1..=40).contains(&text.len()) && text.bytes().all(allowed);
        if fits && !text.starts_with('-') && !text.ends_with('-') { Ok(Self(text.into())) } else { Err(TenantIdError) }
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a tenant's world can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TenantStatus {
    /// Being made; resumed when interrupted.
    Provisioning,
    /// In use.
    Active,
    /// Closed by an operator, or to be deleted: its data are kept.
    Suspended,
    /// Being destroyed: gone on with when interrupted.
    Destroying,
}

impl TenantStatus {
    /// As it is stored. What another version of this program may have stored is not in use here.
    pub(crate) fn of(text: &str) -> Self {
        let all = [Self::Active, Self::Suspended, Self::Destroying];
        all.into_iter().find(|status| status.as_str() == text).unwrap_or(Self::Provisioning)
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Provisioning => "provisioning",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Destroying => "destroying",
        }
    }
}

/// A tenant's world between two restores in place. What is remembered of one holds in no other: their logs differ.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Incarnation {
    /// Whose.
    pub tenant: TenantId,
    /// 1 until it is restored in place for the first time; then 2, 3, ….
    pub epoch: u32,
}

impl Incarnation {
    /// The schema that holds it. No tenant's id makes one of a later epoch, which does not begin like the first ones.
    pub(crate) fn schema(&self) -> String {
        match self.epoch {
            0 | 1 => self.tenant.schema(),
            epoch => format!("e{epoch}_{}", self.tenant.schema()),
        }
    }
}

/// What the control plane knows of one tenant.
#[derive(Clone, Debug)]
pub(crate) struct Placement {
    /// The search path: the tenant's schema, or a scratch schema and it.
    pub schema: String,
    pub role: String,
    pub status: TenantStatus,
    pub wrapped_key: Vec<u8>,
    pub world: Incarnation,
    /// Whose id its sealed fields, keys and files are bound to: its own, unless it was copied from another tenant.
    pub sealed_as: TenantId,
    /// Of a masked copy: what its fields show whose keys are not there.
    pub mask: Option<Mask>,
    /// Whether a statement has missed a table: the world may have been restored into another schema.
    pub doubted: Arc<AtomicBool>,
    pub seats: Seats,
}

impl Placement {
    /// Where the fields of an event stand.
    pub(crate) fn place<'a>(&'a self, stream: &'a StreamId, sequence: u64, event_type: &'a str) -> Place<'a> {
        Place { sealed_as: &self.sealed_as, stream, sequence, event_type, mask: self.mask }
    }

    /// Takes note of how a statement failed.
    pub(crate) fn note(&self, error: &StoreError) {
        if is_elsewhere(error) {
            self.doubted.store(true, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_id_needs_no_quoting_anywhere() {
        for right in ["demo", "company-abc-123", "a", "0"] {
            assert!(right.parse::<TenantId>().is_ok(), "{right}");
        }
        for wrong in ["", "-a", "a-", "A", "a_b", "a.b", "a\"b", "ü", &"a".repeat(41)] {
            assert_eq!(wrong.parse::<TenantId>(), Err(TenantIdError), "{wrong}");
        }
    }

    #[test]
    fn every_incarnation_has_a_schema_of_its_own() {
        let schema = |tenant: &str, epoch| Incarnation { tenant: tenant.parse().unwrap(), epoch }.schema();
        assert_eq!(schema("acme-1", 1), "tenant_acme_1");
        assert_eq!(schema("acme-1", 2), "e2_tenant_acme_1");
        assert!(schema(&"a".repeat(40), u32::MAX).len() <= 63, "PostgreSQL cuts longer names");
    }
}
