//! The worker of one tenant in one process.

use std::time::Duration;

use domain::tenant::Feature;
use event_store::{Log, Parked, TenantTx};
use tokio::{sync::watch, task::JoinSet, time::MissedTickBehavior};

use crate::{
    error::ReactionError,
    webhooks::{NAME, Webhooks, claim, claim::Claimed, prune, replay},
};

/// While deliveries wait for their time, a worker looks at least this often.
const POLL: Duration = Duration::from_secs(1);
/// And while nothing waits: what other processes commit is heard of ([`Log::committed`]), unless they are killed first.
const IDLE: Duration = Duration::from_secs(30);
/// Commits that come close together are looked at together: a busy tenant's log is not read for each of them.
const GATHER: Duration = Duration::from_millis(25);
/// What is parked is tried anew this often: an older program, beside this one while versions change, may have parked
/// before an event that this one can read.
const TRY_PARKED: Duration = Duration::from_secs(60);
/// The gauges are set this often.
const MEASURE: Duration = Duration::from_secs(10);

/// Whether the log has more than was queued, whether the reaction is parked, whether something is being replayed, and
/// whether anybody listens, and whether a delivery waits: one question for idle times.
const GLANCE: &str = "
    SELECT h.position > s.checkpoint, s.state = 'parked',
        EXISTS (SELECT 1 FROM webhook_replays WHERE finished_at IS NULL),
        EXISTS (SELECT 1 FROM webhooks WHERE state = 'active'),
        EXISTS (SELECT 1 FROM webhook_lanes)
    FROM subscriptions s, head h WHERE s.name = $1";

/// Whether a worker has something to do, now or later.
const HAS_WORK: &str = "
    SELECT h.position > s.checkpoint OR s.state = 'parked'
        OR EXISTS (SELECT 1 FROM webhook_replays WHERE finished_at IS NULL)
        OR EXISTS (SELECT 1 FROM webhook_lanes)
    FROM subscriptions s, head h WHERE s.name = $1";

/// What a look at a tenant saw.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    /// Somebody listens.
    listening: bool,
    /// Something is queued, or may have been just now.
    waits: bool,
}

impl Webhooks {
    /// Queues and delivers one tenant's webhooks until `shutdown` ends, and then until what is on its way has come back.
    /// Failures are logged and tried again.
    pub async fn run(&self, log: &Log, shutdown: impl Future<Output = ()> + Send) {
        let mut committed = log.committed();
        let doorbell = self.doorbell(log.tenant());
        let mut attempts = JoinSet::new();
        let mut reported = None;
        let mut seen = Seen::default();
        let mut parked = Parked::IsTriedAnew;
        let (mut try_parked, mut measure) = (interval(TRY_PARKED), interval(MEASURE));
        tokio::pin!(shutdown);
        loop {
            while attempts.try_join_next().is_some() {}
            committed.mark_unchanged();
            let turn = log.turn().await;
            let stepped = self.step(log, parked, &mut attempts).await;
            drop(turn);
            parked = Parked::Stays;
            let failure = stepped.as_ref().err().map(ToString::to_string);
            let waited = seen.waits;
            seen = stepped.unwrap_or(seen);
            if waited && !seen.waits {
                self.measure_or_say(log).await;
            }
            // What is parked would otherwise say so every second.
            if failure != reported {
                if let Some(error) = &failure {
                    tracing::error!(tenant = %log.tenant(), error, "webhooks do not keep up");
                }
                self.measure_or_say(log).await;
            }
            reported = failure;
            let healthy = reported.is_none();
            let pause = if healthy && !seen.waits && attempts.is_empty() { IDLE } else { POLL };
            // Where nobody listens, a busy log is not looked at for each of its commits.
            let gather = if seen.listening { GATHER } else { POLL };
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                _ = try_parked.tick() => parked = Parked::IsTriedAnew,
                _ = measure.tick(), if seen.waits => self.measure_or_say(log).await,
                Some(_) = attempts.join_next(), if healthy => {}
                true = news(&mut committed, gather), if healthy => {}
                () = doorbell.notified(), if healthy => {}
                () = tokio::time::sleep(pause) => if pause == IDLE {
                    self.measure_or_say(log).await;
                },
            }
        }
        while attempts.join_next().await.is_some() {}
    }

    /// Whether a worker has something to do for a tenant, now or later.
    pub async fn has_work(tx: &TenantTx) -> Result<bool, ReactionError> {
        let statement = tx.statement(HAS_WORK).await?;
        Ok(tx.query_opt(&statement, &[&NAME]).await?.is_some_and(|row| row.get(0)))
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

    /// Queues what is new, and begins what is due; gives what it saw.
    async fn step(&self, log: &Log, parked: Parked, attempts: &mut JoinSet<()>) -> Result<Seen, ReactionError> {
        let tx = log.begin().await?;
        let statement = tx.statement(GLANCE).await?;
        let row = tx.query_opt(&statement, &[&NAME]).await?.ok_or(ReactionError::NotInstalled(NAME))?;
        tx.commit().await?;
        let (news, is_parked, replaying): (bool, bool, bool) = (row.get(0), row.get(1), row.get(2));
        // What is queued is delivered even while nothing more can be queued.
        let queued = async {
            match (is_parked, parked) {
                (true, Parked::IsTriedAnew) => drop(self.resume(log).await?),
                (false, _) if news => drop(self.catch_up(log).await?),
                _ => {}
            }
            if replaying && replay::advance(self, log).await? {
                self.wake(log.tenant());
            }
            Ok::<_, ReactionError>(())
        };
        let queued = queued.await;
        let mut seen = Seen { listening: row.get(3), waits: row.get::<_, bool>(4) || replaying || news };
        for claimed in self.claim_due(log).await? {
            seen.waits = true;
            let (webhooks, log) = (self.clone(), log.clone());
            attempts.spawn(async move { webhooks.attempt(&log, &claimed).await });
        }
        queued.map(|()| seen)
    }

    /// Claims whatever is due, of each endpoint as much as its cap lets.
    pub(super) async fn claim_due(&self, log: &Log) -> Result<Vec<Claimed>, ReactionError> {
        // Nothing leaves a sandbox, whatever its endpoints say.
        if log.is_masked() {
            return Ok(vec![]);
        }
        let now = self.clock().now();
        let tx = log.begin().await?;
        let due = claim::due(&tx, now).await?;
        tx.commit().await?;
        // They wait, and go out in their order when the plan has webhooks again.
        if due.is_empty() || !self.inner.desk.entitlements(log).await?.has(Feature::Webhooks) {
            return Ok(vec![]);
        }
        let mut all = vec![];
        for webhook in due {
            let tx = log.begin().await?;
            all.extend(claim::claim(&tx, &webhook, now, self.ids().next()).await?);
            tx.commit().await?;
        }
        Ok(all)
    }

    /// Forgets what ended more than 30 days ago; gives how many deliveries.
    pub async fn prune(&self, log: &Log) -> Result<u64, ReactionError> {
        prune::prune(log, self.clock().now()).await
    }

    async fn measure_or_say(&self, log: &Log) {
        if let Err(error) = self.measure(log).await {
            tracing::debug!(tenant = %log.tenant(), %error, "webhooks could not be measured");
        }
    }
}

/// Waits for a commit, and for those that come close after it.
async fn news(committed: &mut watch::Receiver<u64>, gather: Duration) -> bool {
    let heard = committed.changed().await.is_ok();
    tokio::time::sleep(gather).await;
    heard
}

/// From now on; what was missed is not made up for.
fn interval(every: Duration) -> tokio::time::Interval {
    let mut interval = tokio::time::interval(every);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
