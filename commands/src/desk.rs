//! The write side of one process.

use std::sync::Arc;

use domain::{Aggregate, Event};
use event_store::{AppendError, Client, CommandId, Commit, Keep, Log, Origin, Store, StreamId, TenantTx};
use serde::{Deserialize, Serialize};

use crate::{
    cache::{Cache, Source},
    caller::Caller,
    error::CommandError,
    people::People,
    seats::Followed,
    turns::Turns,
    unit::{About, Basis, Operation, Parts, Unit},
};

/// How often a wish is attempted while other writers come first. Those of this process take turns, so that this bounds
/// how often other processes may.
const ATTEMPTS: u32 = 32;

/// A wish, around what is wished: who, under which name, based on what.
#[derive(Clone, Debug)]
pub struct Request {
    /// Who asks.
    pub caller: Caller,
    /// Names the wish; the same name happens once.
    pub command_id: CommandId,
    /// What was wished, to tell a repeat from a reuse.
    pub digest: [u8; 32],
    /// Whether the caller chose the name, so that a repeat is to be expected.
    pub may_repeat: bool,
    /// How long the outcome is kept.
    pub keep: Keep,
    /// The HTTP request that carried it.
    pub request_id: Option<String>,
    /// Network address and user agent of the caller; sealed.
    pub client: Option<String>,
    /// The version of the resource that the caller saw, when they said so.
    pub expected_version: Option<u64>,
    /// Why it comes.
    pub origin: Origin,
}

impl Request {
    /// A wish of this product itself, under a name that nobody else chooses.
    pub fn system(name: &str, command_id: CommandId) -> Self {
        Self {
            caller: Caller::system(name),
            command_id,
            digest: [0; 32],
            may_repeat: false,
            keep: Keep::Day,
            request_id: None,
            client: None,
            expected_version: None,
            origin: Origin::System,
        }
    }

    /// The same wish, which must not be answered from its first outcome: what it makes is shown once. A repeat is
    /// refused.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.may_repeat = false;
        self
    }

    pub(crate) fn sealed_client(&self) -> Option<Client> {
        let subject = self.caller.subject()?;
        self.client.clone().map(|value| Client { subject, value })
    }
}

/// What a fulfilled wish is about: enough to render it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// ticket, customer, agent, team, tenant.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Its version once the wish was fulfilled.
    pub version: u64,
}

/// The answer to a fulfilled wish.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// What it is about.
    pub outcome: Outcome,
    /// The log's position that covers it: read models at this position show it.
    pub position: u64,
    /// Whether it had been fulfilled before, under the same name.
    pub replayed: bool,
    /// Whether anything was recorded; a wish that was already so records nothing.
    pub changed: bool,
}

/// The write side of one process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Desk {
    store: Store,
    pub(crate) cache: Arc<Cache>,
    people: Arc<People>,
    turns: Arc<Turns>,
    pub(crate) seats: Arc<Followed>,
}

impl Desk {
    /// On this store.
    pub fn new(store: Store) -> Self {
        let cache: Arc<Cache> = Arc::default();
        let forgetful = Arc::clone(&cache);
        store.on_erasure(move |world, erasings| forgetful.forget(world, erasings));
        Self { store, cache, people: Arc::default(), turns: Arc::default(), seats: Arc::default() }
    }

    /// The store under it.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// From now on no decision is made on what this process remembers before its events were folded anew, and gave the
    /// same: slow, for tests and for those who doubt. What differs is refused, and forgotten.
    pub fn check_memory(&self) {
        self.cache.check();
    }

    /// The state of an aggregate as it is at this moment: the tail of its stream is always read.
    pub(crate) async fn latest<A: Aggregate>(
        &self,
        log: &Log,
        tx: Option<&TenantTx>,
        id: impl ToString + Send,
    ) -> Result<A::State, CommandError> {
        let stream = StreamId::new(A::TYPE, id);
        let source = Source { log, tx };
        let (before, mut state) = self.cache.get::<A>(source, &stream).await?;
        let mut version = before;
        for event in source.load(&stream, before).await? {
            version = event.sequence;
            A::apply(&mut state, &A::Event::decode(&event.event_type, event.event_version, event.payload)?);
        }
        if version > before {
            self.cache.put(log.incarnation(), stream, version, Arc::new(state.clone()));
        }
        Ok(state)
    }

    /// The state of an aggregate at a version that the log has just named, or a later one: it is read only where this process
    /// remembers less.
    pub(crate) async fn known<A: Aggregate>(
        &self,
        log: &Log,
        id: impl ToString + Send,
        version: u64,
    ) -> Result<Arc<A::State>, CommandError> {
        let stream = StreamId::new(A::TYPE, id);
        let (remembered, state) = self.cache.shared::<A>(Source { log, tx: None }, &stream).await?;
        if remembered >= version {
            return Ok(state);
        }
        Ok(Arc::new(self.latest::<A>(log, None, stream.aggregate_id).await?))
    }

    /// What this process knows of those who log in.
    pub fn people(&self) -> &People {
        &self.people
    }

    /// Fulfils a wish once, or says why not. When it answers, the events are on disk.
    ///
    /// First on what this process remembers, without a question to the database: at the commit the log confirms it, and
    /// answers a repeated command with its first outcome. Whatever else comes of it is asked of the log again.
    pub async fn run<O: Operation>(&self, log: &Log, request: &Request, wish: &O) -> Result<Receipt, CommandError> {
        // What this product does of itself goes on: an operator's acts are among it.
        let ours = matches!(request.caller.actor, domain::Actor::System(_));
        if !ours && self.store.is_suspended(log.tenant()) {
            return Err(CommandError::TenantSuspended);
        }
        let mut basis = Basis::Memory;
        let mut turn = None;
        for _ in 0..ATTEMPTS {
            if basis == Basis::Log
                && request.may_repeat
                && let Some(receipt) = self.repeat(log, request).await?
            {
                return Ok(receipt);
            }
            let mut unit = Unit::new(log, request, &self.cache, self.store.ids(), basis);
            let attempted = wish.attempt(&mut unit).await;
            let doubtful = basis == Basis::Memory && (request.may_repeat || unit.may_be_outdated());
            basis = Basis::Log;
            let about = match attempted {
                // That it is already so must not rest on memory.
                Ok(_) if doubtful && !unit.changes_anything() => continue,
                Ok(about) => about,
                Err(CommandError::Contended) => continue,
                // What is wrong is not mended by an attempt that does not look at it; and which rights the caller has is not
                // remembered: a repeat takes them, too.
                Err(error @ (CommandError::Misremembered { .. } | CommandError::Forbidden(_))) => return Err(error),
                Err(_) if doubtful => continue,
                Err(error) => return Err(error),
            };
            let contended = unit.line().unwrap_or_else(|| StreamId::new(about.kind, &about.id));
            match self.commit(log, request, unit, about).await {
                Err(CommandError::Contended) if turn.is_none() => {
                    turn = Some(self.turns.next(log.tenant(), contended).await);
                }
                Err(CommandError::Contended) => {}
                Err(_) if doubtful => {}
                done => return done,
            }
        }
        Err(CommandError::Contended)
    }

    /// Attempts a wish and writes nothing: what would be refused is refused in the same words.
    pub async fn rehearse<O: Operation>(&self, log: &Log, request: &Request, wish: &O) -> Result<(), CommandError> {
        let mut unit = Unit::new(log, request, &self.cache, self.store.ids(), Basis::Log);
        wish.attempt(&mut unit).await.map(drop)
    }

    async fn repeat(&self, log: &Log, request: &Request) -> Result<Option<Receipt>, CommandError> {
        let Some(stored) = log.outcome(request.command_id).await? else {
            return Ok(None);
        };
        if stored.request_digest != request.digest {
            return Err(CommandError::CommandReused);
        }
        let outcome = read_outcome(stored.outcome)?;
        let changed = stored.position.is_some();
        let position = match stored.position {
            Some(position) => position,
            None => log.head().await?.position,
        };
        Ok(Some(Receipt { outcome, position, replayed: true, changed }))
    }

    async fn commit(
        &self,
        log: &Log,
        request: &Request,
        unit: Unit<'_>,
        about: About,
    ) -> Result<Receipt, CommandError> {
        let version = unit.version(&about);
        let outcome = Outcome { kind: about.kind.to_owned(), id: about.id, version };
        let changed = unit.changes_anything();
        if !changed && !request.may_repeat {
            let position = log.head().await?.position;
            return Ok(Receipt { outcome, position, replayed: false, changed });
        }
        let found_free = unit.found_free();
        let Parts { streams, claims, releases, erases, states } = unit.into_parts();
        let commit = Commit {
            command_id: request.command_id,
            request_digest: request.digest,
            keep: request.keep,
            streams,
            claims,
            releases,
            erases,
            outcome: serde_json::to_value(&outcome).map_err(|error| CommandError::Malformed(error.to_string()))?,
        };
        let appended = match log.append(commit).await {
            // It was free when we looked: the next attempt finds whose it is now.
            Err(AppendError::ClaimTaken { kind, .. }) if found_free.contains(&kind.as_str()) => {
                return Err(CommandError::Contended);
            }
            done => done?,
        };
        if !appended.replayed {
            for (stream, version, state) in states {
                self.cache.put(log.incarnation(), stream, version, state);
            }
        }
        let outcome = read_outcome(appended.outcome)?;
        Ok(Receipt { outcome, position: appended.position, replayed: appended.replayed, changed })
    }
}

fn read_outcome(stored: serde_json::Value) -> Result<Outcome, CommandError> {
    serde_json::from_value(stored).map_err(|error| CommandError::Malformed(error.to_string()))
}
