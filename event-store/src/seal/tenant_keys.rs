//! The keys of one tenant: what was sealed under any version of them opens, and claims are digested.

use ring::{aead::LessSafeKey, hmac};

use super::{aead, keyring::derived};
use crate::tenancy::{Incarnation, TenantId};

/// A version of a tenant's key as it is stored: under the installation's key.
#[derive(Clone, Debug)]
pub(crate) struct StoredTenantKey {
    pub version: i32,
    pub wrapped: Vec<u8>,
    /// The key that claims are digested with; none: it is derived from this one.
    pub claims: Option<Vec<u8>>,
}

/// Whose keys they are.
#[derive(Clone, Debug)]
pub(crate) struct Holder {
    /// What opened keys are remembered by: those of an earlier world are never used in a later one.
    pub world: Incarnation,
    /// Whose id everything is bound to.
    pub sealed_as: TenantId,
}

#[cfg(test)]
impl Holder {
    /// A tenant as it was made.
    pub fn first(tenant: &TenantId) -> Self {
        let world = Incarnation { tenant: tenant.clone(), epoch: 1 };
        Self { world, sealed_as: tenant.clone() }
    }
}

/// The keys of one tenant.
pub(crate) struct TenantKeys {
    holder: Holder,
    /// The newest first: what is sealed is sealed under that.
    versions: Vec<(i32, LessSafeKey)>,
    /// Stays the same through all versions: what was digested cannot be digested anew.
    claims: [u8; 32],
}

/// Never prints a key.
impl std::fmt::Debug for TenantKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TenantKeys({} {:?})", self.holder.world.tenant, self.versions())
    }
}

impl TenantKeys {
    /// `versions` has the newest first, and is not empty.
    pub(super) fn new(holder: Holder, versions: Vec<(i32, LessSafeKey)>, claims: [u8; 32]) -> Self {
        Self { holder, versions, claims }
    }

    pub(super) fn holder(&self) -> &Holder {
        &self.holder
    }

    /// The key that claims are digested with.
    pub(super) fn claims(&self) -> &[u8; 32] {
        &self.claims
    }

    /// The numbers of all versions, the newest first.
    pub(crate) fn versions(&self) -> Vec<i32> {
        self.versions.iter().map(|(version, _)| *version).collect()
    }

    /// The newest.
    pub(crate) fn version(&self) -> i32 {
        self.versions[0].0
    }

    pub(super) fn wrapping(&self) -> &LessSafeKey {
        &self.versions[0].1
    }

    /// Opens what was sealed for this purpose under any version.
    pub(crate) fn open(&self, about: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        self.versions.iter().find_map(|(_, key)| aead::open(key, about, sealed))
    }

    /// Opens what [`Keyring::seal_secret`](super::Keyring::seal_secret) sealed for this place.
    pub(crate) fn open_secret(&self, about: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        self.open(&self.about_secret(about), sealed)
    }

    /// What stands in the log's tables for a claimed value.
    pub(crate) fn claim_digest(&self, kind: &str, value: &str) -> Vec<u8> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.claims);
        hmac::sign(&key, format!("{kind}\0{value}").as_bytes()).as_ref().to_vec()
    }

    /// A key to sign with, for one purpose: the same through all versions.
    pub(crate) fn signing(&self, purpose: &str) -> hmac::Key {
        let key = derived(&self.claims, format!("ledgerdesk {purpose} 1").as_bytes());
        hmac::Key::new(hmac::HMAC_SHA256, &key)
    }

    pub(super) fn about(&self, subject: &str, key_id: &str) -> Vec<u8> {
        self.about_key(&format!("{subject}\0{key_id}"))
    }

    /// What a subject's key is wrapped for: subject, NUL and the key's id.
    pub(crate) fn about_key(&self, place: &str) -> Vec<u8> {
        format!("ledgerdesk subject key 1\0{}\0{place}", self.holder.sealed_as).into_bytes()
    }

    /// What a secret is sealed for.
    pub(crate) fn about_secret(&self, about: &str) -> Vec<u8> {
        format!("ledgerdesk secret 1\0{}\0{about}", self.holder.sealed_as).into_bytes()
    }
}
