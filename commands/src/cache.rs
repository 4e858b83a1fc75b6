//! Folded states, as baselines only: what is decided on one counts when the log confirms its version at the commit, and
//! is decided anew on the tail of the stream otherwise. A stale entry costs an attempt, never a wrong state. Bounded;
//! opened personal fields live here until they are driven out, or their subject is erased.
//!
//! A wrong entry would be another matter: its version is right and its state is not. So every decision of the tests is
//! made under [`Desk::check_memory`](crate::Desk::check_memory), which folds anew and compares.

use std::{
    any::Any,
    collections::HashSet,
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use domain::{Aggregate, Event, ticket::TicketState};
use event_store::{Erasing, Incarnation, Log, RecordedEvent, StoreError, StreamId, TenantTx};
use lru::LruCache;

use crate::error::CommandError;

const ENTRIES: usize = 10_000;

type Key = (Incarnation, StreamId);
type Baseline = (u64, Arc<dyn Any + Send + Sync>);

/// Baselines of all tenants of this process.
#[derive(Debug)]
pub(crate) struct Cache {
    entries: Mutex<Entries>,
    /// Whether what is taken from here is compared with the log.
    checked: AtomicBool,
}

#[derive(Debug)]
struct Entries {
    baselines: LruCache<Key, Baseline>,
    /// Who was erased lately: what was loaded before that must not come in after it.
    erased: LruCache<(Incarnation, String), ()>,
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
        let capacity = NonZeroUsize::new(ENTRIES).expect("the capacity is not zero");
        let entries = Entries { baselines: LruCache::new(capacity), erased: LruCache::new(capacity) };
        Self { entries: Mutex::new(entries), checked: AtomicBool::new(false) }
    }
}

impl Cache {
    fn entries(&self) -> MutexGuard<'_, Entries> {
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
        let (version, state) = self.shared::<A>(source, stream).await?;
        Ok((version, Arc::unwrap_or_clone(state)))
    }

    /// As [`Cache::get`], for those who only look.
    pub(crate) async fn shared<A: Aggregate>(
        &self,
        source: Source<'_>,
        stream: &StreamId,
    ) -> Result<(u64, Arc<A::State>), CommandError> {
        let key = (source.log.incarnation().clone(), stream.clone());
        let remembered = self
            .entries()
            .baselines
            .get(&key)
            .and_then(|(version, state)| Some((*version, Arc::clone(state).downcast::<A::State>().ok()?)));
        let Some((version, state)) = remembered else { return Ok(Default::default()) };
        if self.checked.load(Ordering::Relaxed) && fold::<A>(source, stream, version).await?.as_ref() != Some(&*state) {
            self.entries().baselines.pop(&key);
            return Err(CommandError::Misremembered { stream: stream.clone(), version });
        }
        Ok((version, state))
    }

    /// Only what is committed. Of two who come at once, the later version stays.
    pub(crate) fn put(&self, world: &Incarnation, stream: StreamId, version: u64, state: Arc<dyn Any + Send + Sync>) {
        let mut entries = self.entries();
        if opened_of(&stream, &*state).any(|name| entries.erased.contains(&(world.clone(), name.to_owned()))) {
            return;
        }
        let key = (world.clone(), stream);
        if entries.baselines.peek(&key).is_none_or(|(known, _)| *known < version) {
            entries.baselines.put(key, (version, state));
        }
    }

    /// Drops every state that may hold an opened field of whom or what was erased, and lets none come back.
    pub(crate) fn forget(&self, world: &Incarnation, erasings: &[Erasing]) {
        // What is erased anew has a number behind its name.
        let erased: HashSet<&str> = erasings.iter().filter_map(|erasing| erasing.name.split('.').next()).collect();
        let mut entries = self.entries();
        let holds = |(key, (_, state)): (&Key, &Baseline)| {
            let goes = key.0 == *world && opened_of(&key.1, &**state).any(|name| erased.contains(name));
            goes.then(|| key.clone())
        };
        let keys: Vec<Key> = entries.baselines.iter().filter_map(holds).collect();
        for key in keys {
            entries.baselines.pop(&key);
        }
        for name in erased {
            entries.erased.put((world.clone(), name.to_owned()), ());
        }
    }
}

/// By whose erasure the opened fields of a state go: of a ticket with a title its own, and that of the one whom the title is
/// about; else that of the one whose stream it is.
fn opened_of<'a>(stream: &'a StreamId, state: &'a (dyn Any + Send + Sync)) -> impl Iterator<Item = &'a str> {
    let own = Some(stream.aggregate_id.as_str());
    let names = match state.downcast_ref::<TicketState>() {
        Some(TicketState { title: None, .. }) => [None, None],
        Some(TicketState { title: Some(title), .. }) => [own, Some(title.subject())],
        None => [own, None],
    };
    names.into_iter().flatten()
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

#[cfg(test)]
mod tests {
    use domain::{Personal, customer::CustomerState};

    use super::*;

    fn state(title: &str) -> Arc<TicketState> {
        Arc::new(TicketState { title: Some(Personal::new("cus_1", title)), ..TicketState::default() })
    }

    #[test]
    fn what_is_known_of_an_erased_subject_goes_and_does_not_come_back() {
        let world = |tenant: &str, epoch| Incarnation { tenant: tenant.parse().unwrap(), epoch };
        let (cache, acme, restored, other) = (Cache::default(), world("acme", 1), world("acme", 2), world("other", 1));
        let (ticket, customer) = (StreamId::new("ticket", "tkt_1"), StreamId::new("customer", "cus_1"));
        for world in [&acme, &restored, &other] {
            cache.put(world, ticket.clone(), 1, state("Login"));
            cache.put(world, customer.clone(), 1, Arc::new(CustomerState::default()));
        }
        cache.forget(&acme, &["cus_1".to_owned().into()]);
        cache.put(&acme, ticket.clone(), 2, state("Login"));
        let known = |world: &Incarnation, stream: &StreamId| {
            cache.entries().baselines.contains(&(world.clone(), stream.clone()))
        };
        assert!(!known(&acme, &ticket) && !known(&acme, &customer));
        assert!(known(&other, &ticket), "another tenant's is another's");
        assert!(known(&restored, &ticket), "another epoch's is another's");
    }
}
