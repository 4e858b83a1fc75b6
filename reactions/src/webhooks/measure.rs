//! What an operator watches: how much waits, for how long, and what attempts come to.

use std::time::Duration;

use chrono::{DateTime, Utc};
use event_store::{Log, Standing, unsigned};

use crate::{
    error::ReactionError,
    webhooks::{NAME, Webhooks, schedule::Heard},
};

/// What waits in one tenant, at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// The last position that was queued for endpoints.
    pub checkpoint: u64,
    /// The end of the log.
    pub head: u64,
    /// Why the reaction is parked; none while it runs.
    pub parked: Option<String>,
    /// How many keys are parked: their first delivery cannot be made, for a fault of our own.
    pub parked_keys: u64,
    /// Deliveries that are pending, of active endpoints.
    pub pending: u64,
    /// Since when the oldest of those is due that nobody holds: neither a worker, nor its endpoint by asking for peace.
    pub oldest_due: Option<DateTime<Utc>>,
    /// Endpoints that the product has disabled, because they are gone or took nothing for days.
    pub disabled: u64,
}

const BACKLOG: &str = "
    SELECT s.checkpoint, head.position, CASE WHEN s.state = 'parked' THEN coalesce(s.last_error, '') END,
        (SELECT count(*) FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id
         WHERE d.status = 'pending' AND w.state = 'active'),
        (SELECT min((SELECT min(l.due_at) FROM webhook_lanes l WHERE l.webhook_id = w.id AND l.due_at <= $2
             AND (l.leased_until IS NULL OR l.leased_until <= $2)))
         FROM webhooks w LEFT JOIN webhook_health h ON h.webhook_id = w.id
         WHERE w.state = 'active' AND coalesce(greatest(h.hold_until, h.paused_until) <= $2, true)),
        (SELECT count(*) FROM webhooks WHERE state = 'disabled' AND disabled_reason IN ('gone', 'failing')),
        (SELECT count(*) FROM webhook_lanes WHERE parked IS NOT NULL)
    FROM subscriptions s, head WHERE s.name = $1";

/// What waits at `now`.
pub async fn backlog(log: &Log, now: DateTime<Utc>) -> Result<Backlog, ReactionError> {
    let tx = log.begin().await?;
    let statement = tx.statement(BACKLOG).await?;
    let row = tx.query_opt(&statement, &[&NAME, &now]).await?.ok_or(ReactionError::NotInstalled(NAME))?;
    tx.commit().await?;
    Ok(Backlog {
        checkpoint: unsigned(row.get(0)),
        head: unsigned(row.get(1)),
        parked: row.get(2),
        pending: unsigned(row.get(3)),
        oldest_due: row.get(4),
        disabled: unsigned(row.get(5)),
        parked_keys: unsigned(row.get(6)),
    })
}

impl Webhooks {
    /// Sets the gauges of a tenant to what they are at this moment.
    #[expect(clippy::cast_precision_loss, reason = "more than 2^52 deliveries are out of reach")]
    pub async fn measure(&self, log: &Log) -> Result<Backlog, ReactionError> {
        let now = self.clock().now();
        let backlog = backlog(log, now).await?;
        let tenant = || log.tenant().to_string();
        let waited = backlog.oldest_due.map_or(0, |due| (now - due).num_milliseconds().max(0));
        let Backlog { checkpoint, head, parked, parked_keys, .. } = backlog.clone();
        log.note_standing(NAME, Standing { checkpoint, head, parked, parked_keys });
        metrics::gauge!("ledgerdesk_webhook_deliveries_pending", "tenant" => tenant()).set(backlog.pending as f64);
        metrics::gauge!("ledgerdesk_webhook_oldest_due_seconds", "tenant" => tenant()).set(waited as f64 / 1000.0);
        metrics::gauge!("ledgerdesk_webhook_endpoints_disabled", "tenant" => tenant()).set(backlog.disabled as f64);
        Ok(backlog)
    }
}

/// Counts an attempt by what was heard.
pub(crate) fn attempt(heard: &Heard, took: Duration) {
    let outcome = match heard.status {
        Some(200..=299) => "taken",
        Some(_) => "refused",
        None => "unanswered",
    };
    metrics::counter!("ledgerdesk_webhook_attempts_total", "outcome" => outcome).increment(1);
    metrics::histogram!("ledgerdesk_webhook_attempt_seconds", "outcome" => outcome).record(took.as_secs_f64());
}
