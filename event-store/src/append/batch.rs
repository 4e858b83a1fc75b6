//! One transaction of the writer: every commit is judged, and those that hold are written.
//!
//! Usually nobody else writes to the tenant's log, and every caller is right about its streams. So a batch is first
//! sent on that assumption, in one round trip, with statements that fail where it is wrong. Otherwise it takes two: the
//! first takes the head's lock and reads what the verdicts need, the second writes and commits. All statements of a
//! round trip are sent before the first answer is awaited.

use futures_util::future::{join, join_all};
use tokio_postgres::error::SqlState;

use crate::{
    append::{
        facts::{Facts, HeadRow},
        judge::judge,
        prepare::Prepared,
        rows::{Rows, Step},
        session::Session,
        writer::Verdict,
    },
    commit::Appended,
    database::{TenantTx, begin},
    error::StoreError,
    log::LogInner,
};

/// Commits every one of `prepared` that holds; the answer has a verdict for each. `again`: an attempt before this one
/// never heard the answer.
pub(super) async fn commit(
    session: &mut Session,
    prepared: &[Prepared],
    again: bool,
) -> Result<Vec<Verdict>, StoreError> {
    let verdicts = match session.expected_head().filter(|_| !again) {
        Some(head) => assuming(session, prepared, head).await?,
        None => None,
    };
    let verdicts = match verdicts {
        Some(verdicts) => verdicts,
        None => reading(session, prepared, again).await?,
    };
    remember_keys(&session.log, prepared, &verdicts);
    Ok(verdicts)
}

/// Planned anew for each batch, as PostgreSQL would for arrays, they cost more than they do.
const GENERIC_PLANS: &str = "; SET LOCAL plan_cache_mode TO force_generic_plan";

/// One round trip. `None`: nothing was written, because something that was assumed is not so.
async fn assuming(
    session: &mut Session,
    prepared: &[Prepared],
    head: HeadRow,
) -> Result<Option<Vec<Verdict>>, StoreError> {
    let mut facts = Facts::assumed(head.clone(), prepared);
    let mut rows = Rows::new(session.log.clock.now(), &head);
    rows.assume(prepared);
    let verdicts = judge_all(&mut facts, &mut rows, prepared, false);
    let left = rows.head(&facts);
    let Some((tx, statements)) = session.kept() else { return Ok(None) };
    let Some(steps) = rows.assumed(&statements) else {
        session.was_disturbed(tx, statements);
        return Ok(None);
    };
    let begin = begin(&session.log.placement) + GENERIC_PLANS;
    // Polled in this order, so sent in this order.
    let (began, written) = join(tx.batch_execute(&begin), write(&tx, &steps)).await;
    match began.and(written) {
        Ok(()) => {
            drop(steps);
            session.keep(tx, statements, &head, left);
            announce(&session.log, facts.head.position);
            Ok(Some(verdicts))
        }
        Err(error) if is_wrong_assumption(&error) => {
            drop(steps);
            session.was_disturbed(tx, statements);
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// Two round trips, right whatever others do.
async fn reading(session: &mut Session, prepared: &[Prepared], again: bool) -> Result<Vec<Verdict>, StoreError> {
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
    Ok(verdicts)
}

fn judge_all(facts: &mut Facts, rows: &mut Rows, prepared: &[Prepared], again: bool) -> Vec<Verdict> {
    let verdicts = prepared.iter().map(|commit| match judge(facts, commit, rows.now, again) {
        Some(verdict) => verdict,
        None => Ok(rows.add(commit, facts)),
    });
    verdicts.collect()
}

/// Sends the steps and the COMMIT at once. A pipelined COMMIT answers Ok even after a statement that failed, so it
/// counts only when every one succeeded; the first that failed says why.
async fn write(tx: &TenantTx, steps: &[Step<'_>]) -> Result<(), tokio_postgres::Error> {
    let writes = join_all(steps.iter().map(|(statement, params)| tx.execute(*statement, params)));
    let (writes, committed) = join(writes, tx.batch_execute("COMMIT")).await;
    writes.into_iter().collect::<Result<Vec<_>, _>>()?;
    committed
}

fn remember_keys(log: &LogInner, prepared: &[Prepared], verdicts: &[Verdict]) {
    let keys = log.keys();
    for (commit, verdict) in prepared.iter().zip(verdicts) {
        if matches!(verdict, Ok(Appended { replayed: false, .. })) {
            for new in &commit.new_keys {
                log.keyring.remember(&keys, &new.subject, &new.id, new.scope, &new.key);
            }
        }
    }
}

fn announce(log: &LogInner, head: u64) {
    if log.committed.send_if_modified(|position| std::mem::replace(position, head) != head) {
        log.news.note(&log.tenant, head);
    }
}

/// 22012 is how the confirming statements fail; 23505 is how a stream, a command or a claim says that it is there.
fn is_wrong_assumption(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|code| *code == SqlState::DIVISION_BY_ZERO || *code == SqlState::UNIQUE_VIOLATION)
}

/// Under the lock a duplicate key cannot come from this program: something else writes to the tables. Tried again,
/// as if the connection had been lost, the verdicts will say what is in the way.
fn refused(error: tokio_postgres::Error) -> StoreError {
    if error.code() == Some(&SqlState::UNIQUE_VIOLATION) {
        tracing::error!(%error, "a duplicate key under the head's lock: does something else write to this schema?");
    }
    error.into()
}
