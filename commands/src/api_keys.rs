//! API keys: `hd_live_<tenant>_<32 base62>_<6 base62 of CRC-32>`.
//!
//! The prefix and the checksum let secret scanners find a leaked key offline; the tenant in it says whose world to
//! look in. Shown once, stored as SHA-256: 190 bits of randomness need no slow hash. The key's name and rights are
//! events of the tenant; its digest is in a write-side table.

use chrono::{DateTime, Utc};
use domain::{Actor, ApiKeyId, tenant::IssueApiKey as NewKey, text::Name};
use event_store::{Log, Random, StoreError, TenantId, driver::types::Type};
use ring::digest::{SHA256, digest};

use crate::{
    caller::{Caller, PermissionError, Permissions},
    desk::{Desk, Request},
    error::CommandError,
    tenants::{IssueApiKey, RevokeApiKey},
};

const PREFIX: &str = "hd_live_";
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SECRET_CHARS: usize = 32;
const CHECK_CHARS: usize = 6;
/// What is kept in clear, for people to tell keys apart: enough of the secret to recognise, far too little to guess.
const HINT_CHARS: usize = 4;

const AUTHENTICATE: &str = "
    SELECT key_id, scopes, last_used_at FROM api_keys
    WHERE digest = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)";

/// A key in clear: held by whoever was just given it.
#[derive(Clone)]
pub struct ApiKey {
    tenant: TenantId,
    text: String,
}

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ApiKey(of {})", self.tenant)
    }
}

/// A text that is no API key: mistyped, cut, or of something else. Found without asking the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not an API key: expected hd_live_ and the rest of it, exactly as it was shown")]
pub struct ApiKeyFormatError;

impl ApiKey {
    /// A new key.
    pub fn generate(tenant: &TenantId, random: &dyn Random) -> Self {
        Self { tenant: tenant.clone(), text: tagged(PREFIX, tenant, random) }
    }

    /// Checks form and checksum.
    pub fn parse(text: &str) -> Result<Self, ApiKeyFormatError> {
        let tenant = read_tagged(PREFIX, text).ok_or(ApiKeyFormatError)?;
        Ok(Self { tenant, text: text.to_owned() })
    }

    /// Whose world it opens, if it opens any.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// The text, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// What is stored.
    pub fn digest(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, self.text.as_bytes()).as_ref());
        bytes
    }

    fn hint(&self) -> String {
        let secret = self.text.len() - SECRET_CHARS - CHECK_CHARS - 1;
        format!("{}…", &self.text[..secret + HINT_CHARS])
    }
}

/// `<prefix><tenant>_<secret>_<checksum>`, new.
pub(crate) fn tagged(prefix: &str, holder: &TenantId, random: &dyn Random) -> String {
    let mut secret = String::with_capacity(SECRET_CHARS);
    while secret.len() < SECRET_CHARS {
        let mut byte = [0];
        random.fill(&mut byte);
        // 248 is the largest multiple of 62 in a byte: beyond it, some characters would come more often.
        if byte[0] < 248 {
            secret.push(char::from(ALPHABET[usize::from(byte[0] % 62)]));
        }
    }
    let body = format!("{prefix}{holder}_{secret}");
    format!("{body}_{}", check(&body))
}

/// The tenant that a text of that form names, if its checksum is right.
pub(crate) fn read_tagged(prefix: &str, text: &str) -> Option<TenantId> {
    let (body, checksum) = text.rsplit_once('_')?;
    let (tenant, secret) = body.strip_prefix(prefix)?.rsplit_once('_')?;
    let fits = secret.len() == SECRET_CHARS
        && secret.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && checksum == check(body);
    if fits { tenant.parse().ok() } else { None }
}

fn check(body: &str) -> String {
    let mut rest = crc32fast::hash(body.as_bytes());
    let mut text = [b'0'; CHECK_CHARS];
    for place in text.iter_mut().rev() {
        *place = ALPHABET[(rest % 62) as usize];
        rest /= 62;
    }
    text.iter().map(|byte| char::from(*byte)).collect()
}

/// What a new key is for.
#[derive(Clone, Debug)]
pub struct KeyGrant {
    /// What it is for.
    pub name: Name,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

/// What is known of a key; never the key itself.
#[derive(Clone, Debug)]
pub struct KeyRecord {
    /// Its id.
    pub id: String,
    /// Its first characters.
    pub hint: String,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it was issued.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl Desk {
    /// Issues a key. The fact comes first: a key that works and stands in no log must not exist.
    pub async fn issue_key(
        &self,
        log: &Log,
        request: &Request,
        random: &dyn Random,
        grant: KeyGrant,
    ) -> Result<(ApiKeyId, ApiKey), CommandError> {
        Permissions::from_scopes(grant.scopes.iter().map(String::as_str)).map_err(unknown_scope)?;
        let id = ApiKeyId::new(self.store().ids().next());
        let key = ApiKey::generate(log.tenant(), random);
        let new = NewKey {
            key: id,
            name: grant.name.clone(),
            scopes: grant.scopes.iter().cloned().collect(),
            expires_at: grant.expires_at.map(|end| end.to_rfc3339()),
        };
        if self.run(log, request, &IssueApiKey { tenant: log.identity().clone(), new }).await?.replayed {
            // The first time showed the key; this one would show a key that was never recorded.
            return Err(CommandError::CommandReused);
        }
        let tx = log.begin().await?;
        let digest = key.digest();
        tx.execute(
            "INSERT INTO api_keys (key_id, digest, hint, name, scopes, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            &[
                &id.to_string(),
                &digest.as_slice(),
                &key.hint(),
                &grant.name.as_str(),
                &grant.scopes,
                &self.store().clock().now(),
                &grant.expires_at,
            ],
        )
        .await
        .map_err(StoreError::from)?;
        tx.commit().await?;
        Ok((id, key))
    }

    /// Revokes a key. The row comes first: a key that the log calls revoked must not open.
    pub async fn revoke_key(&self, log: &Log, request: &Request, key: ApiKeyId) -> Result<(), CommandError> {
        let tx = log.begin().await?;
        let now = self.store().clock().now();
        let found = tx
            .execute(
                "UPDATE api_keys SET revoked_at = coalesce(revoked_at, $2) WHERE key_id = $1",
                &[&key.to_string(), &now],
            )
            .await
            .map_err(StoreError::from)?;
        tx.commit().await?;
        if found == 0 {
            return Err(CommandError::NotFound { kind: "API key", pointer: None });
        }
        self.run(log, request, &RevokeApiKey { tenant: log.identity().clone(), key }).await?;
        Ok(())
    }

    /// All keys that were ever issued, the newest first.
    pub async fn keys(&self, log: &Log) -> Result<Vec<KeyRecord>, StoreError> {
        let tx = log.begin().await?;
        let rows = tx
            .query(
                "SELECT key_id, hint, name, scopes, created_at, expires_at, revoked_at, last_used_at FROM api_keys
                 ORDER BY created_at DESC, key_id",
                &[],
            )
            .await?;
        tx.commit().await?;
        Ok(rows
            .iter()
            .map(|row| KeyRecord {
                id: row.get(0),
                hint: row.get(1),
                name: row.get(2),
                scopes: row.get(3),
                created_at: row.get(4),
                expires_at: row.get(5),
                revoked_at: row.get(6),
                last_used_at: row.get(7),
            })
            .collect())
    }

    /// Who holds this key; `None` when it opens nothing: unknown, expired or revoked, without telling which.
    pub async fn authenticate(&self, log: &Log, key: &ApiKey) -> Result<Option<Caller>, StoreError> {
        let now = self.store().clock().now();
        let digest = key.digest();
        let rows = log.query(AUTHENTICATE, &[(&digest.as_slice(), Type::BYTEA), (&now, Type::TIMESTAMPTZ)]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let id: String = row.get(0);
        let last_used: Option<DateTime<Utc>> = row.get(2);
        // To the minute: one write per key and minute, not one per request.
        if last_used.is_none_or(|last| (now - last).num_seconds() >= 60) {
            let tx = log.begin().await?;
            // Many notice at once, and one is enough.
            let statement = tx
                .statement(
                    "UPDATE api_keys SET last_used_at = $2 WHERE key_id = (
                        SELECT key_id FROM api_keys WHERE key_id = $1 FOR UPDATE SKIP LOCKED)",
                )
                .await?;
            tx.batch_execute("SET LOCAL synchronous_commit = off").await?;
            tx.execute(&statement, &[&id, &now]).await?;
            tx.commit().await?;
        }
        let scopes: Vec<String> = row.get(1);
        let permissions = Permissions::from_scopes(scopes.iter().map(String::as_str));
        Ok(id.parse().ok().zip(permissions.ok()).map(|(id, permissions)| Caller {
            actor: Actor::ApiKey(id),
            permissions,
            principal: None,
        }))
    }
}

fn unknown_scope(error: PermissionError) -> CommandError {
    CommandError::Rejected { code: "invalid_value", pointer: Some("/scopes"), message: error.to_string() }
}

#[cfg(test)]
mod tests {
    use event_store::SystemRandom;

    use super::*;

    #[test]
    fn a_key_parses_only_as_it_was_shown() {
        let tenant: TenantId = "company-abc-123".parse().unwrap();
        let key = ApiKey::generate(&tenant, &SystemRandom::default());
        let text = key.reveal().to_owned();
        assert_eq!(ApiKey::parse(&text).unwrap().tenant(), &tenant);
        assert!(key.hint().len() < text.len() - 30);
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'x' { b'y' } else { b'x' };
            assert_eq!(ApiKey::parse(std::str::from_utf8(&changed).unwrap()).err(), Some(ApiKeyFormatError), "at {at}");
            assert_eq!(ApiKey::parse(&text[..at]).err(), Some(ApiKeyFormatError), "cut at {at}");
        }
    }
}
