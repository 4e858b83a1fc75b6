//! One transaction of the writer that assumes nothing: every commit is judged on what was read, and those that hold are
//! written.
//!
//! Two round trips: the first takes the head's lock and reads what the verdicts need, the second writes and commits. All
//! statements of a round trip are sent before the first answer is awaited.

use futures_util::future::{join, join_all};
use tokio_postgres::error::SqlState;

use crate::{
    append::{
        facts::Facts,
        judge::judge,
        measure,
        prepare::Prepared,
        rows::{Rows, Step},
        session::Session,
        writer::Verdict,
    },
    commit::Appended,
    database::TenantTx,
    error::StoreError,
    log::LogInner,
};

/// Commits every one of `prepared` that holds, whatever others do; the answer has a verdict for each. `again`: an attempt
/// before this one never heard the answer.
pub(super) async fn commit(
    session: &mut Session,
    prepared: &[Prepared],
    again: bool,
) -> Result<Vec<Verdict>, StoreError> {
    measure::sent("locked");
    let (tx, statements) = session.begin().await?;
    let mut facts = Facts::read(&tx, &statements, prepared).await?;
    if again {
        facts.find_recorded(&tx, &statements, prepared).await?;
    }
    let found = facts.head.clone();
    let mut rows = Rows::new(session.log.clock.now(), &found);
    let verdicts = judge_all(&mut facts, &mut rows, prepared, again);
    let left = rows.head(&facts);
    let steps = if rows.is_empty() { vec![] } else { rows.known(&statements) };
    write(&tx, &steps).await.map_err(refused)?;
    drop(steps);
    session.keep(tx, statements, &found, left);
    announce(&session.log, facts.head.position);
    remember_keys(&session.log, prepared, &verdicts);
    Ok(verdicts)
}

/// Judges each commit, and adds the rows of those that hold.
pub(super) fn judge_all(facts: &mut Facts, rows: &mut Rows, prepared: &[Prepared], again: bool) -> Vec<Verdict> {
    let verdicts = prepared.iter().map(|commit| match judge(facts, commit, rows.now, again) {
        Some(verdict) => verdict,
        None => Ok(rows.add(commit, facts)),
    });
    verdicts.collect()
}

/// Sends the steps and the COMMIT at once. A pipelined COMMIT answers Ok even after a statement that failed, so it
/// counts only when every one succeeded; the first that failed says why.
pub(super) async fn write(tx: &TenantTx, steps: &[Step<'_>]) -> Result<(), tokio_postgres::Error> {
    let writes = join_all(steps.iter().map(|(statement, params)| tx.execute(*statement, params)));
    let (writes, committed) = join(writes, tx.batch_execute("COMMIT")).await;
    writes.into_iter().collect::<Result<Vec<_>, _>>()?;
    committed
}

pub(super) fn remember_keys(log: &LogInner, prepared: &[Prepared], verdicts: &[Verdict]) {
    let keys = log.keys();
    for (commit, verdict) in prepared.iter().zip(verdicts) {
        if matches!(verdict, Ok(Appended { replayed: false, .. })) {
            for new in &commit.new_keys {
                log.keyring.remember(&keys, &new.subject, &new.id, new.scope, &new.key);
            }
        }
    }
}

/// Tells who waits for news that the log has come to `head`.
pub(super) fn announce(log: &LogInner, head: u64) {
    if log.committed.send_if_modified(|position| std::mem::replace(position, head) != head) {
        log.news.note(&log.placement.world, head);
    }
}

/// Under the lock a duplicate key cannot come from this program: something else writes to the tables. Tried again,
/// as if the connection had been lost, the verdicts will say what is in the way.
fn refused(error: tokio_postgres::Error) -> StoreError {
    if error.code() == Some(&SqlState::UNIQUE_VIOLATION) {
        tracing::error!(%error, "a duplicate key under the head's lock: does something else write to this schema?");
    }
    error.into()
}
