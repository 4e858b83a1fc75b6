//! Filling a set of tables from the log: events are read ahead, folded in memory, and their lines copied in while they
//! are folded; the rows of a stretch are written once, at its end, with its checkpoint.
//!
//! In memory are the rows that were touched lately, so it does not grow with the log: tickets live for a while and are
//! not touched again. One that is, is looked up.

use std::collections::HashSet;

use event_store::{Chunk, Fields, Log, StoreError, TenantTx};
use tokio::sync::mpsc;

use crate::{
    breath::{Breath, Pace},
    desk::Desk,
    erasure,
    error::ProjectionError,
    fold::{self, At, Missing, Model},
    generation::Generation,
    group::{Group, Name},
    search::Search,
    subscription::{self, Subscription},
    table::Existing,
};

/// Where tables that are being filled are: beside the live ones, or in a scratch schema.
pub(crate) trait Place: Sync {
    /// A transaction in which the tables can be seen.
    fn begin(&self) -> impl Future<Output = Result<TenantTx, ProjectionError>> + Send;
}

impl Place for Log {
    async fn begin(&self) -> Result<TenantTx, ProjectionError> {
        Ok(Self::begin(self).await?)
    }
}

impl Place for event_store::Scratch {
    async fn begin(&self) -> Result<TenantTx, ProjectionError> {
        Ok(Self::begin(self).await?)
    }
}

/// Fills the tables of the subscription `name` up to `end`. Goes on where it stopped; several processes that fill
/// the same tables do not get into each other's way, they only gain nothing.
pub(crate) async fn fill(
    log: &Log,
    place: &impl Place,
    name: Name,
    end: u64,
    pace: Pace,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<u64, ProjectionError> {
    match name.group {
        Group::Desk => fill_with::<Desk>(log, place, name, end, pace, progress).await,
        Group::Search => fill_with::<Search>(log, place, name, end, pace, progress).await,
    }
}

async fn fill_with<M: Model>(
    log: &Log,
    place: &impl Place,
    name: Name,
    end: u64,
    pace: Pace,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<u64, ProjectionError> {
    let begin = async || {
        // Who was erased up to `end` is in no chunk that is read from now on.
        let tx = place.begin().await?;
        log.learn_erasures(&tx).await?;
        tx.commit().await?;
        Ok::<_, ProjectionError>(current(place, name).await?.checkpoint)
    };
    let mut filler = Filler::<M>::new(log, name, begin().await?, end, pace);
    while filler.checkpoint < end {
        if !filler.stretch(place).await? {
            // Somebody else fills too, and was faster.
            filler = Filler::<M>::new(log, name, begin().await?, end, pace);
        }
        progress(filler.checkpoint, end);
    }
    Ok(filler.checkpoint)
}

pub(crate) async fn current(place: &impl Place, name: Name) -> Result<Subscription, ProjectionError> {
    let tx = place.begin().await?;
    let found = subscription::subscription(&tx, name).await?;
    tx.commit().await?;
    found.ok_or(ProjectionError::NotInstalled)
}

struct Filler<'a, M> {
    log: &'a Log,
    name: Name,
    pace: Pace,
    checkpoint: u64,
    end: u64,
    chunks: mpsc::Receiver<Result<Chunk, StoreError>>,
    rows: M,
}

impl<'a, M: Model> Filler<'a, M> {
    fn new(log: &'a Log, name: Name, checkpoint: u64, end: u64, pace: Pace) -> Self {
        let chunks = log.scan(checkpoint, end, Fields::Opened).by(pace.stretch()).read_ahead();
        Self { log, name, pace, checkpoint, end, chunks, rows: M::default() }
    }

    /// Folds one stretch; gives whether its checkpoint was ours to move.
    async fn stretch(&mut self, place: &impl Place) -> Result<bool, ProjectionError> {
        let tx = place.begin().await?;
        tx.batch_execute("SET LOCAL synchronous_commit = off; SET LOCAL statement_timeout = 0").await?;
        let here = subscription::lock(&tx, self.name).await?.ok_or(ProjectionError::NotInstalled)?;
        let here = here.of_known_version()?;
        if here.checkpoint != self.checkpoint {
            return Ok(false);
        }
        let generation = here.tables();
        let mut sink = M::open(&tx, generation).await?;
        let mut reached = self.checkpoint;
        let stretch = self.end.min(self.checkpoint + self.pace.stretch());
        let mut breath = Breath::new(self.log, self.pace).await?;
        while reached < stretch && self.rows.waiting() < self.pace.room() {
            let chunk = self.chunks.recv().await.ok_or(ProjectionError::ShuttingDown)??;
            self.look_up(place, generation, &chunk).await?;
            self.fold(&chunk)?;
            self.rows.pour(&mut sink).await?;
            reached += chunk.len() as u64;
            breath.take().await?;
        }
        M::close(sink).await?;
        self.rows.write(&tx, generation, Existing::Keep).await?;
        let forgotten = self.forget(&tx, generation, reached).await?;
        subscription::move_to(&tx, self.name, reached).await?;
        tx.commit().await?;
        if forgotten {
            // What is in memory is not what is in the tables any more.
            self.rows = M::default();
        }
        self.rows.written(self.pace.room());
        self.checkpoint = reached;
        breath.take().await?;
        Ok(true)
    }

    /// What was written before may say what was erased since. Before there are keys it does not: all of it was read when it
    /// was erased already; and messages that were rewritten wait for the keys ([`erasure::mend`]).
    async fn forget(&self, tx: &TenantTx, generation: Generation, reached: u64) -> Result<bool, ProjectionError> {
        if !self.rows.forgets() || !erasure::has_keys(tx, generation).await? {
            return Ok(false);
        }
        self.rows.forget(self.log, tx, generation, reached).await?;
        Ok(true)
    }

    /// Takes rows into memory that the chunk goes on with. They are of earlier stretches: what this one has touched is
    /// in memory.
    async fn look_up(&mut self, place: &impl Place, at: Generation, chunk: &Chunk) -> Result<(), ProjectionError> {
        let streams = chunk.streams().collect::<Result<Vec<_>, _>>()?;
        let begun: HashSet<&str> =
            streams.iter().filter(|(_, _, sequence)| *sequence == 1).map(|(_, id, _)| *id).collect();
        let older = streams.iter().filter(|(_, id, _)| !begun.contains(id));
        let missing = Missing::of(&self.rows, older.map(|(aggregate_type, id, _)| (*aggregate_type, *id)));
        if missing.is_empty() {
            return Ok(());
        }
        let tx = place.begin().await?;
        self.rows.load(&tx, at, &missing).await?;
        tx.commit().await?;
        Ok(())
    }

    fn fold(&mut self, chunk: &Chunk) -> Result<(), ProjectionError> {
        for event in chunk.events() {
            let event = event?;
            let envelope = event.envelope()?;
            fold::decode_stored(&event)
                .and_then(|decoded| self.rows.apply(&At::of_stored(&event, &envelope), &decoded))
                .map_err(|error| ProjectionError::Poisoned { position: event.position, reason: error.to_string() })?;
        }
        Ok(())
    }
}
