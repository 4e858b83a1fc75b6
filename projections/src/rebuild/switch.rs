//! The switch: under the lock of the live rows, and only to tables that cover all that these do, so that nobody who
//! saw a write loses sight of it.

use std::time::Duration;

use event_store::{Log, TenantTx};

use crate::{
    analytics,
    error::ProjectionError,
    generation::Generation,
    live,
    rebuild::{self, Build, Progress, is_contention},
    schema,
    sql::signed,
    subscription::Subscription,
};

/// So many events are folded under the lock, at most.
const LAST: u64 = 500;
/// Whoever reads while the switch waits for those who read before it, and whoever projects, waits behind it: not long.
const PATIENCE: Duration = Duration::from_millis(100);
/// Between two tries, for those who waited.
const PAUSE: Duration = Duration::from_millis(400);
/// Ten minutes: many times what a statement or a report may take.
const TRIES: u32 = 1_200;

/// Catches up and switches; gives the position that is covered then.
pub(super) async fn switch(build: &Build<'_>) -> Result<u64, ProjectionError> {
    let mut tries = 0;
    loop {
        build.fill().await?;
        (build.progress)(Progress::Switching);
        match attempt(build.log, build.next).await {
            Ok(Some(position)) => return Ok(position),
            Ok(None) => {}
            Err(error) if is_contention(&error) && tries < TRIES => {
                tries += 1;
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => return Err(error),
        }
    }
}

/// None when too much was left to fold.
async fn attempt(log: &Log, next: Generation) -> Result<Option<u64>, ProjectionError> {
    let tx = log.begin_as_owner().await?;
    tx.batch_execute(&format!("SET LOCAL lock_timeout = {}", PATIENCE.as_millis())).await?;
    let (live, begun) = rebuild::lock_both(&tx, next.group).await?;
    let begun = begun.filter(|begun| begun.tables() == next).ok_or(ProjectionError::NotInstalled)?;
    let begun = begun.of_known_version()?;
    let left = live.checkpoint.saturating_sub(begun.checkpoint);
    if left > LAST {
        return Ok(None);
    }
    let position = catch_up(log, &tx, &begun, left).await?;
    let views = schema::views(&tx, next).await?;
    rebuild::alter(log, &tx, &views).await?;
    analytics::restore_sql(log, &tx).await?;
    tx.execute(
        "UPDATE subscriptions SET version = $2, generation = $3, checkpoint = $4, serves = NULL, state = 'live',
             last_error = NULL
         WHERE name = $1",
        &[&next.group.as_str(), &begun.version, &next.number, &signed(position)],
    )
    .await?;
    tx.execute("DELETE FROM subscriptions WHERE name = $1", &[&next.group.building().to_string()]).await?;
    tx.commit().await?;
    Ok(Some(position))
}

/// Folds what the live rows have and the new ones have not; nobody adds to it now.
async fn catch_up(log: &Log, tx: &TenantTx, begun: &Subscription, left: u64) -> Result<u64, ProjectionError> {
    let limit = u32::try_from(left).unwrap_or(u32::MAX);
    let mut events = log.read(begun.checkpoint, limit).await?;
    match live::fold_events(log, tx, begun.tables(), &mut events, begun.checkpoint).await? {
        (position, None) => Ok(position),
        (_, Some(poison)) => Err(poison),
    }
}
