//! The writer: one task per tenant and process. It merges all commits that wait into one transaction (group commit),
//! so that one flush of the disk carries many; with many, it sends a batch while the one before is being flushed.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::{mpsc, oneshot};

use crate::{
    append::{
        batch,
        flight::{self, Failed, Flight, Landed, Place},
        prepare::Prepared,
        session::Session,
    },
    commit::Appended,
    database::is_transient,
    error::{AppendError, StoreError},
    log::LogInner,
};

/// Commits in one transaction: beyond this, latency grows and throughput does not.
const MAX_BATCH: usize = 512;

/// A writer that has nothing to do keeps its connections this long.
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
    pub answer: oneshot::Sender<Verdict>,
}

pub(super) type Verdict = Result<Appended, AppendError>;

/// Runs until every [`crate::Log`] of this tenant is gone.
pub(crate) async fn write(log: Arc<LogInner>, waiting: mpsc::Receiver<Pending>) {
    let session = Session::new(log);
    Writer { session, waiting, batch: vec![], flights: VecDeque::new(), crowd: 1, half: 1, may_follow: true }
        .run()
        .await;
}

struct Writer {
    session: Session,
    waiting: mpsc::Receiver<Pending>,
    /// What goes next.
    batch: Vec<Pending>,
    /// What is on its way: two at most.
    flights: VecDeque<Flight>,
    /// How many commit again and again.
    crowd: usize,
    /// Half of them.
    half: usize,
    /// Nothing says yet that what goes next has to wait for what is on its way.
    may_follow: bool,
}

impl Writer {
    async fn run(mut self) {
        loop {
            match self.flights.front_mut() {
                None => {
                    if self.batch.is_empty() && !self.next().await {
                        return;
                    }
                    self.gather().await;
                    self.send().await;
                }
                Some(first) => {
                    let room = self.half.saturating_sub(self.batch.len());
                    let follows = self.may_follow && room > 0;
                    tokio::select! {
                        biased;
                        landed = first.landed() => self.land(landed).await,
                        received = self.waiting.recv_many(&mut self.batch, room), if follows => {
                            self.may_follow = received > 0;
                            if self.batch.len() >= self.half {
                                self.follow().await;
                            }
                        }
                    }
                }
            }
        }
    }

    /// Waits for the first commit of a batch; while none comes, the connections are given back.
    async fn next(&mut self) -> bool {
        let limit = limit(self.half);
        let received = tokio::time::timeout(LINGER, self.waiting.recv_many(&mut self.batch, limit)).await;
        if let Ok(received) = received {
            return received > 0;
        }
        self.session.rest();
        self.waiting.recv_many(&mut self.batch, limit).await > 0
    }

    /// Lets those who are just about to commit join, up to half of all who commit again and again. Without it whoever
    /// comes back first goes alone, and all others wait for its flush.
    async fn gather(&mut self) {
        for _ in 0..YIELDS {
            if self.batch.len() >= self.half {
                return;
            }
            tokio::task::yield_now().await;
            while self.batch.len() < limit(self.half)
                && let Ok(pending) = self.waiting.try_recv()
            {
                self.batch.push(pending);
            }
        }
    }

    /// Sends the batch when nothing is on its way: in one round trip, if it seems that nobody else writes.
    async fn send(&mut self) {
        let batch = std::mem::take(&mut self.batch);
        let assumed = self.session.expected_head().and_then(|head| Some((head, self.session.kept()?)));
        let batch = match assumed {
            None => batch,
            Some((head, transaction)) => {
                match Flight::launch(&mut self.session, transaction, batch, head, Place::First) {
                    Ok(flight) => {
                        self.flights.push_back(flight);
                        self.may_follow = self.session.is_alone() && self.half >= FEW;
                        return;
                    }
                    Err(batch) => batch,
                }
            }
        };
        let began = Instant::now();
        let (prepared, answers): (Vec<_>, Vec<_>) =
            batch.into_iter().map(|pending| (pending.prepared, pending.answer)).unzip();
        let verdicts = commit_all(&mut self.session, &prepared, Failed::NothingWritten).await;
        let answered = flight::answer(answers, verdicts, began.elapsed());
        self.count(answered);
    }

    /// Sends the batch behind what is on its way, or lets it wait.
    async fn follow(&mut self) {
        self.may_follow = false;
        let [first] = self.flights.make_contiguous() else { return };
        if !first.lets_follow(&self.batch) {
            return;
        }
        let left = first.left.clone();
        match self.session.kept_or_free().await {
            Ok(Some(transaction)) => {
                let batch = std::mem::take(&mut self.batch);
                match Flight::launch(&mut self.session, transaction, batch, left, Place::Behind) {
                    Ok(flight) => self.flights.push_back(flight),
                    Err(batch) => self.batch = batch,
                }
            }
            Ok(None) => {}
            Err(error) => tracing::debug!(tenant = %self.session.log.tenant, %error, "no second connection"),
        }
    }

    /// The first of those on their way is known.
    async fn land(&mut self, landed: Landed) {
        let Some(mut flight) = self.flights.pop_front() else { return };
        match flight.settle(&mut self.session, landed) {
            Ok(()) => {
                let answered = flight.answer();
                self.count(answered);
                self.may_follow = !self.flights.is_empty() && self.session.is_alone() && self.half >= FEW;
            }
            Err(failed) => self.land_badly(flight, failed).await,
        }
    }

    /// What follows was sent on the assumption that this would hold. It holds rows until it is heard of.
    async fn land_badly(&mut self, flight: Flight, failed: Failed) {
        let behind = match self.flights.pop_front() {
            Some(mut behind) => {
                let landed = behind.landed().await;
                let settled = behind.settle(&mut self.session, landed);
                self.session.was_disturbed();
                Some((behind, settled))
            }
            None => None,
        };
        for (flight, settled) in [Some((flight, Err(failed))), behind].into_iter().flatten() {
            let answered = match settled {
                // So the one before it had happened, too, and nobody heard.
                Ok(()) => flight.answer(),
                Err(failed) => {
                    let verdicts = commit_all(&mut self.session, &flight.prepared, failed).await;
                    flight.answer_with(verdicts)
                }
            };
            self.count(answered);
        }
    }

    fn count(&mut self, answered: usize) {
        let on_their_way: usize = self.flights.iter().map(|flight| flight.prepared.len()).sum();
        let seen = answered + on_their_way + self.batch.len() + self.waiting.len();
        // Those who are deciding are not seen at this moment: that they are fewer is believed by and by.
        self.crowd = seen.max(self.crowd.saturating_sub(1 + self.crowd / 8));
        self.half = self.crowd.div_ceil(2);
    }
}

/// With many who commit again and again, a batch takes half of them, so that the others decide meanwhile; with few, a
/// flush for each half would cost more than it gains.
fn limit(half: usize) -> usize {
    if half < FEW { MAX_BATCH } else { half.min(MAX_BATCH) }
}

/// Commits what holds, assuming nothing. `failed`: what came of it when it was sent before.
async fn commit_all(session: &mut Session, prepared: &[Prepared], failed: Failed) -> Vec<Verdict> {
    match attempt(session, prepared, failed).await {
        Ok(verdicts) => verdicts,
        Err(error) if prepared.len() == 1 => vec![Err(error.into())],
        // One commit that PostgreSQL refuses must not take its neighbours with it.
        Err(error) if !is_transient(&error) => {
            tracing::warn!(tenant = %session.log.tenant, commits = prepared.len(), %error, "a batch was refused; each commit goes alone");
            let mut verdicts = Vec::with_capacity(prepared.len());
            for one in prepared {
                let one = std::slice::from_ref(one);
                verdicts.push(match attempt(session, one, Failed::NothingWritten).await {
                    Ok(mut verdict) => verdict.remove(0),
                    Err(error) => Err(error.into()),
                });
            }
            verdicts
        }
        Err(error) => prepared.iter().map(|_| Err(error.same().into())).collect(),
    }
}

/// What a pause may mend. Room on a disk takes an operator, and who waited for a connection has waited long enough.
fn is_worth_a_retry(error: &StoreError) -> bool {
    is_transient(error) && !matches!(error, StoreError::DiskFull(_) | StoreError::PoolExhausted { .. })
}

/// After a lost connection the outcome is unknown: the same commits go again, and those that had happened are found
/// by their command ids.
async fn attempt(session: &mut Session, prepared: &[Prepared], failed: Failed) -> Result<Vec<Verdict>, StoreError> {
    let mut outcome = match failed {
        Failed::NothingWritten => batch::commit(session, prepared, false).await,
        Failed::Error(error) => Err(error),
    };
    let mut pause = FIRST_PAUSE;
    for retry in 0..RETRIES {
        match outcome {
            Err(error) if is_worth_a_retry(&error) => {
                tracing::warn!(tenant = %session.log.tenant, retry, %error, "appending again");
                tokio::time::sleep(pause).await;
                pause *= 2;
                outcome = batch::commit(session, prepared, true).await;
            }
            done => {
                outcome = done;
                break;
            }
        }
    }
    outcome.inspect_err(|error| session.log.placement.note(error))
}
