//! Building the next generation of tables beside the live one, and switching to it.

use event_store::{Log, StoreError};

use crate::{
    desk,
    error::ProjectionError,
    filling,
    generation::Generation,
    subscription::{Subscription, subscription},
};

/// How often the switch is tried while others keep moving the live rows on between our last batch and its lock.
const SWITCHES: usize = 200;

/// What a rebuild came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// The generation that is live now.
    pub generation: i32,
    /// The last position that it covers.
    pub position: u64,
}

/// Folds the whole log into new tables while the live ones serve, and switches when they have caught up; `progress`
/// hears of (events folded, events in all). Interrupted, the next call goes on where this one stopped.
///
/// Whatever was erased is gone from the new tables; parked read models live again, if the cause is mended.
pub async fn rebuild(log: &Log, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<Rebuilt, ProjectionError> {
    let live = filling::current(log, desk::NAME).await?;
    drop_leftovers(log, live.tables()).await?;
    let next = live.tables().next();
    prepare(log, next).await?;
    let head = log.head().await?.position;
    filling::fill(log, log, desk::REBUILD, head, progress).await?;
    log.alter(&next.create_indexes()).await?;
    let position = switch(log, next, progress).await?;
    drop_leftovers(log, next).await?;
    Ok(Rebuilt { generation: next.0, position })
}

/// Makes the tables of `next`, or finds those of a rebuild that was interrupted.
async fn prepare(log: &Log, next: Generation) -> Result<(), ProjectionError> {
    let tx = log.begin().await?;
    let begun = subscription(&tx, desk::REBUILD).await?;
    tx.commit().await?;
    let resumes = |begun: &Subscription| begun.tables() == next && begun.version == desk::VERSION;
    if begun.as_ref().is_some_and(resumes) {
        return Ok(());
    }
    // The row first: of two that begin, the second waits here, and then finds the tables of the first.
    let sql = format!(
        "INSERT INTO subscriptions (name, version, generation, checkpoint, state)
         VALUES ('{name}', 0, 0, 0, 'live') ON CONFLICT (name) DO NOTHING;
         DO $$ BEGIN
             PERFORM 1 FROM subscriptions WHERE name = '{name}' FOR UPDATE;
             IF EXISTS (SELECT 1 FROM subscriptions
                        WHERE name = '{name}' AND version = {version} AND generation = {generation}) THEN
                 RAISE EXCEPTION 'another rebuild has begun' USING ERRCODE = '40001';
             END IF;
         END $$;
         {drop}{create}
         UPDATE subscriptions SET version = {version}, generation = {generation}, checkpoint = 0
         WHERE name = '{name}';",
        name = desk::REBUILD,
        version = desk::VERSION,
        generation = next.0,
        drop = next.drop_tables(),
        create = next.create_tables(),
    );
    match log.alter(&sql).await {
        Err(error) if is_refusal(&error) => Ok(()),
        other => Ok(other?),
    }
}

/// Catches up and switches, again and again until nobody came in between.
async fn switch(log: &Log, next: Generation, progress: &(dyn Fn(u64, u64) + Sync)) -> Result<u64, ProjectionError> {
    let mut tries = 0;
    loop {
        let head = log.head().await?.position;
        let position = match filling::fill(log, log, desk::REBUILD, head, progress).await {
            Err(ProjectionError::NotInstalled) => {
                // Another process has switched, and removed the row of the rebuild.
                return Ok(filling::current(log, desk::NAME).await?.checkpoint);
            }
            other => other?,
        };
        match log.alter(&switch_sql(next)).await {
            Ok(()) => return Ok(position),
            Err(error) if is_refusal(&error) && tries < SWITCHES => tries += 1,
            Err(error) => return Err(error.into()),
        }
    }
}

/// Under the lock of the live row: only if the new tables cover all that the live ones do, so that nobody who saw a
/// write loses sight of it.
fn switch_sql(next: Generation) -> String {
    format!(
        "DO $$ BEGIN
             PERFORM 1 FROM subscriptions WHERE name = '{live}' FOR UPDATE;
             IF NOT EXISTS (
                 SELECT 1 FROM subscriptions live, subscriptions next
                 WHERE live.name = '{live}' AND next.name = '{rebuild}' AND next.generation = {generation}
                     AND live.generation < next.generation AND live.checkpoint <= next.checkpoint
             ) THEN
                 RAISE EXCEPTION 'the live rows have moved on' USING ERRCODE = '40001';
             END IF;
         END $$;
         UPDATE subscriptions live
         SET version = next.version, generation = next.generation, checkpoint = next.checkpoint,
             state = 'live', last_error = NULL
         FROM subscriptions next WHERE live.name = '{live}' AND next.name = '{rebuild}';
         DELETE FROM subscriptions WHERE name = '{rebuild}';
         {views}",
        live = desk::NAME,
        rebuild = desk::REBUILD,
        generation = next.0,
        views = next.create_views(),
    )
}

/// 40001: our own refusals above, and the database's for the same reason.
fn is_refusal(error: &StoreError) -> bool {
    matches!(error, StoreError::Database(error) if error.code().is_some_and(|code| code.code() == "40001"))
}

/// Drops the generation before the live one, if it is still there. Apart from the switch: readers lock views and
/// tables in the order of their queries, and a switch that waited for tables too could stand in their way.
pub(crate) async fn drop_leftovers(log: &Log, live: Generation) -> Result<(), ProjectionError> {
    let previous = Generation(live.0 - 1);
    let tx = log.begin().await?;
    let left = tx.query_one("SELECT to_regclass($1::text) IS NOT NULL", &[&format!("tickets_{previous}")]).await?;
    tx.commit().await?;
    if left.get(0) {
        log.alter(&previous.drop_tables()).await?;
    }
    Ok(())
}
