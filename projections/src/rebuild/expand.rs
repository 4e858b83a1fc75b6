//! Rows of an older version, served by this one until its own are ready.

use std::time::Duration;

use event_store::Log;

use crate::{
    analytics,
    error::ProjectionError,
    group::Group,
    rebuild::{self, is_contention, prepare},
    schema,
};

/// How often it is tried: readers that hold the old tables for long are rare.
const TRIES: u32 = 200;
const PAUSE: Duration = Duration::from_millis(50);

/// Gives the live tables and views the columns that this version has in addition, so that it can read them and keep
/// them fresh; older programs go on beside it. Gives whether that was possible.
pub(crate) async fn expand(log: &Log, group: Group) -> Result<bool, ProjectionError> {
    for _ in 0..TRIES {
        match attempt(log, group).await {
            Ok(Some(served)) => return Ok(served),
            Ok(None) => {}
            Err(error) if is_contention(&error) => {}
            Err(error) => return Err(error),
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(false)
}

/// None when somebody threw the tables away that are the model.
async fn attempt(log: &Log, group: Group) -> Result<Option<bool>, ProjectionError> {
    let known = group.version();
    let next = prepare::prepare(log, group).await?;
    let tx = log.begin_as_owner().await?;
    // Whoever reads while this waits for a lock waits behind it.
    tx.batch_execute("SET LOCAL lock_timeout = '100ms'").await?;
    let (live, begun) = rebuild::lock_both(&tx, group).await?;
    if live.version >= known || live.is_foldable() {
        return Ok(Some(true));
    }
    if begun.is_none_or(|begun| begun.tables() != next || begun.version != known) {
        return Ok(None);
    }
    let Some(steps) = schema::expansion(&tx, live.tables(), next).await? else { return Ok(Some(false)) };
    rebuild::alter(log, &tx, &steps).await?;
    let views = schema::views(&tx, live.tables()).await?;
    rebuild::alter(log, &tx, &views).await?;
    analytics::restore_sql(log, &tx).await?;
    tx.execute("UPDATE subscriptions SET serves = $2 WHERE name = $1", &[&group.as_str(), &known]).await?;
    tx.commit().await?;
    Ok(Some(true))
}
