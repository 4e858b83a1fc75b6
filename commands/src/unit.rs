//! One attempt of a wish: what was loaded, what was decided, nothing written yet.

use std::{
    any::Any,
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use domain::{
    Aggregate, Event, EventId,
    permission::{Permission, Reach},
};
use event_store::{Claim, Draft, Erasing, EventMetadata, Ids, Log, RecordedEvent, StreamDrafts, StreamId};
use uuid::Uuid;

use crate::{
    cache::{Cache, Source},
    caller::Permitted,
    desk::Request,
    error::CommandError,
};

/// What a wish is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The aggregate type.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
}

impl About {
    /// This aggregate.
    pub fn of<A: Aggregate>(id: impl ToString) -> Self {
        Self { kind: A::TYPE, id: id.to_string() }
    }
}

/// A wish. Attempted anew after a conflict, so it must not change itself.
pub trait Operation: Sync {
    /// Loads and decides within `unit`; answers what the wish is about.
    fn attempt(&self, unit: &mut Unit<'_>) -> impl Future<Output = Result<About, CommandError>> + Send;
}

/// What an attempt takes for the state of an aggregate that it loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Basis {
    /// What this process remembers. Whether it is still so, the log says at the commit: so only a commit counts, and
    /// what a decision refuses must be asked of the log.
    Memory,
    /// What the log says now, from what is remembered on.
    Log,
}

/// The streams, claims and drafts of one attempt.
pub struct Unit<'a> {
    log: &'a Log,
    request: &'a Request,
    cache: &'a Cache,
    ids: &'a Ids,
    basis: Basis,
    /// Whether anything that was loaded is as it was remembered.
    remembered: bool,
    streams: BTreeMap<StreamId, Slot>,
    claims: Vec<Claim>,
    releases: Vec<Claim>,
    /// Whose keys the commit destroys.
    erases: Vec<Erasing>,
    /// The narrowest reach that things were found to be within.
    distances: BTreeMap<StreamId, Reach>,
    /// Where others of this process are waited for when another writer comes first; none: at what the wish is about.
    line: Option<StreamId>,
    /// Kinds of which a value was looked up and belonged to nobody.
    found_free: Vec<&'static str>,
    /// The event that what is decided follows from; none: the wish itself.
    cause: Option<EventId>,
}

impl std::fmt::Debug for Unit<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unit").field("streams", &self.streams.keys()).finish_non_exhaustive()
    }
}

struct Slot {
    /// The version that the decision is based on.
    expected: u64,
    /// With what was decided folded in.
    state: Arc<dyn Any + Send + Sync>,
    drafts: Vec<Draft>,
}

pub(crate) struct Parts {
    pub streams: Vec<StreamDrafts>,
    pub claims: Vec<Claim>,
    pub releases: Vec<Claim>,
    pub erases: Vec<Erasing>,
    pub states: Vec<(StreamId, u64, Arc<dyn Any + Send + Sync>)>,
}

impl<'a> Unit<'a> {
    pub(crate) fn new(log: &'a Log, request: &'a Request, cache: &'a Cache, ids: &'a Ids, basis: Basis) -> Self {
        Self {
            log,
            request,
            cache,
            ids,
            basis,
            remembered: false,
            streams: BTreeMap::new(),
            claims: vec![],
            releases: vec![],
            erases: vec![],
            distances: BTreeMap::new(),
            line: None,
            found_free: vec![],
            cause: None,
        }
    }

    /// Whose log it is: for what is read beside the streams.
    pub(crate) fn log(&self) -> &Log {
        self.log
    }

    /// Who asks.
    pub fn request(&self) -> &Request {
        self.request
    }

    /// A new id. Not the same in the next attempt.
    pub fn id(&self) -> Uuid {
        self.ids.next()
    }

    /// Refuses a caller who lacks a right.
    pub fn require(&self, right: Permission) -> Result<(), CommandError> {
        if self.request.caller.permissions.allow(right) { Ok(()) } else { Err(CommandError::Forbidden(right)) }
    }

    /// The state of an aggregate; its version is guarded from here to the commit.
    pub async fn load<A: Aggregate>(&mut self, id: impl ToString + Send) -> Result<A::State, CommandError> {
        let stream = StreamId::new(A::TYPE, id);
        if let Some(state) = self.loaded::<A>(&stream) {
            return Ok(state);
        }
        let (mut version, mut state) = self.cache.get::<A>(Source { log: self.log, tx: None }, &stream).await?;
        if self.basis == Basis::Memory && version > 0 {
            self.remembered = true;
        } else {
            for event in self.log.load(&stream, version).await? {
                version = event.sequence;
                A::apply(&mut state, &decode::<A>(event)?);
            }
        }
        let slot = Slot { expected: version, state: Arc::new(state.clone()), drafts: vec![] };
        self.streams.insert(stream, slot);
        Ok(state)
    }

    /// The state of an aggregate that the commit does not rest on: it may be a moment old.
    pub(crate) async fn glance<A: Aggregate>(&self, id: impl ToString + Send) -> Result<A::State, CommandError> {
        let stream = StreamId::new(A::TYPE, id);
        let (version, mut state) = self.cache.get::<A>(Source { log: self.log, tx: None }, &stream).await?;
        if self.basis == Basis::Log || version == 0 {
            for event in self.log.load(&stream, version).await? {
                A::apply(&mut state, &decode::<A>(event)?);
            }
        }
        Ok(state)
    }

    /// As [`Unit::load`], for the resource that the request is about: it must stand at the version that the caller
    /// named, when they named one.
    pub async fn load_target<A: Aggregate>(&mut self, id: impl ToString + Send) -> Result<A::State, CommandError> {
        let stream = StreamId::new(A::TYPE, id);
        let state = self.load::<A>(&stream.aggregate_id).await?;
        let actual = self.streams.get(&stream).map_or(0, |slot| slot.expected);
        // What is not there is not found, whatever its version was said to be.
        let Some(expected) = self.request.expected_version.filter(|expected| *expected != actual && actual > 0) else {
            return Ok(state);
        };
        let mut changed = vec![];
        if expected < actual {
            for event in self.log.load(&stream, expected).await? {
                for field in A::changed_fields(&decode::<A>(event)?) {
                    if !changed.contains(field) {
                        changed.push(*field);
                    }
                }
            }
        }
        if expected < actual && changed.is_empty() {
            // What happened since changed nothing that the caller saw: an agent logged in.
            return Ok(state);
        }
        Err(CommandError::PreconditionFailed { expected, actual, changed })
    }

    /// Begins an aggregate under an id that was never used: nothing to load, and the caller's own.
    pub fn begin<A: Aggregate>(&mut self, id: impl ToString) {
        let slot = Slot { expected: 0, state: Arc::new(A::State::default()), drafts: vec![] };
        let stream = StreamId::new(A::TYPE, id);
        self.distances.insert(stream.clone(), Reach::Own);
        self.streams.insert(stream, slot);
    }

    /// Notes the narrowest reach that something is within: see [`reach`](crate::reach).
    pub(crate) fn found_at<A: Aggregate>(&mut self, id: impl ToString, distance: Reach) {
        self.distances.insert(StreamId::new(A::TYPE, id), distance);
    }

    /// Notes what many wishes for different things may meet at.
    pub(crate) fn stand_in_line_at(&mut self, stream: StreamId) {
        self.line = Some(stream);
    }

    pub(crate) fn line(&self) -> Option<StreamId> {
        self.line.clone()
    }

    /// Notes that what is decided from here on follows from an event.
    pub(crate) fn follow_from(&mut self, cause: EventId) {
        self.cause = Some(cause);
    }

    /// What was decided about a stream so far.
    pub(crate) fn drafts(&self, stream: &StreamId) -> &[Draft] {
        self.streams.get(stream).map_or(&[][..], |slot| slot.drafts.as_slice())
    }

    /// Decides a command on a loaded aggregate, if the caller may, and folds what it gives.
    pub fn decide<A: Aggregate>(&mut self, id: impl ToString, command: A::Command) -> Result<(), CommandError>
    where
        A::Command: Permitted,
    {
        let right = command.permission();
        self.require(right)?;
        self.within_reach(&StreamId::new(A::TYPE, id.to_string()), right)?;
        self.decide_as_part::<A>(id, command)
    }

    /// Refuses what the caller's reach of a right does not include. What nobody looked at is within `all` only.
    fn within_reach(&self, stream: &StreamId, right: Permission) -> Result<(), CommandError> {
        let distance = self.distances.get(stream).copied().unwrap_or(Reach::All);
        match self.request.caller.permissions.reach(right) {
            Some(reach) if distance <= reach => Ok(()),
            Some(reach) => Err(CommandError::OutOfReach { right, reach }),
            None => Err(CommandError::Forbidden(right)),
        }
    }

    /// As [`Unit::decide`], for a command that is part of one the caller may give: no right of its own is asked for.
    pub fn decide_as_part<A: Aggregate>(&mut self, id: impl ToString, command: A::Command) -> Result<(), CommandError> {
        let stream = StreamId::new(A::TYPE, id);
        let mut state = self.loaded::<A>(&stream).unwrap_or_default();
        let events = A::decide(&state, command).map_err(CommandError::rejected)?;
        let metadata = self.metadata();
        let Some(slot) = self.streams.get_mut(&stream) else {
            return Err(CommandError::Malformed(format!("{stream} was decided before it was loaded")));
        };
        for event in &events {
            A::apply(&mut state, event);
            slot.drafts.push(Draft {
                event_type: event.event_type().to_owned(),
                event_version: event.event_version(),
                payload: event.encode(),
                metadata: metadata.clone(),
                occurred_at: None,
            });
        }
        slot.state = Arc::new(state);
        Ok(())
    }

    /// Makes a unique value `owner`'s, and gives the one before back.
    pub fn reclaim(&mut self, kind: &'static str, owner: impl ToString, before: Option<String>, now: Option<String>) {
        if before == now {
            return;
        }
        let owner = owner.to_string();
        self.releases.extend(before.map(|value| Claim { kind, value, owner: owner.clone() }));
        self.claims.extend(now.map(|value| Claim { kind, value, owner: owner.clone() }));
    }

    /// All that ever happened to an aggregate: for a decision about more than its state remembers. Its version is guarded
    /// where it was loaded.
    pub async fn history<A: Aggregate>(&self, id: impl ToString + Send) -> Result<Vec<A::Event>, CommandError> {
        let events = self.log.load(&StreamId::new(A::TYPE, id), 0).await?;
        events.into_iter().map(decode::<A>).collect()
    }

    /// As [`Unit::history`], each with the time when it happened.
    pub(crate) async fn dated_history<A: Aggregate>(
        &self,
        id: impl ToString + Send,
    ) -> Result<Vec<(DateTime<Utc>, A::Event)>, CommandError> {
        let events = self.log.load(&StreamId::new(A::TYPE, id), 0).await?;
        events.into_iter().map(|event| Ok((event.occurred_at, decode::<A>(event)?))).collect()
    }

    /// Whether there is a key of this id that can be destroyed alone.
    pub async fn has_single_key(&self, id: &str) -> Result<bool, CommandError> {
        Ok(self.log.has_single_key(id).await?)
    }

    /// Which of these ids are of keys that can be destroyed alone.
    pub async fn single_keys(&self, ids: &[String]) -> Result<HashSet<String>, CommandError> {
        Ok(self.log.single_keys(ids).await?)
    }

    /// Destroys the keys of a person, or the one key of this id, in the same commit: nothing that is sealed with them opens
    /// after it.
    pub fn erase(&mut self, subject: impl ToString) {
        self.erases.push(subject.to_string().into());
    }

    /// Destroys the keys that single fields of a thing have, as one erasure that is called `name`.
    pub fn erase_keys(&mut self, name: String, keys: Vec<String>) {
        self.erases.push(Erasing { name, keys });
    }

    /// Whose a unique value is. If it is nobody's, and somebody takes it before this is committed, the wish is
    /// attempted anew.
    pub async fn owner_of(&mut self, kind: &'static str, value: &str) -> Result<Option<String>, CommandError> {
        let owner = self.log.owner_of(kind, value).await?;
        if owner.is_none() {
            self.found_free.push(kind);
        }
        Ok(owner)
    }

    /// Whether a refusal may come of what is not so any more.
    pub(crate) fn may_be_outdated(&self) -> bool {
        self.remembered
    }

    pub(crate) fn found_free(&self) -> Vec<&'static str> {
        self.found_free.clone()
    }

    pub(crate) fn version(&self, about: &About) -> u64 {
        let slot = self.streams.get(&StreamId::new(about.kind, &about.id));
        slot.map_or(0, |slot| slot.expected + slot.drafts.len() as u64)
    }

    pub(crate) fn changes_anything(&self) -> bool {
        self.streams.values().any(|slot| !slot.drafts.is_empty())
            || !self.claims.is_empty()
            || !self.releases.is_empty()
    }

    pub(crate) fn into_parts(self) -> Parts {
        let mut states = vec![];
        let streams = self
            .streams
            .into_iter()
            .map(|(stream, slot)| {
                states.push((stream.clone(), slot.expected + slot.drafts.len() as u64, slot.state));
                StreamDrafts { stream, expected: slot.expected, drafts: slot.drafts }
            })
            .collect();
        Parts { streams, claims: self.claims, releases: self.releases, erases: self.erases, states }
    }

    fn loaded<A: Aggregate>(&self, stream: &StreamId) -> Option<A::State> {
        self.streams.get(stream)?.state.downcast_ref::<A::State>().cloned()
    }

    fn metadata(&self) -> EventMetadata {
        let command = self.request.command_id.0.to_string();
        EventMetadata {
            actor: self.request.caller.actor.to_string(),
            correlation_id: self.request.request_id.clone().unwrap_or_else(|| command.clone()),
            causation_id: self.cause.map_or(command, |cause| cause.to_string()),
            origin: self.request.origin,
            request_id: self.request.request_id.clone(),
            client: self.request.sealed_client(),
        }
    }
}

fn decode<A: Aggregate>(event: RecordedEvent) -> Result<A::Event, CommandError> {
    Ok(A::Event::decode(&event.event_type, event.event_version, event.payload)?)
}
