//! Opening the payloads of chunks.

use std::{collections::HashMap, num::NonZeroUsize, sync::Arc};

use lru::LruCache;
use ring::aead::LessSafeKey;

use super::row::{Row, StoredEvent};
use crate::{
    commit::StreamId,
    database::TenantTx,
    error::StoreError,
    log::LogInner,
    seal::{Keyring, Keys, holds_sealed, open_text},
};

/// Keys that a scan holds. About 600 bytes each.
const KEYS: usize = 10_000;

/// A key, or that it is gone: what it sealed was erased.
type Key = Option<Arc<LessSafeKey>>;

/// Opens the payloads of chunks.
pub(super) struct Opener {
    /// Of the chunks before.
    known: LruCache<String, Key>,
}

impl Opener {
    pub fn new() -> Self {
        Self { known: LruCache::new(NonZeroUsize::new(KEYS).expect("the capacity is not zero")) }
    }

    /// Tries with the keys that are known, fetches those that were missing, and tries again where one was.
    pub async fn open(&mut self, log: &LogInner, rows: &[Row]) -> Result<Vec<Option<String>>, StoreError> {
        let mut opened = vec![None; rows.len()];
        let mut unopened = vec![];
        let mut keys = ChunkKeys { log, known: &mut self.known, needed: HashMap::new(), missed: false };
        for (index, row) in rows.iter().enumerate() {
            let event = row.event()?;
            if holds_sealed(event.payload) {
                keys.missed = false;
                let text = open_event(log, &event, &mut keys)?;
                if keys.missed { unopened.push(index) } else { opened[index] = Some(text) }
            }
        }
        if !unopened.is_empty() {
            keys.fetch().await?;
        }
        for index in unopened {
            opened[index] = Some(open_event(log, &rows[index].event()?, &mut keys)?);
        }
        Ok(opened)
    }
}

fn open_event(log: &LogInner, event: &StoredEvent<'_>, keys: &mut dyn Keys) -> Result<String, StoreError> {
    let stream = StreamId::new(event.aggregate_type, event.aggregate_id);
    let place = log.placement.place(&stream, event.sequence, event.event_type);
    open_text(place, event.payload, keys)
}

/// The keys of one chunk.
struct ChunkKeys<'a> {
    log: &'a LogInner,
    known: &'a mut LruCache<String, Key>,
    /// Every key that a field asked for; `None` while it must be looked up.
    needed: HashMap<String, Option<Key>>,
    /// Whether a field asked for one that must be looked up.
    missed: bool,
}

impl ChunkKeys<'_> {
    fn find(&mut self, id: &str) -> Option<Key> {
        if let Some(known) = self.known.get(id) {
            return Some(known.clone());
        }
        let key = self.log.keyring.cached(&self.log.keys(), id)?;
        self.known.put(id.to_owned(), Some(Arc::clone(&key)));
        Some(Some(key))
    }

    async fn fetch(&mut self) -> Result<(), StoreError> {
        let missing: Vec<String> =
            self.needed.iter().filter(|(_, key)| key.is_none()).map(|(id, _)| id.clone()).collect();
        let tx = TenantTx::begin_beside(&self.log.pool, &self.log.placement).await?;
        let statement =
            tx.statement("SELECT key_id, subject, wrapped FROM subject_keys WHERE key_id = ANY($1)").await?;
        let rows = tx.query(&statement, &[&missing]).await?;
        tx.commit().await?;
        let mut found: HashMap<String, Key> = missing.into_iter().map(|id| (id, None)).collect();
        for row in rows {
            let id: String = row.get(0);
            let key = self.log.opening(None, |keys| Keyring::unwrap_unseen(keys, row.get(1), &id, row.get(2))).await?;
            found.insert(id, Some(key));
        }
        for (id, key) in found {
            self.known.put(id.clone(), key.clone());
            self.needed.insert(id, Some(key));
        }
        Ok(())
    }
}

impl Keys for ChunkKeys<'_> {
    fn key(&mut self, id: &str) -> Key {
        let found = if let Some(found) = self.needed.get(id) {
            found.clone()
        } else {
            let found = self.find(id);
            self.needed.insert(id.to_owned(), found.clone());
            found
        };
        self.missed |= found.is_none();
        found.flatten()
    }
}
