//! Forgetting deliveries and attempts whose time is over, a few at a time.

use chrono::{DateTime, TimeDelta, Utc};
use event_store::Log;

use crate::error::ReactionError;

/// How long a delivery is kept after it ended, with its attempts.
const KEPT: TimeDelta = TimeDelta::days(30);
/// Rows per transaction.
const BATCH: i64 = 1000;

/// Those that ended long ago, and those of endpoints that are no more.
const OLD: &str = "
    WITH old AS MATERIALIZED (
        SELECT id FROM (
            (SELECT id FROM webhook_deliveries WHERE finished_at < $1 LIMIT $2)
            UNION ALL
            (SELECT d.id FROM webhooks w JOIN webhook_deliveries d ON d.webhook_id = w.id
             WHERE w.state = 'deleted' AND w.updated_at < $1 LIMIT $2)) found
        LIMIT $2),
    attempts AS (DELETE FROM webhook_attempts WHERE delivery_id IN (SELECT id FROM old))
    DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM old)";

/// Secrets that were made for a webhook, or a log stream, which then was not: the process died in between.
const LEFT_OVER: &str = "
    DELETE FROM webhook_secrets s WHERE created_at < $1 AND NOT EXISTS (
        SELECT 1 FROM events e WHERE e.aggregate_type IN ('webhook', 'log_stream') AND e.aggregate_id = s.webhook_id)";

/// Forgets what ended more than 30 days before `now`; gives how many deliveries.
pub(crate) async fn prune(log: &Log, now: DateTime<Utc>) -> Result<u64, ReactionError> {
    let before = now - KEPT;
    let mut gone = 0;
    loop {
        let tx = log.begin().await?;
        let batch = tx.execute(OLD, &[&before, &BATCH]).await?;
        tx.execute("DELETE FROM webhook_replays WHERE finished_at < $1", &[&before]).await?;
        tx.execute("DELETE FROM webhook_secrets WHERE expires_at < $1", &[&now]).await?;
        tx.execute(LEFT_OVER, &[&(now - TimeDelta::days(1))]).await?;
        tx.commit().await?;
        gone += batch;
        if batch < 1000 {
            return Ok(gone);
        }
    }
}
