//! Folded states, as baselines only: what is decided on one counts when the log confirms its version at the commit, and
//! is decided anew on the tail of the stream otherwise. A stale entry costs an attempt, never a wrong state. Bounded;
//! opened personal fields live here until they are evicted.
//!
//! A wrong entry would be another matter: its version is right and its state is not. So every decision of the tests is
//! made under [`Desk::check_memory`](crate::Desk::check_memory), which folds anew and compares.

use std::{
    any::Any,
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use domain::{Aggregate, Event};
use event_store::{Log, RecordedEvent, StoreError, StreamId, TenantId, TenantTx};
use lru::LruCache;

use crate::error::CommandError;

const ENTRIES: usize = 10_000;

type Key = (TenantId, StreamId);
type Baseline = (u64, Arc<dyn Any + Send + Sync>);

/// Baselines of all tenants of this process.
#[derive(Debug)]
pub(crate) struct Cache {
    entries: Mutex<LruCache<Key, Baseline>>,
    /// Whether what is taken from here is compared with the log.
    checked: AtomicBool,
}

/// Where events are read: for those who have a transaction, in that, for nobody may wait for a second connection while
/// holding one.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub log: &'a Log,
    pub tx: Option<&'a TenantTx>,
}

impl Source<'_> {
    /// The events of `stream` after `sequence`.
    pub(crate) async fn load(&self, stream: &StreamId, after: u64) -> Result<Vec<RecordedEvent>, StoreError> {
        match self.tx {
            Some(tx) => self.log.load_in(tx, stream, after).await,
            None => self.log.load(stream, after).await,
        }
    }
}

impl Default for Cache {
    fn default() -> Self {
        let entries = LruCache::new(NonZeroUsize::new(ENTRIES).expect("the capacity is not zero"));
        Self { entries: Mutex::new(entries), checked: AtomicBool::new(false) }
    }
}

impl Cache {
    fn entries(&self) -> MutexGuard<'_, LruCache<Key, Baseline>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on [`Cache::get`] compares.
    pub(crate) fn check(&self) {
        self.checked.store(true, Ordering::Relaxed);
    }

    /// The state that was folded up to a version; version 0 and the default when there is none.
    pub(crate) async fn get<A: Aggregate>(
        &self,
        source: Source<'_>,
        stream: &StreamId,
    ) -> Result<(u64, A::State), CommandError> {
        let key = (source.log.tenant().clone(), stream.clone());
        let remembered = self
            .entries()
            .get(&key)
            .and_then(|(version, state)| Some((*version, state.downcast_ref::<A::State>()?.clone())));
        let Some((version, state)) = remembered else { return Ok(Default::default()) };
        if self.checked.load(Ordering::Relaxed) && fold::<A>(source, stream, version).await?.as_ref() != Some(&state) {
            self.entries().pop(&key);
            return Err(CommandError::Misremembered { stream: stream.clone(), version });
        }
        Ok((version, state))
    }

    /// Only what is committed. Of two who come at once, the later version stays.
    pub(crate) fn put(&self, tenant: &TenantId, stream: StreamId, version: u64, state: Arc<dyn Any + Send + Sync>) {
        let mut entries = self.entries();
        let key = (tenant.clone(), stream);
        if entries.peek(&key).is_none_or(|(known, _)| *known < version) {
            entries.put(key, (version, state));
        }
    }
}

/// The state at `version`, from the first event on; none where the log does not go so far.
async fn fold<A: Aggregate>(
    source: Source<'_>,
    stream: &StreamId,
    version: u64,
) -> Result<Option<A::State>, CommandError> {
    let (mut state, mut folded) = (A::State::default(), 0);
    for event in source.load(stream, 0).await?.into_iter().take_while(|event| event.sequence <= version) {
        folded = event.sequence;
        A::apply(&mut state, &A::Event::decode(&event.event_type, event.event_version, event.payload)?);
    }
    Ok((folded == version).then_some(state))
}
