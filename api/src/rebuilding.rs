//! The work of a program that finds read models of an older version: it serves them, and builds its own beside them.

use std::time::Duration;

use event_store::Log;
use projections::{Group, Pace, Progress, RebuildSettings, Then};
use tokio::sync::Semaphore;

/// What failed is tried again after this; it goes on where it stopped.
const AGAIN: Duration = Duration::from_secs(60);
const SETTINGS: RebuildSettings = RebuildSettings { pace: Pace::Considerate, then: Then::Switch };

/// Rebuilds a group, tenant after tenant by `turn`, until it has succeeded.
pub async fn until_done(log: &Log, group: Group, turn: &Semaphore) {
    loop {
        // It is never closed.
        let Ok(turn) = turn.acquire().await else { return };
        let tenant = log.tenant();
        match projections::rebuild(log, group, SETTINGS, &|progress| measure(log, group, progress)).await {
            Ok(rebuilt) => {
                let generation = rebuilt.generation;
                return tracing::info!(%tenant, %group, generation, "the read models are of this version now");
            }
            Err(error) => {
                tracing::error!(%tenant, %group, %error, "the read models cannot be rebuilt; it is tried again");
            }
        }
        drop(turn);
        tokio::time::sleep(AGAIN).await;
    }
}

#[expect(clippy::cast_precision_loss, reason = "a log beyond 2^52 positions is out of reach")]
fn measure(log: &Log, group: Group, progress: Progress) {
    if let Progress::Folded { position, head } = progress {
        let tenant = log.tenant().to_string();
        let left = metrics::gauge!("ledgerdesk_rebuild_lag_positions", "tenant" => tenant, "group" => group.as_str());
        left.set(head.saturating_sub(position) as f64);
    }
}
