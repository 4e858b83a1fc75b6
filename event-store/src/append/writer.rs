//! The writer: one task per tenant and process. It merges all commits that wait into one transaction (group commit),
//! so that one flush of the disk carries many.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::{mpsc, oneshot};

use crate::{
    append::{batch, prepare::Prepared, session::Session},
    commit::Appended,
    database::is_transient,
    error::{AppendError, StoreError},
    log::LogInner,
};

/// Commits in one transaction: beyond this, latency grows and throughput does not.
const MAX_BATCH: usize = 512;

/// A writer that has nothing to do keeps its connection this long.
const LINGER: Duration = Duration::from_millis(20);

/// From here on half of those who commit are worth a flush of their own.
const FEW: usize = 12;

/// How often others are let run before a batch goes.
const YIELDS: usize = 64;

/// A restart of PostgreSQL takes about a second; a longer outage is the caller's to know.
const RETRIES: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// A commit, and where its caller waits.
#[derive(Debug)]
pub(crate) struct Pending {
    pub prepared: Prepared,
    pub answer: oneshot::Sender<Result<Appended, AppendError>>,
}

/// Runs until every [`crate::Log`] of this tenant is gone.
pub(crate) async fn write(log: Arc<LogInner>, mut waiting: mpsc::Receiver<Pending>) {
    let mut session = Session::new(log);
    let mut batch = Vec::new();
    let mut half = 1;
    while next(&mut session, &mut waiting, &mut batch, limit(half)).await {
        gather(&mut waiting, &mut batch, half).await;
        let (prepared, answers): (Vec<_>, Vec<_>) =
            batch.drain(..).map(|pending: Pending| (pending.prepared, pending.answer)).unzip();
        let began = Instant::now();
        let verdicts = commit_all(&mut session, &prepared).await;
        measure(&verdicts, began.elapsed());
        half = (answers.len() + waiting.len()).div_ceil(2);
        for (answer, verdict) in answers.into_iter().zip(verdicts) {
            // A caller that went away has its outcome stored under its command id.
            let _ = answer.send(verdict);
        }
    }
}

/// Waits for the first commit of a batch; while none comes, the connection is given back.
async fn next(
    session: &mut Session,
    waiting: &mut mpsc::Receiver<Pending>,
    batch: &mut Vec<Pending>,
    limit: usize,
) -> bool {
    if let Ok(received) = tokio::time::timeout(LINGER, waiting.recv_many(batch, limit)).await {
        return received > 0;
    }
    session.rest();
    waiting.recv_many(batch, limit).await > 0
}

/// With many who commit again and again, a batch takes half of them, so that the others decide meanwhile; with few, a
/// flush for each half would cost more than it gains.
fn limit(half: usize) -> usize {
    if half < FEW { MAX_BATCH } else { half.min(MAX_BATCH) }
}

/// Lets those who are just about to commit join, up to half of all who commit again and again. Without it whoever comes
/// back first goes alone, and all others wait for its flush.
async fn gather(waiting: &mut mpsc::Receiver<Pending>, batch: &mut Vec<Pending>, half: usize) {
    for _ in 0..YIELDS {
        if batch.len() >= half {
            return;
        }
        tokio::task::yield_now().await;
        while batch.len() < limit(half)
            && let Ok(pending) = waiting.try_recv()
        {
            batch.push(pending);
        }
    }
}

/// Named after Prometheus' conventions: base units, a suffix for what is counted.
#[expect(clippy::cast_precision_loss, reason = "a batch is far smaller than 2^52")]
fn measure(verdicts: &[Verdict], took: Duration) {
    metrics::histogram!("ledgerdesk_append_batch_seconds").record(took.as_secs_f64());
    metrics::histogram!("ledgerdesk_append_batch_commits").record(verdicts.len() as f64);
    for verdict in verdicts {
        let outcome = match verdict {
            Ok(Appended { replayed: false, .. }) => "appended",
            Ok(Appended { replayed: true, .. }) => "replayed",
            Err(AppendError::Conflict { .. }) => "conflict",
            Err(AppendError::ClaimTaken { .. }) => "claim_taken",
            Err(_) => "failed",
        };
        metrics::counter!("ledgerdesk_append_commits_total", "outcome" => outcome).increment(1);
    }
}

pub(super) type Verdict = Result<Appended, AppendError>;

async fn commit_all(session: &mut Session, prepared: &[Prepared]) -> Vec<Verdict> {
    match attempt(session, prepared).await {
        Ok(verdicts) => verdicts,
        Err(error) if prepared.len() == 1 => vec![Err(error.into())],
        // One commit that PostgreSQL refuses must not take its neighbours with it.
        Err(error) if !is_transient(&error) => {
            tracing::warn!(tenant = %session.log.tenant, commits = prepared.len(), %error, "a batch was refused; each commit goes alone");
            let mut verdicts = Vec::with_capacity(prepared.len());
            for one in prepared {
                verdicts.push(match attempt(session, std::slice::from_ref(one)).await {
                    Ok(mut verdict) => verdict.remove(0),
                    Err(error) => Err(error.into()),
                });
            }
            verdicts
        }
        Err(error) => prepared.iter().map(|_| Err(same(&error).into())).collect(),
    }
}

/// What every commit of a batch failed with.
fn same(error: &StoreError) -> StoreError {
    match error {
        StoreError::DiskFull(what) => StoreError::DiskFull(what.clone()),
        StoreError::PoolExhausted { size, wait } => StoreError::PoolExhausted { size: *size, wait: *wait },
        error => StoreError::Pool(error.to_string()),
    }
}

/// What a pause may mend. Room on a disk takes an operator, and who waited for a connection has waited long enough.
fn is_worth_a_retry(error: &StoreError) -> bool {
    is_transient(error) && !matches!(error, StoreError::DiskFull(_) | StoreError::PoolExhausted { .. })
}

/// After a lost connection the outcome is unknown: the same commits go again, and those that had happened are found
/// by their command ids.
async fn attempt(session: &mut Session, prepared: &[Prepared]) -> Result<Vec<Verdict>, StoreError> {
    let mut pause = FIRST_PAUSE;
    for retry in 0..=RETRIES {
        match batch::commit(session, prepared, retry > 0).await {
            Err(error) if retry < RETRIES && is_worth_a_retry(&error) => {
                tracing::warn!(tenant = %session.log.tenant, retry, %error, "appending again");
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            done => return done,
        }
    }
    unreachable!("the last attempt returns")
}
