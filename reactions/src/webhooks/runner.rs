//! The worker of one tenant in one process.

use std::time::Duration;

use event_store::Log;
use tokio::task::JoinSet;

use crate::{
    error::ReactionError,
    webhooks::{NAME, Webhooks, claim, claim::Claimed, prune, replay},
};

/// A worker learns of what other processes did, and of what has become due, at least this often.
const POLL: Duration = Duration::from_secs(1);
/// What was kept long enough goes this often.
const PRUNE: Duration = Duration::from_secs(3600);

/// Whether the log has more than was queued, and whether something is being replayed: one question for idle times.
const GLANCE: &str = "
    SELECT h.position > s.checkpoint AND s.state <> 'parked',
        EXISTS (SELECT 1 FROM webhook_replays WHERE finished_at IS NULL)
    FROM subscriptions s, head h WHERE s.name = $1";

impl Webhooks {
    /// Queues and delivers one tenant's webhooks until `shutdown` ends, and then until what is on its way has come back.
    /// Failures are logged and tried again.
    pub async fn run(&self, log: &Log, shutdown: impl Future<Output = ()> + Send) {
        let mut committed = log.committed();
        let doorbell = self.doorbell(log.tenant());
        let mut attempts = JoinSet::new();
        let mut reported = None;
        let mut prune = tokio::time::interval(PRUNE);
        tokio::pin!(shutdown);
        loop {
            while attempts.try_join_next().is_some() {}
            committed.mark_unchanged();
            let failure = self.step(log, &mut attempts).await.err().map(|error| error.to_string());
            // What is parked would otherwise say so every second.
            if let Some(error) = failure.as_ref().filter(|_| failure != reported) {
                tracing::error!(tenant = %log.tenant(), error, "webhooks do not keep up");
            }
            reported = failure;
            let healthy = reported.is_none();
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                _ = prune.tick() => self.forget_old(log).await,
                Some(_) = attempts.join_next(), if healthy => {}
                Ok(()) = committed.changed(), if healthy => {}
                () = doorbell.notified(), if healthy => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
        while attempts.join_next().await.is_some() {}
    }

    /// Does everything that is due, one thing after another; gives how many deliveries were attempted. For tests and
    /// tools: a server has [`Webhooks::run`].
    pub async fn settle(&self, log: &Log) -> Result<u64, ReactionError> {
        let mut attempted = 0;
        loop {
            self.catch_up(log).await?;
            let replayed = replay::advance(self, log).await?;
            let claimed = self.claim_due(log).await?;
            if claimed.is_empty() && !replayed {
                return Ok(attempted);
            }
            attempted += claimed.len() as u64;
            futures_util::future::join_all(claimed.iter().map(|claimed| self.attempt(log, claimed))).await;
        }
    }

    /// Queues what is new, and begins what is due.
    async fn step(&self, log: &Log, attempts: &mut JoinSet<()>) -> Result<(), ReactionError> {
        let tx = log.begin().await?;
        let statement = tx.statement(GLANCE).await?;
        let row = tx.query_opt(&statement, &[&NAME]).await?.ok_or(ReactionError::NotInstalled(NAME))?;
        tx.commit().await?;
        // What is queued is delivered even while nothing more can be queued.
        let queued = async {
            if row.get(0) {
                self.catch_up(log).await?;
            }
            if row.get(1) && replay::advance(self, log).await? {
                self.doorbell(log.tenant()).notify_one();
            }
            Ok(())
        };
        let queued = queued.await;
        for claimed in self.claim_due(log).await? {
            let (webhooks, log) = (self.clone(), log.clone());
            attempts.spawn(async move { webhooks.attempt(&log, &claimed).await });
        }
        queued
    }

    /// Claims whatever is due, of each endpoint as much as its cap lets.
    pub(super) async fn claim_due(&self, log: &Log) -> Result<Vec<Claimed>, ReactionError> {
        let now = self.clock().now();
        let tx = log.begin().await?;
        let due = claim::due(&tx, now).await?;
        tx.commit().await?;
        let mut all = vec![];
        for webhook in due {
            let tx = log.begin().await?;
            all.extend(claim::claim(&tx, &webhook, now, self.ids().next()).await?);
            tx.commit().await?;
        }
        Ok(all)
    }

    async fn forget_old(&self, log: &Log) {
        if let Err(error) = prune::prune(log, self.clock().now()).await {
            tracing::warn!(tenant = %log.tenant(), %error, "old deliveries could not be forgotten");
        }
    }
}
