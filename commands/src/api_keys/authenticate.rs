//! Who holds a key: at every request, from the log, so that a key that was revoked, a role that was changed and an owner
//! who left count at once, on every process.
//!
//! One round trip in the ordinary case: beside the key's row come the versions of the streams that the answer rests on.
//! They are read only where this process remembers less.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use domain::{
    Actor, ApiKeyId, Permissions, RoleId,
    access_policy::{AccessPolicy, MaskedFields, admit},
    agent::Agent,
    service_account::ServiceAccount,
    tenant::{Feature, IssuedKey, KeyOwner, Tenant},
};
use event_store::{Log, StoreError, driver::Row};

use super::ApiKey;
use crate::{caller::Caller, desk::Desk, error::CommandError, rate_limits::Quota};

/// By digests in hexadecimal; with the last versions of: the tenant, its access policy, the owner of the key. What was
/// revoked before a restore stays so.
///
/// Names of owners are compared as the log's index does: in another collation the whole log would be read.
pub const AUTHENTICATE: &str = r#"
    SELECT asked.place, key_id, last_used_at,
        (SELECT max(sequence) FROM events WHERE aggregate_type = 'tenant' AND aggregate_id = $2),
        (SELECT max(sequence) FROM events WHERE aggregate_type = 'access_policy' AND aggregate_id = $2),
        (SELECT max(sequence) FROM events 
             WHERE aggregate_type = owner_type COLLATE "default" AND aggregate_id = owner COLLATE "default")
    FROM unnest($1::text[]) WITH ORDINALITY AS asked (digest, place)
        JOIN api_keys ON api_keys.digest = decode(asked.digest, 'hex') AND revoked_at IS NULL"#;

/// Who holds a key.
#[derive(Clone, Debug)]
pub struct KeyHolder {
    /// As they stand in events, and what they may do.
    pub caller: Caller,
    /// How much they may ask for with it.
    pub rate: Quota,
}

impl Desk {
    /// Who holds this key; `None` when it opens nothing: unknown, over or revoked, or of an owner who left, without telling
    /// which. Whoever is known and may not come from this address is told.
    pub async fn authenticate(
        &self,
        log: &Log,
        key: &ApiKey,
        address: Option<IpAddr>,
    ) -> Result<Option<KeyHolder>, CommandError> {
        let now = self.store().clock().now();
        let Some(row) = log.look_up(AUTHENTICATE, hex::encode(key.digest())).await? else { return Ok(None) };
        let Some(holder) = self.holder(log, &row, now, address).await? else { return Ok(None) };
        // To the minute: one write per key and minute, not one per request.
        if row.get::<_, Option<DateTime<Utc>>>(2).is_none_or(|last| (now - last).num_seconds() >= 60) {
            note_use(log, row.get(1), now).await?;
        }
        Ok(Some(holder))
    }

    async fn holder(
        &self,
        log: &Log,
        row: &Row,
        now: DateTime<Utc>,
        address: Option<IpAddr>,
    ) -> Result<Option<KeyHolder>, CommandError> {
        let Ok(id) = row.get::<_, &str>(1).parse::<ApiKeyId>() else { return Ok(None) };
        let tenant = self.known::<Tenant>(log, log.identity(), version(row, 3)).await?;
        let Some(key) = tenant.keys.get(id).filter(|key| key.opens_at(now)) else { return Ok(None) };
        if !tenant.plans.has(Feature::ApiAccess, now) {
            return Err(CommandError::FeatureNotInPlan(Feature::ApiAccess));
        }
        let scopes = Permissions::from_scopes(key.scopes.iter().map(String::as_str)).unwrap_or_default();
        let policy = self.known::<AccessPolicy>(log, log.identity(), version(row, 4)).await?;
        let (permissions, masked, admitted) = match key.owner {
            None => (scopes, MaskedFields::new(), admit(&policy.allowed_addresses, address)),
            Some(owner) => {
                let Some(role) = self.role_of(log, owner, version(row, 5)).await? else { return Ok(None) };
                let permissions = scopes.within(&policy.permissions_of(&role));
                (permissions, policy.masked_for(&role), policy.admits(&role, address))
            }
        };
        if !admitted || !admit(&key.allowed_addresses, address) {
            return Err(CommandError::AddressNotAllowed { address });
        }
        let allowed = tenant.entitlements(now).api_requests_per_hour();
        let caller = Caller { actor: Actor::ApiKey(id), permissions, masked, principal: principal(key) };
        Ok(Some(KeyHolder { caller, rate: Quota::per_hour(key.requests_per_hour(allowed)) }))
    }

    /// The role of an owner; none of one who left.
    async fn role_of(&self, log: &Log, owner: KeyOwner, version: u64) -> Result<Option<RoleId>, CommandError> {
        match owner {
            KeyOwner::Agent(id) => {
                let agent = self.known::<Agent>(log, id, version).await?;
                Ok(agent.active.then_some(agent.access.role))
            }
            KeyOwner::ServiceAccount(id) => {
                let account = self.known::<ServiceAccount>(log, id, version).await?;
                Ok(account.role.filter(|_| account.active))
            }
        }
    }
}

fn principal(key: &IssuedKey) -> Option<String> {
    key.owner.map(|owner| owner.to_string())
}

fn version(row: &Row, column: usize) -> u64 {
    row.get::<_, Option<i64>>(column).and_then(|version| u64::try_from(version).ok()).unwrap_or(0)
}

async fn note_use(log: &Log, key: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let tx = log.begin().await?;
    // Many notice at once, and one is enough.
    let statement = tx
        .statement(
            "UPDATE api_keys SET last_used_at = $2 WHERE key_id = (
                SELECT key_id FROM api_keys WHERE key_id = $1 FOR UPDATE SKIP LOCKED)",
        )
        .await?;
    tx.batch_execute("SET LOCAL synchronous_commit = off").await?;
    tx.execute(&statement, &[&key, &now]).await?;
    tx.commit().await
}
