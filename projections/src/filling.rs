//! Filling a set of tables from the log as fast as it can be read: the next batch is read while one is written.

use event_store::{Log, RecordedEvent, TenantTx};
use tokio::try_join;

use crate::{
    error::ProjectionError,
    generation::Generation,
    live,
    subscription::{self, Subscription},
};

/// Events per transaction. Nobody waits for these locks.
const BATCH: u32 = 10_000;

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
    name: &str,
    end: u64,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<u64, ProjectionError> {
    let mut checkpoint = current(place, name).await?.checkpoint;
    let mut events = read(log, checkpoint, end).await?;
    while !events.is_empty() {
        let next = checkpoint + events.len() as u64;
        let (written, upcoming) = try_join!(write(place, name, checkpoint, &mut events), read(log, next, end))?;
        events = if written == next {
            upcoming
        } else {
            // Somebody else fills too, and was faster.
            read(log, written, end).await?
        };
        checkpoint = written;
        progress(checkpoint, end);
    }
    Ok(checkpoint)
}

pub(crate) async fn current(place: &impl Place, name: &str) -> Result<Subscription, ProjectionError> {
    let tx = place.begin().await?;
    let found = subscription::subscription(&tx, name).await?;
    tx.commit().await?;
    found.ok_or(ProjectionError::NotInstalled)
}

/// Events never change, so they may be read outside of the transaction that folds them.
async fn read(log: &Log, after: u64, end: u64) -> Result<Vec<RecordedEvent>, ProjectionError> {
    let left = u32::try_from(end.saturating_sub(after)).unwrap_or(u32::MAX);
    if left == 0 {
        return Ok(vec![]);
    }
    Ok(log.read(after, left.min(BATCH)).await?)
}

/// Folds `events`, which follow `expected`, and gives the checkpoint after it.
async fn write(
    place: &impl Place,
    name: &str,
    expected: u64,
    events: &mut [RecordedEvent],
) -> Result<u64, ProjectionError> {
    let tx = place.begin().await?;
    tx.batch_execute("SET LOCAL synchronous_commit = off").await?;
    let here = subscription::lock(&tx, name).await?.ok_or(ProjectionError::NotInstalled)?.of_known_version()?;
    if here.checkpoint != expected {
        return Ok(here.checkpoint);
    }
    let (reached, poison) = live::fold_events(&tx, Generation(here.generation), events, expected).await?;
    if let Some(poison) = poison {
        return Err(poison);
    }
    subscription::move_to(&tx, name, reached).await?;
    tx.commit().await?;
    Ok(reached)
}
