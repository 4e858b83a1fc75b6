//! Keys are given, rotated and taken back. The fact comes first: a key that works and stands in no log must not exist.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    ApiKeyId, Permission, Permissions,
    access_policy::AddressRange,
    service_account::ServiceAccount,
    tenant::{IssueApiKey, IssuedKey, KeyOwner, RotateApiKey, Tenant, TenantCommand},
    text::Name,
};
use event_store::{Log, Random, StoreError};

use super::ApiKey;
use crate::{
    caller::PermissionError,
    desk::{Desk, Request},
    error::CommandError,
    roles,
    unit::{About, Operation, Unit},
};

/// What a new key is for.
#[derive(Clone, Debug)]
pub struct KeyGrant {
    /// What it is for.
    pub name: Name,
    /// What it may do, as far as its owner may.
    pub scopes: Vec<String>,
    /// Whose it is; none: the same whose the caller's rights are.
    pub owner: Option<KeyOwner>,
    /// From where it opens; empty: from anywhere.
    pub allowed_addresses: BTreeSet<AddressRange>,
    /// When it ends; none: never.
    pub expires_at: Option<DateTime<Utc>>,
    /// How many requests an hour it may make; none: as many as the plan allows.
    pub rate_limit: Option<u32>,
}

impl KeyGrant {
    /// A key of the caller's, from anywhere and for ever.
    pub fn new(name: Name, scopes: Vec<String>) -> Self {
        Self { name, scopes, owner: None, allowed_addresses: BTreeSet::new(), expires_at: None, rate_limit: None }
    }
}

/// A new key in the place of another.
#[derive(Clone, Copy, Debug)]
pub struct Rotation {
    /// The other.
    pub key: ApiKeyId,
    /// For how long both open.
    pub overlap: TimeDelta,
    /// When the new one ends.
    pub expires_at: DateTime<Utc>,
    /// How many requests an hour it may make; none: as many as the other.
    pub rate_limit: Option<u32>,
}

/// What came of that.
#[derive(Debug)]
pub struct Rotated {
    /// The id of the new key.
    pub id: ApiKeyId,
    /// The key.
    pub key: ApiKey,
    /// When the other ends.
    pub both_until: DateTime<Utc>,
}

impl Desk {
    /// Issues a key. Only this answer has it.
    pub async fn issue_key(
        &self,
        log: &Log,
        request: &Request,
        random: &dyn Random,
        grant: KeyGrant,
    ) -> Result<(ApiKeyId, ApiKey), CommandError> {
        let id = ApiKeyId::new(self.store().ids().next());
        let now = self.store().clock().now();
        let own = request.caller.principal.as_deref().and_then(|principal| principal.parse().ok());
        let wish = Issue(IssueApiKey {
            key: id,
            name: grant.name,
            scopes: grant.scopes.into_iter().collect(),
            owner: grant.owner.or(own),
            allowed_addresses: grant.allowed_addresses,
            expires_at: grant.expires_at,
            rate_limit: grant.rate_limit,
            now,
        });
        self.fulfil_once(log, request, &wish).await?;
        let key = ApiKey::generate(log.tenant(), random);
        let Issue(IssueApiKey { name, scopes, owner, expires_at, .. }) = wish;
        let issued = Row { id, name: name.into(), scopes, owner, expires_at };
        Ok((id, issued.insert(log, key, now).await?))
    }

    /// Issues a key in the place of another. Only this answer has it; both open until the overlap is over.
    pub async fn rotate_key(
        &self,
        log: &Log,
        request: &Request,
        random: &dyn Random,
        wish: Rotation,
    ) -> Result<Rotated, CommandError> {
        let id = ApiKeyId::new(self.store().ids().next());
        let now = self.store().clock().now();
        let Rotation { key, overlap, expires_at, rate_limit } = wish;
        let rotate = Rotate(RotateApiKey { key, new: id, expires_at, rate_limit, ends_at: now + overlap, now });
        self.fulfil_once(log, request, &rotate).await?;
        let tenant = self.latest::<Tenant>(log, None, log.identity()).await?;
        let both_until = find(tenant.keys.get(key))?.ends_at.unwrap_or(now);
        let IssuedKey { name, scopes, owner, .. } = find(tenant.keys.get(id))?.clone();
        let issued = Row { id, name, scopes, owner, expires_at: Some(expires_at) };
        let key = issued.insert(log, ApiKey::generate(log.tenant(), random), now).await?;
        Ok(Rotated { id, key, both_until })
    }

    async fn fulfil_once<O: Operation>(&self, log: &Log, request: &Request, wish: &O) -> Result<(), CommandError> {
        // The first time showed the key; this one would show a key that was never recorded.
        match self.run(log, request, wish).await {
            Ok(receipt) if receipt.replayed => Err(CommandError::CommandReused),
            Ok(_) => Ok(()),
            // That it cannot be done again may come of its having been done.
            Err(CommandError::Rejected { .. }) if log.outcome(request.command_id).await?.is_some() => {
                Err(CommandError::CommandReused)
            }
            Err(error) => Err(error),
        }
    }

    /// Revokes a key. The row comes first: what is revoked there stays so, also when the log is restored from a backup.
    pub async fn revoke_key(&self, log: &Log, request: &Request, key: ApiKeyId) -> Result<(), CommandError> {
        let wish = Revoke(key);
        if !request.caller.permissions.allow(Permission::KeysWrite) {
            return Err(CommandError::Forbidden(Permission::KeysWrite));
        }
        self.shut_for_good(log, key).await?;
        self.run(log, request, &wish).await?;
        Ok(())
    }

    /// Notes in its row that a key is revoked: what is revoked there stays so, whatever the log is restored to.
    pub(crate) async fn shut_for_good(&self, log: &Log, key: ApiKeyId) -> Result<(), CommandError> {
        let tx = log.begin().await?;
        let now = self.store().clock().now();
        let sql = "UPDATE api_keys SET revoked_at = coalesce(revoked_at, $2) WHERE key_id = $1";
        tx.execute(sql, &[&key.to_string(), &now]).await.map_err(StoreError::from)?;
        tx.commit().await?;
        Ok(())
    }
}

/// What is kept beside the log: the digest, and what programs of the version before read here.
struct Row {
    id: ApiKeyId,
    name: String,
    scopes: BTreeSet<String>,
    owner: Option<KeyOwner>,
    expires_at: Option<DateTime<Utc>>,
}

impl Row {
    async fn insert(&self, log: &Log, key: ApiKey, now: DateTime<Utc>) -> Result<ApiKey, StoreError> {
        let (id, digest, owner) = (self.id.to_string(), key.digest(), self.owner.map(|owner| owner.to_string()));
        let scopes: Vec<&str> = self.scopes.iter().map(String::as_str).collect();
        let owner_type = self.owner.map(KeyOwner::aggregate_type);
        let tx = log.begin().await?;
        tx.execute(
            "INSERT INTO api_keys (key_id, digest, hint, name, scopes, owner, owner_type, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &[&id, &digest.as_slice(), &key.hint(), &self.name, &scopes, &owner, &owner_type, &now, &self.expires_at],
        )
        .await?;
        tx.commit().await?;
        Ok(key)
    }
}

struct Issue(IssueApiKey);

impl Operation for Issue {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::KeysWrite)?;
        let Self(IssueApiKey { owner, scopes, .. }) = self;
        may_hand_out(unit, *owner, scopes).await?;
        owner_exists(unit, *owner).await?;
        decide(unit, TenantCommand::IssueApiKey(self.0.clone())).await
    }
}

/// A key belongs to whoever makes it, or to a program.
async fn owner_exists(unit: &mut Unit<'_>, owner: Option<KeyOwner>) -> Result<(), CommandError> {
    let Some(owner) = owner.filter(|owner| !is_own(unit, Some(*owner))) else { return Ok(()) };
    let KeyOwner::ServiceAccount(id) = owner else {
        let message = "a key belongs to you or to a service account: other people make their own".to_owned();
        return Err(CommandError::Rejected { code: "invalid_value", pointer: Some("/owner"), message });
    };
    let exists = unit.load::<ServiceAccount>(id).await?.role.is_some();
    let nobody = CommandError::NotFound { kind: "service account", pointer: Some("/owner") };
    if exists { Ok(()) } else { Err(nobody) }
}

struct Rotate(RotateApiKey);

impl Operation for Rotate {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::KeysWrite)?;
        let tenant = unit.load::<Tenant>(unit.log().identity().clone()).await?;
        let IssuedKey { owner, scopes, .. } = find(tenant.keys.get(self.0.key))?;
        may_hand_out(unit, *owner, scopes).await?;
        decide(unit, TenantCommand::RotateApiKey(self.0)).await
    }
}

/// Take a key back.
pub(crate) struct Revoke(pub ApiKeyId);

impl Operation for Revoke {
    async fn attempt(&self, unit: &mut Unit<'_>) -> Result<About, CommandError> {
        unit.require(Permission::KeysWrite)?;
        let tenant = unit.load::<Tenant>(unit.log().identity().clone()).await?;
        find(tenant.keys.get(self.0))?;
        decide(unit, TenantCommand::RevokeApiKey(self.0)).await
    }
}

async fn decide(unit: &mut Unit<'_>, command: TenantCommand) -> Result<About, CommandError> {
    let tenant = unit.log().identity().clone();
    unit.load::<Tenant>(&tenant).await?;
    unit.decide::<Tenant>(&tenant, command)?;
    Ok(About::of::<Tenant>(&tenant))
}

fn find(key: Option<&IssuedKey>) -> Result<&IssuedKey, CommandError> {
    key.ok_or(CommandError::NotFound { kind: "API key", pointer: None })
}

/// Whether the rights of the key would be bounded by the very rights of the caller.
fn is_own(unit: &Unit<'_>, owner: Option<KeyOwner>) -> bool {
    unit.request().caller.principal == owner.map(|owner| owner.to_string())
}

/// Nobody hands out a key that may more than they. One's own is bounded by what one may, whenever it is used, so that
/// it is enough to have each right at all; of any other key its owner may be given more rights later.
async fn may_hand_out(
    unit: &mut Unit<'_>,
    owner: Option<KeyOwner>,
    scopes: &BTreeSet<String>,
) -> Result<(), CommandError> {
    let wanted = Permissions::from_scopes(scopes.iter().map(String::as_str)).map_err(unknown_scope)?;
    if !is_own(unit, owner) {
        if let Some(KeyOwner::ServiceAccount(id)) = owner {
            let role = unit.load::<ServiceAccount>(id).await?.role.unwrap_or_default();
            let masked = roles::policy(unit).await?.masked_for(&role);
            roles::must_see(unit, &masked).await?;
        }
        return roles::must_have(unit, &wanted).await;
    }
    match wanted.iter().find(|(right, _)| !unit.request().caller.permissions.allow(*right)) {
        Some((right, _)) => Err(CommandError::Forbidden(right)),
        None => Ok(()),
    }
}

fn unknown_scope(error: PermissionError) -> CommandError {
    CommandError::Rejected { code: "invalid_value", pointer: Some("/scopes"), message: error.to_string() }
}
