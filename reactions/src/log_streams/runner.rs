//! The worker of one tenant in one process.

use std::time::Duration;

use event_store::{Log, TenantTx};
use tokio::{sync::watch, task::JoinSet};

use crate::{
    error::ReactionError,
    log_streams::{LogStreams, lanes},
};

/// While something waits, or may be read soon, a worker looks at least this often.
const POLL: Duration = Duration::from_secs(1);
/// And while nothing does. What is added to the access log is heard of by nobody.
const IDLE: Duration = Duration::from_secs(10);
/// What comes close together is sent together.
const GATHER: Duration = Duration::from_millis(500);

/// Whether something waits in a lane, or a stream is not known here yet.
const HAS_WORK: &str = "
    SELECT EXISTS (SELECT FROM log_streams s, head, access_log_head WHERE s.active
            AND s.sent_to < CASE s.log WHEN 'audit' THEN head.position ELSE access_log_head.number END)
        OR EXISTS (SELECT FROM events e WHERE e.aggregate_type = 'log_stream' AND e.sequence = 1
            AND NOT EXISTS (SELECT FROM log_streams s WHERE s.stream_id = e.aggregate_id))";

impl LogStreams {
    /// Sends one tenant's streams until `shutdown` ends, and then until what is on its way has come back.
    pub async fn run(&self, log: &Log, shutdown: impl Future<Output = ()> + Send) {
        let mut committed = log.committed();
        let doorbell = self.doorbell(log.tenant());
        let mut batches = JoinSet::new();
        let mut reported = None;
        tokio::pin!(shutdown);
        loop {
            committed.mark_unchanged();
            let turn = log.turn().await;
            let claimed = self.claim_due(log).await;
            drop(turn);
            let failure = claimed.as_ref().err().map(ToString::to_string);
            if failure != reported
                && let Some(error) = &failure
            {
                tracing::error!(tenant = %log.tenant(), error, "log streams do not keep up");
            }
            reported = failure;
            for claimed in claimed.unwrap_or_default() {
                let (streams, log) = (self.clone(), log.clone());
                batches.spawn(async move { streams.drive(&log, claimed).await });
            }
            let waits = self.measure_or_say(log).await;
            let pause = if waits { POLL } else { IDLE };
            let healthy = reported.is_none();
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                // What was taken makes room for what stands behind it.
                Some(Ok(true)) = batches.join_next(), if healthy => {}
                true = news(&mut committed), if healthy => {}
                () = doorbell.notified(), if healthy => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        while batches.join_next().await.is_some() {}
    }

    /// Whether a worker has something to do for a tenant, now or later.
    pub async fn has_work(tx: &TenantTx) -> Result<bool, ReactionError> {
        let statement = tx.statement(HAS_WORK).await?;
        Ok(tx.query_one(&statement, &[]).await?.get(0))
    }

    /// Sends everything that is due, one batch after another; gives how many were taken. For tests and tools: a server has
    /// [`LogStreams::run`].
    pub async fn settle(&self, log: &Log) -> Result<u64, ReactionError> {
        let mut taken = 0;
        loop {
            let before = taken;
            for claimed in self.claim_due(log).await? {
                taken += u64::from(self.drive(log, claimed).await);
            }
            if taken == before {
                return Ok(taken);
            }
        }
    }

    /// Brings what is known of streams to what their events say.
    pub async fn catch_up(&self, log: &Log) -> Result<(), ReactionError> {
        lanes::follow(log).await.map(drop)
    }
}

/// Waits for a commit, and for those that come close after it.
async fn news(committed: &mut watch::Receiver<u64>) -> bool {
    let heard = committed.changed().await.is_ok();
    tokio::time::sleep(GATHER).await;
    heard
}
