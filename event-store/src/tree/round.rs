//! The sealer of a process, round after round over the tenants that it has met.

use std::{collections::HashMap, sync::Arc, time::Duration};

use futures_util::{StreamExt, stream};

use super::{
    error::SealError,
    sealer::{Sealed, Sealer},
};
use crate::{database::TenantTx, error::StoreError, log::Log, tenancy::TenantId};

/// From the begin of one round to that of the next.
const ROUND: Duration = Duration::from_secs(1);
/// Tenants with fresh commits that a round looks at.
const TENANTS_PER_ROUND: usize = 50;
/// Each of the others has its turn within so many rounds: the news of a commit may have been lost with its process.
const IDLE_ROUNDS: usize = 30;
/// And at most so many have their turn in a round.
const IDLE_PER_ROUND: usize = 10;
/// Logs that are sealed at the same time: each takes a connection.
const AT_ONCE: usize = 2;

#[derive(Default)]
struct Rounds {
    logs: Vec<Log>,
    next: usize,
    /// What was last said of a tenant, so that it is not said every second.
    reported: HashMap<TenantId, String>,
}

impl Sealer {
    /// Seals what this process has met until `shutdown` ends, and what was committed by then. Failures are logged and tried
    /// again.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) {
        let mut rounds = Rounds::default();
        let mut tick = tokio::time::interval(ROUND);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        tokio::pin!(shutdown);
        loop {
            let stopping = tokio::select! {
                biased;
                () = &mut shutdown => true,
                _ = tick.tick() => false,
            };
            rounds.logs = self.inner.store.met();
            self.round(&mut rounds, stopping).await;
            if stopping {
                return;
            }
        }
    }

    /// Whether a log has events that are in no checkpoint yet.
    pub async fn has_work(tx: &TenantTx) -> Result<bool, StoreError> {
        let statement = tx.statement("SELECT head.position > tree_head.size FROM head, tree_head").await?;
        Ok(tx.query_one(&statement, &[]).await?.get(0))
    }

    async fn round(&self, rounds: &mut Rounds, all_active: bool) {
        let due = rounds.due(all_active);
        let outcomes = stream::iter(due.into_iter().map(|log| async move {
            let outcome = self.look(&log).await;
            (log, outcome)
        }));
        let outcomes: Vec<_> = outcomes.buffer_unordered(AT_ONCE).collect().await;
        for (log, outcome) in outcomes {
            rounds.report(&log, outcome);
        }
    }

    /// Asks without a lock first: most looks find nothing.
    async fn look(&self, log: &Log) -> Result<(), SealError> {
        let known = self.known().get(log.incarnation()).map_or(0, |(size, _)| *size);
        let (status, sealed) = log.glance(known).await?;
        measure(log, &status);
        if status.size < known || status.head > status.size || (known == 0 && status.size > 0) {
            while let Sealed::To(_) = self.seal(log).await? {}
            measure(log, &log.tree_status().await?);
        } else if let Some(sealed) = sealed {
            // Another process sealed it.
            self.tell(log, &Arc::new(sealed))?;
        }
        Ok(())
    }
}

impl Rounds {
    /// Whose turn it is.
    fn due(&mut self, all_active: bool) -> Vec<Log> {
        let count = self.logs.len();
        let turn = (0..count).map(|step| (self.next + step) % count);
        let (active, idle): (Vec<usize>, Vec<usize>) = turn.partition(|index| is_active(&self.logs[*index]));
        let (limit, others) = if all_active {
            (active.len(), 0)
        } else {
            (TENANTS_PER_ROUND, count.div_ceil(IDLE_ROUNDS).min(IDLE_PER_ROUND))
        };
        let due: Vec<usize> = active.into_iter().take(limit).chain(idle.into_iter().take(others)).collect();
        if let Some(last) = due.last() {
            self.next = last + 1;
        }
        due.into_iter().map(|index| self.logs[index].clone()).collect()
    }

    fn report(&mut self, log: &Log, outcome: Result<(), SealError>) {
        let Err(error) = outcome else {
            self.reported.remove(log.tenant());
            return;
        };
        let text = error.to_string();
        if self.reported.get(log.tenant()) != Some(&text) {
            tracing::error!(tenant = %log.tenant(), error = text, "the log is not sealed");
            self.reported.insert(log.tenant().clone(), text);
        }
    }
}

/// Whether this process committed more than it knows to be sealed.
fn is_active(log: &Log) -> bool {
    let sealed = log.checkpoint().map_or(0, |sealed| sealed.checkpoint.size);
    *log.committed().borrow() > sealed
}

#[expect(clippy::cast_precision_loss, reason = "a lag beyond 2^52 is out of reach")]
fn measure(log: &Log, status: &super::read::TreeStatus) {
    let tenant = || log.tenant().to_string();
    let waiting = status.waiting_since.map_or(0, |since| (log.inner.clock.now() - since).num_milliseconds().max(0));
    metrics::gauge!("ledgerdesk_seal_lag_positions", "tenant" => tenant())
        .set(status.head.saturating_sub(status.size) as f64);
    metrics::gauge!("ledgerdesk_seal_lag_seconds", "tenant" => tenant()).set(waiting as f64 / 1000.0);
    metrics::gauge!("ledgerdesk_seal_stopped", "tenant" => tenant()).set(if status.stopped.is_some() {
        1.0
    } else {
        0.0
    });
}
