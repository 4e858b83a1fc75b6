//! Folding the live generation of a group: a batch of events, their rows and the checkpoint in one transaction.

use domain::DomainEvent;
use event_store::{Log, Parked, RecordedEvent, StoreError, TenantTx};
use tokio::try_join;

use crate::{
    desk::Desk,
    error::ProjectionError,
    fold::{self, At, Missing, Model},
    generation::Generation,
    group::Group,
    search::Search,
    subscription,
    table::Existing,
};

/// Events per transaction: a lock of about a tenth of a second.
const BATCH: u32 = 2_000;

/// What one batch came to.
#[derive(Clone, Copy, Debug)]
struct Step {
    checkpoint: u64,
    /// Fewer than asked for: the end of the log.
    reached_end: bool,
}

/// Folds to the end of the log; `moved` hears of each new checkpoint.
///
/// What the database or the log itself refuses is narrowed down to one event, which parks the group.
pub(crate) async fn catch_up(
    log: &Log,
    group: Group,
    parked: Parked,
    moved: &(dyn Fn(u64) + Sync),
) -> Result<u64, ProjectionError> {
    let mut limit = BATCH;
    let mut began_at = 0;
    loop {
        match fold_batch(log, group, parked, limit, &mut began_at).await {
            Ok(step) => {
                moved(step.checkpoint);
                if step.reached_end {
                    return Ok(step.checkpoint);
                }
                limit = (limit * 2).min(BATCH);
            }
            Err(ProjectionError::Store(error)) if is_about_an_event(&error) => {
                if limit == 1 {
                    let poison = ProjectionError::Poisoned { position: began_at + 1, reason: error.to_string() };
                    return Err(park(log, log.begin().await?, group, began_at, poison).await?);
                }
                limit /= 2;
            }
            Err(error) => return Err(error),
        }
    }
}

/// `began_at` becomes the checkpoint that the batch began at, also when it fails.
async fn fold_batch(
    log: &Log,
    group: Group,
    parked: Parked,
    limit: u32,
    began_at: &mut u64,
) -> Result<Step, ProjectionError> {
    let tx = log.begin().await?;
    let asynchronous = async {
        // Derived data: what a crash takes away is folded again. And rows are loaded by their keys, however many they are.
        Ok(tx
            .batch_execute("SET LOCAL synchronous_commit = off; SET LOCAL plan_cache_mode = force_generic_plan")
            .await?)
    };
    // Once the lock is held, so that nothing is read for the rows with a key that was destroyed before that.
    let erasures = async { Ok(log.learn_erasures(&tx).await?) };
    let ((), here, ()) = try_join!(asynchronous, subscription::lock(&tx, group.live()), erasures)?;
    let here = here.ok_or(ProjectionError::NotInstalled)?.of_known_version()?;
    let checkpoint = here.checkpoint;
    *began_at = checkpoint;
    if let (Parked::Stays, Some(reason)) = (parked, &here.parked) {
        let reason = reason.clone();
        return Err(ProjectionError::Parked { checkpoint, reason });
    }
    let mut events = log.read_in(&tx, checkpoint, limit).await?;
    if events.is_empty() && here.parked.is_none() {
        return Ok(Step { checkpoint, reached_end: true });
    }
    let reached_end = events.len() < usize::try_from(limit).unwrap_or(usize::MAX);
    let (checkpoint, poison) = fold_events(log, &tx, here.tables(), &mut events, checkpoint).await?;
    if poison.is_none() || checkpoint > *began_at {
        subscription::move_to(&tx, group.live(), checkpoint).await?;
    }
    let Some(poison) = poison else {
        tx.commit().await?;
        return Ok(Step { checkpoint, reached_end });
    };
    Err(park(log, tx, group, checkpoint, poison).await?)
}

/// Folds `events` into the tables, up to one that cannot be folded; gives the position reached, and what was wrong
/// with the one after it.
pub(crate) async fn fold_events(
    log: &Log,
    tx: &TenantTx,
    generation: Generation,
    events: &mut [RecordedEvent],
    checkpoint: u64,
) -> Result<(u64, Option<ProjectionError>), ProjectionError> {
    match generation.group {
        Group::Desk => fold_into::<Desk>(log, tx, generation, events, checkpoint).await,
        Group::Search => fold_into::<Search>(log, tx, generation, events, checkpoint).await,
    }
}

async fn fold_into<M: Model>(
    log: &Log,
    tx: &TenantTx,
    generation: Generation,
    events: &mut [RecordedEvent],
    checkpoint: u64,
) -> Result<(u64, Option<ProjectionError>), ProjectionError> {
    let mut rows = M::default();
    let streams = events.iter().map(|at| (at.stream.aggregate_type.as_str(), at.stream.aggregate_id.as_str()));
    let missing = Missing::of(&rows, streams);
    if !missing.is_empty() {
        rows.load(tx, generation, &missing).await?;
    }
    let (reached, poison) = apply_all(&mut rows, events, checkpoint);
    rows.write(tx, generation, Existing::Keep).await?;
    if rows.forgets() {
        rows.forget(log, tx, generation, reached).await?;
    }
    Ok((reached, poison))
}

fn apply_all(rows: &mut impl Model, events: &mut [RecordedEvent], checkpoint: u64) -> (u64, Option<ProjectionError>) {
    let mut reached = checkpoint;
    for at in events {
        let folded = fold::decode(at).and_then(|event: DomainEvent| rows.apply(&At::of(at), &event));
        if let Err(error) = folded {
            let poison = ProjectionError::Poisoned { position: at.position, reason: error.to_string() };
            return (reached, Some(poison));
        }
        reached = at.position;
    }
    (reached, None)
}

/// Whether what went wrong lies in the data of an event, and not in the database or its connection: trying again
/// would change nothing. A program that was installed wrongly, or a full disk, is no event's fault.
fn is_about_an_event(error: &StoreError) -> bool {
    match error {
        StoreError::SealBroken { .. } | StoreError::Hole(_) | StoreError::Malformed { .. } => true,
        // Class 22: data exception. 23: integrity constraint violation. 54: program limit exceeded.
        StoreError::Database(error) => {
            error.code().is_some_and(|code| ["22", "23", "54"].iter().any(|class| code.code().starts_with(class)))
        }
        StoreError::Pool(_)
        | StoreError::PoolExhausted { .. }
        | StoreError::TenantBusy { .. }
        | StoreError::NoAnswer { .. }
        | StoreError::DiskFull(_)
        | StoreError::NotMigrated { .. }
        | StoreError::NoTable { .. }
        | StoreError::NotReady { .. }
        | StoreError::UnknownTenant(_)
        | StoreError::WrongMasterKey { .. }
        | StoreError::OtherMasterKey { .. }
        | StoreError::Proof(_)
        | StoreError::Migration { .. } => false,
    }
}

/// Parks before the event that follows `checkpoint`, unless another process has come past it, and commits.
async fn park(
    log: &Log,
    tx: TenantTx,
    group: Group,
    checkpoint: u64,
    poison: ProjectionError,
) -> Result<ProjectionError, ProjectionError> {
    let news = subscription::park(&tx, group.live(), checkpoint, &poison.to_string()).await?;
    tx.commit().await?;
    if news {
        tracing::error!(tenant = %log.tenant(), %group, error = %poison, "the read models are parked");
    }
    Ok(poison)
}
