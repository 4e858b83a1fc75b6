//! The keys that access tokens are signed with: loaded from the installation, kept for a minute, rotated.

use std::sync::{Arc, Mutex, PoisonError};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use event_store::{SigningKey, Store, StoreError};
use ring::{
    digest::{SHA256, digest},
    signature::{Ed25519KeyPair, KeyPair},
};

use super::token;
use crate::{desk::Desk, error::CommandError};

/// How long another process may not know of a rotation.
const FRESH: TimeDelta = TimeDelta::seconds(60);
/// A token that names an unknown key makes this process look again, but not more often than this.
const LOOK_AGAIN: TimeDelta = TimeDelta::seconds(5);
/// A new key is published so long before it signs: longer than [`FRESH`], and than a key set may be cached.
const PUBLISHED_BEFORE: TimeDelta = TimeDelta::minutes(10);
/// How long the last token under an old key may be on its way beyond its lifetime.
const MARGIN: TimeDelta = TimeDelta::minutes(1);

/// How a new key takes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// It is published first; nobody is logged out.
    Planned,
    /// The keys before it open nothing from now on (other nodes learn of it within a minute): one of them is known to
    /// somebody. Sessions go on with their refresh tokens.
    AtOnce,
}

/// The public half of a key, as others verify with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// Its name: RFC 7638.
    pub kid: String,
    /// 32 bytes in base64url (RFC 8037).
    pub x: String,
    /// Since when it signs.
    pub signs_from: DateTime<Utc>,
    /// Until when its signatures count; none: until it is rotated.
    pub verifies_until: Option<DateTime<Utc>>,
}

struct Live {
    key: SigningKey,
    pair: Ed25519KeyPair,
}

/// The keys at one moment.
pub(super) struct Keys {
    loaded_at: DateTime<Utc>,
    live: Vec<Live>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.live.iter().map(|live| &live.key)).finish()
    }
}

impl Keys {
    /// The public half of a key whose signatures count.
    pub fn public(&self, kid: &str, now: DateTime<Utc>) -> Option<&[u8]> {
        let found = self.live.iter().find(|live| live.key.kid == kid)?;
        let counts = found.key.verifies_until.is_none_or(|end| end > now);
        counts.then_some(found.pair.public_key().as_ref())
    }

    fn sign(&self, bearer: &token::Bearer, now: DateTime<Utc>, store: &Store) -> Option<String> {
        // They are sorted by when they begin to sign.
        let signer = self.live.iter().rev().find(|live| live.key.signs_from <= now);
        // Where the clock was set back, none of them signs yet: better the oldest than nobody.
        let signer = signer.or(self.live.first())?;
        Some(token::issue(bearer, &signer.key.kid, &signer.pair, now, store.ids().next()))
    }
}

/// The keys that this process knows.
#[derive(Debug, Default)]
pub(super) struct Signing(Mutex<Option<Arc<Keys>>>);

impl Signing {
    fn known(&self) -> Option<Arc<Keys>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn keys(&self, store: &Store, fresh: TimeDelta) -> Result<Arc<Keys>, StoreError> {
        let now = store.clock().now();
        if let Some(known) = self.known().filter(|known| now - known.loaded_at < fresh) {
            return Ok(known);
        }
        let mut stored = store.signing_keys().await?;
        if stored.is_empty() {
            // Whichever process comes first: the others find its key.
            store.keep_signing_key(&new_key(store, now), None).await?;
            stored = store.signing_keys().await?;
        }
        let live = stored
            .into_iter()
            .map(|key| {
                let pair = Ed25519KeyPair::from_seed_and_public_key(&key.private, &key.public);
                let what = format!("signing key {}", key.kid);
                pair.map(|pair| Live { key, pair }).map_err(|_| StoreError::WrongMasterKey { what })
            })
            .collect::<Result<_, _>>()?;
        let keys = Arc::new(Keys { loaded_at: now, live });
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&keys));
        Ok(keys)
    }

    /// The keys, among them the one with this name if there is one.
    pub async fn keys_with(&self, store: &Store, kid: &str) -> Result<Arc<Keys>, StoreError> {
        let keys = self.keys(store, FRESH).await?;
        if keys.live.iter().any(|live| live.key.kid == kid) {
            return Ok(keys);
        }
        self.keys(store, LOOK_AGAIN).await
    }
}

/// Of 32 random bytes.
fn new_key(store: &Store, signs_from: DateTime<Utc>) -> SigningKey {
    let seed = store.random_key();
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("32 bytes are a seed");
    let public = pair.public_key().as_ref().to_vec();
    SigningKey { kid: thumbprint(&public), public, private: seed.to_vec(), signs_from, verifies_until: None }
}

fn thumbprint(public: &[u8]) -> String {
    let x = URL_SAFE_NO_PAD.encode(public);
    URL_SAFE_NO_PAD.encode(digest(&SHA256, format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#).as_bytes()))
}

impl Desk {
    /// What signs access tokens. Taken before anything is spent or recorded for one: what is spent and not answered
    /// would be lost.
    pub(super) async fn signer(&self) -> Result<Arc<Keys>, CommandError> {
        Ok(self.people().signing.keys(self.store(), FRESH).await?)
    }

    pub(super) fn access_token(&self, keys: &Keys, bearer: &token::Bearer) -> Result<String, CommandError> {
        let (store, now) = (self.store(), self.store().clock().now());
        let none = || CommandError::Malformed("control.signing_keys holds no key that counts".to_owned());
        keys.sign(bearer, now, store).ok_or_else(none)
    }

    /// The public keys that access tokens are verified with.
    pub async fn public_keys(&self) -> Result<Vec<PublicKey>, StoreError> {
        let keys = self.people().signing.keys(self.store(), FRESH).await?;
        let now = self.store().clock().now();
        let counts = keys.live.iter().filter(|live| live.key.verifies_until.is_none_or(|end| end > now));
        Ok(counts
            .map(|Live { key, .. }| PublicKey {
                kid: key.kid.clone(),
                x: URL_SAFE_NO_PAD.encode(&key.public),
                signs_from: key.signs_from,
                verifies_until: key.verifies_until,
            })
            .collect())
    }

    /// Makes a new key, and lets those before it run out.
    pub async fn rotate_signing_key(&self, rotation: Rotation) -> Result<PublicKey, StoreError> {
        let (store, signing) = (self.store(), &self.people().signing);
        signing.keys(store, FRESH).await?;
        let now = store.clock().now();
        let (signs_from, until) = match rotation {
            Rotation::AtOnce => (now, now),
            Rotation::Planned => {
                let signs_from = now + PUBLISHED_BEFORE;
                (signs_from, signs_from + FRESH + TimeDelta::seconds(token::LIFETIME) + MARGIN)
            }
        };
        let key = new_key(store, signs_from);
        store.keep_signing_key(&key, Some(until)).await?;
        signing.keys(store, TimeDelta::zero()).await?;
        let SigningKey { kid, public, .. } = key;
        Ok(PublicKey { kid, x: URL_SAFE_NO_PAD.encode(public), signs_from, verifies_until: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_named_by_its_thumbprint() {
        // RFC 8037, appendix A.3.
        let public = URL_SAFE_NO_PAD.decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
        assert_eq!(thumbprint(&public), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }
}
