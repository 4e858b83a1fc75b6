//! Keeping the read models up with the log, and letting a writer wait for what it wrote.

use std::{
    cmp::Ordering,
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use event_store::{Incarnation, Log, Parked, Standing, TenantTx};
use tokio::{
    sync::{OwnedMutexGuard, watch},
    time::Instant,
};

use crate::{error::ProjectionError, group::Group, live, sql::unsigned, subscription::subscription};

/// Whoever waits for news learns of what other processes wrote at least this often.
const LOOK: Duration = Duration::from_millis(500);

/// What failed is tried again after this.
const RETRY: Duration = Duration::from_secs(1);
/// While programs of a newer version keep the rows, whoever wrote looks for what it wrote this often.
const WATCH: Duration = Duration::from_millis(20);

/// See [`gathering`].
const GATHER: Duration = Duration::from_secs(1);

/// What is parked is tried anew this often: an older program, beside this one while versions change, may have parked
/// before an event that this one can read.
const TRY_PARKED: Duration = Duration::from_secs(60);

/// Whether a write is in the read models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// It is.
    Visible,
    /// Not within the time that was given.
    Behind {
        /// The last position that they are known to cover.
        checkpoint: u64,
    },
}

/// Folds the logs of all tenants of one process into their read models. Cheap to clone; one per process.
///
/// Any number of processes may each have one: the row lock on the checkpoint decides who folds a batch, and whoever
/// comes second finds it done.
#[derive(Clone, Debug, Default)]
pub struct Projector {
    lanes: Arc<Mutex<Lanes>>,
}

type Lanes = HashMap<(Incarnation, Group), Arc<Lane>>;

/// One group of one tenant's world: at most one fold at a time in this process, and all who wait for it.
#[derive(Debug, Default)]
struct Lane {
    folding: Arc<tokio::sync::Mutex<()>>,
    /// The last position that the rows are known to cover.
    covered: watch::Sender<u64>,
    /// When somebody who waits has last asked the database.
    looked: tokio::sync::Mutex<Option<Instant>>,
}

impl Lane {
    fn note(&self, checkpoint: u64) {
        self.covered.send_if_modified(|covered| {
            let further = checkpoint > *covered;
            *covered = checkpoint.max(*covered);
            further
        });
    }

    fn covered(&self) -> u64 {
        *self.covered.borrow()
    }
}

impl Projector {
    /// A projector that has met no tenant yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn lane(&self, log: &Log, group: Group) -> Arc<Lane> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lanes.entry((log.incarnation().clone(), group)).or_default())
    }

    /// Folds every group to the end of the log as it is now; gives the position that all of them cover.
    pub async fn catch_up(&self, log: &Log) -> Result<u64, ProjectionError> {
        let mut covered = vec![];
        for group in Group::ALL {
            covered.push(self.fold_all(log, group, Parked::Stays).await);
        }
        covered.into_iter().try_fold(u64::MAX, |least, group| Ok(least.min(group?)))
    }

    /// Folds a group to the end of the log, also where it is parked: it goes on where it stands. If what parked it is
    /// not mended, it parks again.
    pub async fn resume(&self, log: &Log, group: Group) -> Result<u64, ProjectionError> {
        self.fold_all(log, group, Parked::IsTriedAnew).await
    }

    async fn fold_all(&self, log: &Log, group: Group, parked: Parked) -> Result<u64, ProjectionError> {
        let lane = self.lane(log, group);
        let turn = Arc::clone(&lane.folding).lock_owned().await;
        fold(log.clone(), group, lane, turn, parked).await
    }

    /// Waits until the lists cover `position`, and does the work itself if nobody else does.
    ///
    /// Whoever comes first folds, also for those who committed in the meantime: many concurrent writers share a few
    /// transactions. Giving up does not interrupt a fold.
    pub async fn wait_for(&self, log: &Log, position: u64, patience: Duration) -> Visibility {
        self.wait_for_group(log, Group::Desk, position, patience).await
    }

    /// Brings what is searched to the end of the log as it is now, as far as `patience` goes: whoever searches folds first.
    pub async fn refresh_search(&self, log: &Log, patience: Duration) -> Result<Visibility, ProjectionError> {
        let head = log.head().await?.position;
        Ok(self.wait_for_group(log, Group::Search, head, patience).await)
    }

    async fn wait_for_group(&self, log: &Log, group: Group, position: u64, patience: Duration) -> Visibility {
        let lane = self.lane(log, group);
        if lane.covered() >= position {
            return Visibility::Visible;
        }
        let mut covered = lane.covered.subscribe();
        let seen = async {
            // The guard that the wait ends with must not be held across the fold.
            let by_another = async { drop(covered.wait_for(|covered| *covered >= position).await) };
            tokio::select! {
                biased;
                () = by_another => {}
                turn = Arc::clone(&lane.folding).lock_owned() => {
                    if lane.covered() < position {
                        match fold(log.clone(), group, Arc::clone(&lane), turn, Parked::Stays).await {
                            Ok(_) => {}
                            Err(error) if error.is_of_newer_program() => self.watch(log, group, &lane, position).await,
                            Err(error) => {
                                let tenant = log.tenant();
                                tracing::warn!(%tenant, %group, %error, "a write is not in the read models yet");
                            }
                        }
                    }
                }
            }
        };
        // Whether it ended or ran out of time, what counts is what is covered.
        let _ = tokio::time::timeout(patience, seen).await;
        match lane.covered() {
            checkpoint if checkpoint >= position => Visibility::Visible,
            checkpoint => Visibility::Behind { checkpoint },
        }
    }

    /// Looks again and again until programs of a newer version, which keep the rows now, have come so far. One who
    /// waits looks for all.
    async fn watch(&self, log: &Log, group: Group, lane: &Lane, position: u64) {
        let _turn = lane.folding.lock().await;
        while lane.covered() < position {
            match checkpoint(log, group).await {
                Ok(checkpoint) => lane.note(checkpoint),
                Err(error) => return tracing::warn!(tenant = %log.tenant(), %error, "it is not known what is visible"),
            }
            tokio::time::sleep(WATCH).await;
        }
    }

    /// Waits until the lists go beyond `position`; gives whether they do.
    ///
    /// All who wait in this process share their looks at the database: a thousand streams cost as much as one.
    pub async fn wait_beyond(&self, log: &Log, position: u64, patience: Duration) -> Result<bool, ProjectionError> {
        let lane = self.lane(log, Group::Desk);
        let mut covered = lane.covered.subscribe();
        let until = Instant::now() + patience;
        loop {
            if *covered.borrow_and_update() <= position {
                self.look(log, &lane).await?;
            }
            if lane.covered() > position {
                return Ok(true);
            }
            let now = Instant::now();
            if now >= until {
                return Ok(false);
            }
            let _ = tokio::time::timeout_at(until.min(now + LOOK), covered.changed()).await;
        }
    }

    /// Whether the lists are known to cover `position`: nothing is asked.
    pub fn covers(&self, log: &Log, position: u64) -> bool {
        self.lane(log, Group::Desk).covered() >= position
    }

    /// Asks the database, unless somebody did a moment ago.
    async fn look(&self, log: &Log, lane: &Arc<Lane>) -> Result<(), ProjectionError> {
        let mut looked = lane.looked.lock().await;
        if looked.is_none_or(|at| at.elapsed() >= LOOK) {
            self.refresh(log, Group::Desk, lane, Parked::Stays).await?;
            *looked = Some(Instant::now());
        }
        Ok(())
    }

    /// Keeps a group of one tenant's read models fresh until `shutdown` ends: after commits of this process, and every
    /// `poll` for those of others. Failures are logged and tried again.
    pub async fn follow(&self, log: &Log, group: Group, poll: Duration, shutdown: impl Future<Output = ()> + Send) {
        let lane = self.lane(log, group);
        let mut committed = log.committed();
        let mut reported = None;
        let mut parked = Parked::IsTriedAnew;
        let mut try_parked = tokio::time::interval_at(Instant::now() + TRY_PARKED, TRY_PARKED);
        tokio::pin!(shutdown);
        loop {
            let turn = log.turn().await;
            let outcome = self.refresh(log, group, &lane, parked).await;
            drop(turn);
            parked = Parked::Stays;
            // A parked group would otherwise say so with every poll.
            let failure = outcome.err().map(|error| error.to_string());
            if let Some(error) = failure.as_ref().filter(|_| failure != reported) {
                tracing::error!(tenant = %log.tenant(), %group, error, "the read models do not keep up");
            }
            reported = failure;
            let commit = async {
                // Without the pause of a poll, a failure would be retried as fast as it fails.
                let news = |position: &u64| *position > lane.covered();
                if reported.is_some() || committed.wait_for(news).await.is_err() {
                    std::future::pending::<()>().await;
                }
                tokio::time::sleep(gathering(group)).await;
            };
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                () = commit => {}
                _ = try_parked.tick() => parked = Parked::IsTriedAnew,
                () = tokio::time::sleep(if reported.is_some() { poll.min(RETRY) } else { poll }) => {}
            }
        }
    }

    /// Folds if there is anything to fold. Asks without a lock first: most polls find nothing.
    async fn refresh(&self, log: &Log, group: Group, lane: &Arc<Lane>, parked: Parked) -> Result<(), ProjectionError> {
        let tx = log.begin().await?;
        let statement = tx
            .statement(
                "SELECT s.checkpoint, head.position, CASE WHEN s.state = 'parked' THEN coalesce(s.last_error, '') END
                 FROM subscriptions s, head WHERE s.name = $1",
            )
            .await?;
        let row = tx.query_opt(&statement, &[&group.as_str()]).await?.ok_or(ProjectionError::NotInstalled)?;
        let (checkpoint, head) = (unsigned(row.get(0)), unsigned(row.get(1)));
        if checkpoint > lane.covered() {
            // Another process has folded what this one did not see: among it may be whom to forget.
            log.learn_erasures(&tx).await?;
        }
        tx.commit().await?;
        let reason: Option<String> = row.get(2);
        lane.note(checkpoint);
        let stands = |checkpoint: u64, parked| {
            let standing = Standing { checkpoint, head: head.max(checkpoint), parked, parked_keys: 0 };
            log.note_standing(group.as_str(), standing);
        };
        stands(checkpoint, reason.clone());
        if reason.is_none() && checkpoint == head {
            return Ok(());
        }
        if let (Parked::Stays, Some(reason)) = (parked, reason) {
            return Err(ProjectionError::Parked { checkpoint, reason });
        }
        let folded = self.fold_all(log, group, parked).await;
        match &folded {
            Ok(reached) => stands(*reached, None),
            Err(error @ ProjectionError::Poisoned { .. }) => stands(lane.covered(), Some(error.to_string())),
            // It was said at the start.
            Err(error) if error.is_of_newer_program() => return Ok(()),
            Err(_) => {}
        }
        folded.map(drop)
    }

    /// Whether there is something to do for the rows of a tenant: to fold, to make, to build anew or to try again.
    pub async fn has_work(tx: &TenantTx) -> Result<bool, ProjectionError> {
        let statement = tx
            .statement(
                "SELECT s.name, s.version, s.state = 'parked' OR s.checkpoint < head.position FROM subscriptions s, head",
            )
            .await?;
        let rows = tx.query(&statement, &[]).await?;
        let of = |group: Group| rows.iter().find(|row| row.get::<_, &str>(0) == group.as_str());
        Ok(Group::ALL.into_iter().any(|group| match of(group) {
            None => true,
            Some(row) => match row.get::<_, i32>(1).cmp(&group.version()) {
                Ordering::Less => true,
                Ordering::Equal => row.get(2),
                // Programs of that version do it.
                Ordering::Greater => false,
            },
        }))
    }

    /// The last position that the lists cover, as the database says.
    pub async fn checkpoint(&self, log: &Log) -> Result<u64, ProjectionError> {
        checkpoint(log, Group::Desk).await
    }
}

async fn checkpoint(log: &Log, group: Group) -> Result<u64, ProjectionError> {
    let tx = log.begin().await?;
    let here = subscription(&tx, group.live()).await?;
    tx.commit().await?;
    Ok(here.ok_or(ProjectionError::NotInstalled)?.checkpoint)
}

/// How long news may gather before a follower folds it. Nobody waits for the search to be fresh: whoever searches
/// brings it to the end of the log first, and the more events are folded at once, the less each costs.
fn gathering(group: Group) -> Duration {
    match group {
        Group::Desk => Duration::ZERO,
        Group::Search => GATHER,
    }
}

/// Folds in a task of its own, which goes on when its caller gives up.
async fn fold(
    log: Log,
    group: Group,
    lane: Arc<Lane>,
    turn: OwnedMutexGuard<()>,
    parked: Parked,
) -> Result<u64, ProjectionError> {
    let task = tokio::spawn(async move {
        let outcome = live::catch_up(&log, group, parked, &|checkpoint| lane.note(checkpoint)).await;
        drop(turn);
        outcome
    });
    task.await.unwrap_or(Err(ProjectionError::ShuttingDown))
}
