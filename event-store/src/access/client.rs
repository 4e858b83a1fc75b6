//! Whence somebody looked: sealed with a key of theirs, so that it goes with them.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use ring::aead::LessSafeKey;

use super::{Access, StoredAccess};
use crate::{
    database::TenantTx,
    envelope::Client,
    error::StoreError,
    log::{Log, LogInner},
    read::Keys,
    seal::{Keyring, Scope},
};

/// Network address and user agent, sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedClient {
    /// The id of the key.
    pub key: String,
    /// Nonce, ciphertext and tag.
    pub sealed: Vec<u8>,
}

const KEY: &str = "
    SELECT key_id, wrapped FROM subject_keys WHERE subject = $1 AND NOT single ORDER BY created_at DESC LIMIT 1";
const IS_ERASED: &str = "SELECT FROM erased_subjects WHERE subject = $1";
/// As an append has it: so nobody is erased meanwhile.
const LOCK: &str = "SELECT FROM head FOR UPDATE";
const NEW_KEY: &str = "
    INSERT INTO subject_keys (key_id, subject, wrapped, created_at, single, key_version)
    VALUES ($1, $2, $3, $4, false, $5)";

impl LogInner {
    /// What an entry keeps of its client; none of somebody who was erased.
    pub(super) async fn seal_client(
        &self,
        access: &Access,
        client: &Client,
    ) -> Result<Option<SealedClient>, StoreError> {
        let about = self.about(&access.actor, &access.operation, access.request_id.as_deref());
        let key = match self.keyring.cached_current(&self.keys(), &client.subject) {
            Some(known) => Some(known),
            None => match self.find_key(&client.subject).await {
                Err(error) if self.is_outdated(&error).await? => self.find_key(&client.subject).await?,
                found => found?,
            },
        };
        Ok(key.map(|(key, opened)| {
            let sealed = self.keyring.seal_with(&opened, &about, client.value.as_bytes());
            SealedClient { key, sealed }
        }))
    }

    /// The key that new fields of a subject are sealed with. Who has none gets one.
    async fn find_key(&self, subject: &str) -> Result<Option<(String, Arc<LessSafeKey>)>, StoreError> {
        let tx = TenantTx::begin(&self.pool, &self.placement).await?;
        let found = match tx.query_opt(&tx.statement(KEY).await?, &[&subject]).await? {
            Some(row) => {
                let id: String = row.get(0);
                let open = |keys: &_| self.keyring.unwrap(keys, subject, &id, Scope::Shared, row.get(1));
                let key = self.opening(Some(&tx), open).await?;
                Some((id, key))
            }
            None => self.make_key(&tx, subject).await?,
        };
        tx.commit().await?;
        if let Some((id, key)) = &found {
            self.keyring.remember(&self.keys(), subject, id, Scope::Shared, key);
        }
        Ok(found)
    }

    async fn make_key(&self, tx: &TenantTx, subject: &str) -> Result<Option<(String, Arc<LessSafeKey>)>, StoreError> {
        tx.execute(&tx.statement(LOCK).await?, &[]).await?;
        if tx.query_opt(&tx.statement(IS_ERASED).await?, &[&subject]).await?.is_some() {
            return Ok(None);
        }
        let new = self.keyring.new_key(&self.keys(), subject);
        let now = self.clock.now();
        let statement = tx.statement(NEW_KEY).await?;
        tx.execute(&statement, &[&new.id, &new.subject, &new.wrapped, &now, &new.key_version]).await?;
        Ok(Some((new.id, new.key)))
    }

    /// What it is bound to: in another entry it does not open.
    fn about(&self, actor: &str, operation: &str, request_id: Option<&str>) -> Vec<u8> {
        let (tenant, request_id) = (&self.placement.sealed_as, request_id.unwrap_or_default());
        format!("ledgerdesk access 1\0{tenant}\0{actor}\0{operation}\0{request_id}").into_bytes()
    }
}

impl Log {
    /// Whence the actors of these entries looked, by number; where the key is gone, nothing is told.
    pub async fn access_clients(
        &self,
        tx: &TenantTx,
        entries: &[StoredAccess],
    ) -> Result<HashMap<u64, String>, StoreError> {
        let ids: HashSet<String> =
            entries.iter().filter_map(|entry| Some(entry.client.as_ref()?.key.clone())).collect();
        let keys = Keys::fetched(tx, &self.inner, ids.into_iter().collect()).await?;
        let opened = entries.iter().filter_map(|entry| {
            let client = entry.client.as_ref()?;
            let about = self.inner.about(&entry.actor, &entry.operation, entry.request_id.as_deref());
            let text = Keyring::open_with(keys.get(&client.key)?, &about, &client.sealed)?;
            Some((entry.number, String::from_utf8(text).ok()?))
        });
        Ok(opened.collect())
    }
}
