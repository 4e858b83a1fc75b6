//! Folded states, as baselines only: what is decided on one counts when the log confirms its version at the commit, and
//! is decided anew on the tail of the stream otherwise. A stale entry costs an attempt, never a wrong state. Bounded;
//! opened personal fields live here until they are evicted.

use std::{
    any::Any,
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use event_store::{StreamId, TenantId};
use lru::LruCache;

const ENTRIES: usize = 10_000;

type Key = (TenantId, StreamId);
type Baseline = (u64, Arc<dyn Any + Send + Sync>);

/// Baselines of all tenants of this process.
#[derive(Debug)]
pub(crate) struct Cache(Mutex<LruCache<Key, Baseline>>);

impl Default for Cache {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(NonZeroUsize::new(ENTRIES).expect("the capacity is not zero"))))
    }
}

impl Cache {
    /// The state that was folded up to a version; version 0 and the default when there is none.
    pub(crate) fn get<S: Clone + Default + Send + Sync + 'static>(
        &self,
        tenant: &TenantId,
        stream: &StreamId,
    ) -> (u64, S) {
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cache
            .get(&(tenant.clone(), stream.clone()))
            .and_then(|(version, state)| Some((*version, state.downcast_ref::<S>()?.clone())))
            .unwrap_or_default()
    }

    /// Only what is committed. Of two who come at once, the later version stays.
    pub(crate) fn put(&self, tenant: &TenantId, stream: StreamId, version: u64, state: Arc<dyn Any + Send + Sync>) {
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (tenant.clone(), stream);
        if cache.peek(&key).is_none_or(|(known, _)| *known < version) {
            cache.put(key, (version, state));
        }
    }
}
