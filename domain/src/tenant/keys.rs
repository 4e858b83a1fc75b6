//! The keys of programs: whose each is, what it opens and until when. Their secrets are not here: the write side keeps
//! digests.
//!
//! What it protects: a key that was revoked or is over never opens again; an owner has a bounded number of keys that
//! open; of those that came of one another by rotation, at most two open at once. The time comes with each wish.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::{
    access_policy::AddressRange,
    ids::ApiKeyId,
    tenant::{
        commands::{IssueApiKey, RotateApiKey},
        events::{ApiKeyIssued, ApiKeyRevoked, ApiKeyRotated, TenantEvent},
        owner::KeyOwner,
        rejection::TenantRejection,
    },
};

/// Of one owner, so many open at once.
const MAX_OPEN: usize = 100;
/// Of one rotation: the key that goes, and the one that comes.
const MAX_OF_LINEAGE: usize = 2;
const MAX_ADDRESSES: usize = 100;

/// A key that was issued.
#[derive(Clone, Debug, PartialEq)]
pub struct IssuedKey {
    /// What it is for.
    pub name: String,
    /// What it may do, as far as its owner may.
    pub scopes: BTreeSet<String>,
    /// Whose it is; none: the tenant's own.
    pub owner: Option<KeyOwner>,
    /// From where it opens; empty: from anywhere.
    pub allowed_addresses: Vec<AddressRange>,
    /// When it ends; none: never.
    pub ends_at: Option<DateTime<Utc>>,
    /// How many requests an hour it may make; none: as many as the plan allows.
    pub rate_limit: Option<u32>,
    /// Whether it was revoked.
    pub revoked: bool,
    /// The first of those that it came of by rotation; itself, if it came of none.
    pub lineage: ApiKeyId,
    /// The key that came of it last.
    pub replaced_by: Option<ApiKeyId>,
}

impl IssuedKey {
    /// Whether it opens at that time.
    pub fn opens_at(&self, now: DateTime<Utc>) -> bool {
        !self.revoked && self.ends_at.is_none_or(|end| end > now)
    }

    /// How many requests an hour it may make, where the plan allows so many.
    pub fn requests_per_hour(&self, allowed: u32) -> u32 {
        self.rate_limit.unwrap_or(allowed).min(allowed)
    }
}

/// Every key that was ever issued.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Keys(BTreeMap<ApiKeyId, IssuedKey>);

type Decision = Result<Vec<TenantEvent>, TenantRejection>;

impl Keys {
    /// The key of this id.
    pub fn get(&self, key: ApiKeyId) -> Option<&IssuedKey> {
        self.0.get(&key)
    }

    /// Every key, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (ApiKeyId, &IssuedKey)> {
        self.0.iter().map(|(id, key)| (*id, key))
    }

    fn open(&self, now: DateTime<Utc>, like: impl Fn(&IssuedKey) -> bool) -> usize {
        self.0.values().filter(|key| key.opens_at(now) && like(key)).count()
    }

    pub(super) fn issue(&self, wish: IssueApiKey, allowed: u32) -> Decision {
        let IssueApiKey { key, name, scopes, owner, allowed_addresses, expires_at, rate_limit, now } = wish;
        if self.0.contains_key(&key) {
            return Err(TenantRejection::KeyAlreadyIssued);
        }
        if allowed_addresses.len() > MAX_ADDRESSES {
            return Err(TenantRejection::TooManyAddresses);
        }
        within_plan(rate_limit, allowed)?;
        if self.open(now, |other| other.owner == owner) >= MAX_OPEN {
            return Err(TenantRejection::TooManyKeys);
        }
        let allowed_addresses = allowed_addresses.into_iter().collect();
        let expires_at = expires_at.map(|end| end.to_rfc3339());
        let name = name.into();
        Ok(vec![ApiKeyIssued { key, name, scopes, owner, allowed_addresses, expires_at, rate_limit }.into()])
    }

    pub(super) fn rotate(&self, wish: &RotateApiKey, allowed: u32) -> Decision {
        let RotateApiKey { key, new, expires_at, rate_limit, ends_at, now } = *wish;
        let old = self.get(key).ok_or(TenantRejection::KeyNotFound)?;
        if !old.opens_at(now) {
            return Err(TenantRejection::KeyOver);
        }
        if self.open(now, |other| other.lineage == old.lineage) >= MAX_OF_LINEAGE {
            return Err(TenantRejection::RotationUnderWay);
        }
        if self.0.contains_key(&new) {
            return Err(TenantRejection::KeyAlreadyIssued);
        }
        within_plan(rate_limit, allowed)?;
        // What was to end sooner does.
        let ends_at = old.ends_at.map_or(ends_at, |end| end.min(ends_at));
        let issued = ApiKeyIssued {
            key: new,
            name: old.name.clone(),
            scopes: old.scopes.clone(),
            owner: old.owner,
            allowed_addresses: old.allowed_addresses.clone(),
            expires_at: Some(expires_at.to_rfc3339()),
            rate_limit: rate_limit.or(old.rate_limit),
        };
        Ok(vec![issued.into(), ApiKeyRotated { key, replaced_by: new, ends_at: ends_at.to_rfc3339() }.into()])
    }

    pub(super) fn revoke(&self, key: ApiKeyId) -> Decision {
        match self.get(key) {
            None => Err(TenantRejection::KeyNotFound),
            Some(known) if known.revoked => Ok(vec![]),
            Some(_) => Ok(vec![ApiKeyRevoked { key }.into()]),
        }
    }

    pub(super) fn issued(&mut self, event: &ApiKeyIssued) {
        let key = IssuedKey {
            name: event.name.clone(),
            scopes: event.scopes.clone(),
            owner: event.owner,
            allowed_addresses: event.allowed_addresses.clone(),
            ends_at: event.expires_at.as_deref().map(end),
            rate_limit: event.rate_limit,
            revoked: false,
            lineage: event.key,
            replaced_by: None,
        };
        self.0.insert(event.key, key);
    }

    pub(super) fn rotated(&mut self, event: &ApiKeyRotated) {
        let Some(old) = self.0.get_mut(&event.key) else { return };
        old.ends_at = Some(end(&event.ends_at));
        old.replaced_by = Some(event.replaced_by);
        let lineage = old.lineage;
        if let Some(new) = self.0.get_mut(&event.replaced_by) {
            new.lineage = lineage;
        }
    }

    pub(super) fn revoked(&mut self, event: ApiKeyRevoked) {
        if let Some(key) = self.0.get_mut(&event.key) {
            key.revoked = true;
        }
    }
}

fn within_plan(rate_limit: Option<u32>, allowed: u32) -> Result<(), TenantRejection> {
    let fits = rate_limit.is_none_or(|wanted| (1..=allowed).contains(&wanted));
    if fits { Ok(()) } else { Err(TenantRejection::RateLimitOutOfPlan { most: allowed }) }
}

/// An end that cannot be read has passed.
fn end(text: &str) -> DateTime<Utc> {
    text.parse().unwrap_or(DateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests;
