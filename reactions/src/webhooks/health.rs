//! How an endpoint fares: since when it takes nothing, and until when it is left alone.
//!
//! After [`TRIPS`] failures in a row an endpoint is tried by one delivery at a time, seldom: a receiver that is down
//! costs it and us little, however much waits for it. The first that it takes ends that, and all that is due is sent.

use chrono::{DateTime, TimeDelta, Utc};
use event_store::TenantTx;

use crate::error::ReactionError;

/// So many failures in a row open the breaker.
pub(crate) const TRIPS: i32 = 10;
/// The pause after these; each failure more doubles it.
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(5);
/// It is never longer than this.
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(5);

/// What an attempt says of the endpoint.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Report {
    /// When it came back.
    pub at: DateTime<Utc>,
    /// Whether it was taken.
    pub taken: bool,
    /// Until when the receiver asks to be left alone.
    pub hold_until: Option<DateTime<Utc>>,
}

const NOTE: &str = "
    INSERT INTO webhook_health (webhook_id, last_success_at, last_failure_at, failing_since, hold_until, failures)
    SELECT $1::text, CASE WHEN taken THEN at END, CASE WHEN NOT taken THEN at END, CASE WHEN NOT taken THEN at END,
        hold, CASE WHEN taken THEN 0 ELSE 1 END
    FROM (SELECT $2::timestamptz AS at, $3::boolean AS taken, $4::timestamptz AS hold) attempt
    ON CONFLICT (webhook_id) DO UPDATE SET
        last_success_at = coalesce(excluded.last_success_at, webhook_health.last_success_at),
        last_failure_at = coalesce(excluded.last_failure_at, webhook_health.last_failure_at),
        failing_since = CASE WHEN $3::boolean THEN NULL
            ELSE coalesce(webhook_health.failing_since, excluded.failing_since) END,
        hold_until = greatest(excluded.hold_until, webhook_health.hold_until),
        failures = CASE WHEN $3::boolean THEN 0 ELSE least(webhook_health.failures, 1000000) + 1 END,
        paused_until = CASE WHEN NOT $3::boolean THEN webhook_health.paused_until END
    RETURNING failing_since, failures";

/// Notes it; gives since when the endpoint has taken nothing.
pub(crate) async fn note(tx: &TenantTx, webhook: &str, report: Report) -> Result<Option<DateTime<Utc>>, ReactionError> {
    let Report { at, taken, hold_until } = report;
    let statement = tx.statement(NOTE).await?;
    let row = tx.query_one(&statement, &[&webhook, &at, &taken, &hold_until]).await?;
    if let Some(pause) = pause(row.get(1)) {
        let statement = tx.statement("UPDATE webhook_health SET paused_until = $2 WHERE webhook_id = $1").await?;
        tx.execute(&statement, &[&webhook, &(at + pause)]).await?;
    }
    Ok(row.get(0))
}

/// How long an endpoint is left alone after so many failures in a row; none: the schedule of each delivery is enough.
pub(crate) fn pause(failures: i32) -> Option<TimeDelta> {
    let beyond = failures.checked_sub(TRIPS).filter(|beyond| *beyond >= 0)?;
    let doubled = FIRST_PAUSE * (1 << beyond.min(10));
    Some(doubled.min(LONGEST_PAUSE))
}

/// Forgets failures and pauses: somebody has mended the endpoint.
pub(crate) async fn forget(tx: &TenantTx, webhook: &str) -> Result<(), ReactionError> {
    let sql = "UPDATE webhook_health SET failing_since = NULL, hold_until = NULL, paused_until = NULL, failures = 0
               WHERE webhook_id = $1";
    tx.execute(sql, &[&webhook]).await?;
    Ok(())
}

/// Forgets the pauses alone: somebody asks for the endpoint to be tried.
pub(crate) async fn forget_pauses(tx: &TenantTx, webhook: &str) -> Result<(), ReactionError> {
    let sql = "UPDATE webhook_health SET hold_until = NULL, paused_until = NULL WHERE webhook_id = $1";
    tx.execute(sql, &[&webhook]).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pauses_begin_after_ten_failures_and_double_up_to_five_minutes() {
        assert_eq!((pause(0), pause(9)), (None, None));
        let seconds: Vec<i64> = (10..19).filter_map(pause).map(|pause| pause.num_seconds()).collect();
        assert_eq!(seconds, [5, 10, 20, 40, 80, 160, 300, 300, 300]);
        assert_eq!(pause(i32::MAX), Some(LONGEST_PAUSE));
        assert_eq!(pause(i32::MIN), None);
    }
}
