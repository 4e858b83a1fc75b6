//! Writing down what came of an attempt, and what follows for the lane and the endpoint: one transaction.

use std::time::Duration;

use chrono::{DateTime, Utc};
use event_store::{Log, SealedColumn, TenantTx};
use serde::{Deserialize, Serialize};

use crate::{
    error::ReactionError,
    webhooks::{
        claim::Claimed,
        health::{self, Report},
        schedule::Verdict,
    },
};

/// One attempt, as it is kept.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub at: DateTime<Utc>,
    pub took: Duration,
    pub status: Option<u16>,
    pub error: Option<String>,
    pub exchange: Exchange,
}

/// What was sent and what came back. Kept sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Exchange {
    pub url: String,
    pub request_headers: Vec<(String, String)>,
    pub response_headers: Vec<(String, String)>,
    pub response_body: String,
    pub response_truncated: bool,
}

/// What is sealed here, for those who seal it under another version of the tenant's key.
pub(crate) const SEALED: SealedColumn = SealedColumn {
    table: "webhook_attempts",
    column: "sealed",
    place: "'webhook attempt ' || delivery_id || ' ' || number",
};

/// The place that an attempt's exchange is sealed for.
pub(crate) fn about(delivery: &str, number: i32) -> String {
    format!("webhook attempt {delivery} {number}")
}

/// An answer that was on its way while somebody was erased may be about them: it is not kept.
const ATTEMPT: &str = "
    INSERT INTO webhook_attempts (delivery_id, number, at, duration_ms, status, error, sealed, key_version)
    SELECT $1::text, $2::integer, $3::timestamptz, $4::integer, $5::smallint, $6::text, $7::bytea, $8::integer
    WHERE NOT EXISTS (SELECT FROM erased_subjects WHERE erased_at >= $3)
    ON CONFLICT (delivery_id, number) DO NOTHING";

const DELIVERY: &str = "
    UPDATE webhook_deliveries SET status = $2, attempts = $3, last_status = $4, last_error = $5, next_attempt_at = $6,
        finished_at = $7
    WHERE id = $1";

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recorded {
    /// It stands; since when the endpoint has taken nothing.
    Stands(Option<DateTime<Utc>>),
    /// The lease had run out, and somebody else has the lane: what they find counts.
    LeaseLost,
}

/// Records an attempt. `hold_until`: the receiver asks to be left alone until then.
pub(crate) async fn record(
    log: &Log,
    claimed: &Claimed,
    attempt: &Attempt,
    verdict: Verdict,
    hold_until: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Recorded, ReactionError> {
    let tx = log.begin().await?;
    if !holds(&tx, claimed).await? {
        tx.commit().await?;
        return Ok(Recorded::LeaseLost);
    }
    let number = i32::try_from(claimed.attempts + 1).unwrap_or(i32::MAX);
    log.learn_keys(&tx).await?;
    let sealed = serde_json::to_vec(&attempt.exchange).unwrap_or_default();
    let sealed = log.seal_secret(&about(&claimed.delivery, number), &sealed);
    let status = attempt.status.and_then(|status| i16::try_from(status).ok());
    let took = i32::try_from(attempt.took.as_millis()).unwrap_or(i32::MAX);
    let statement = tx.statement(ATTEMPT).await?;
    let (bytes, version) = (&sealed.bytes, &sealed.key_version);
    let (delivery, error) = (&claimed.delivery, &attempt.error);
    tx.execute(&statement, &[delivery, &number, &attempt.at, &took, &status, error, bytes, version]).await?;
    let (word, next, finished) = match verdict {
        Verdict::Delivered => ("delivered", None, Some(now)),
        Verdict::Retry(at) => ("pending", Some(at), None),
        Verdict::Failed | Verdict::Gone => ("failed", None, Some(now)),
    };
    let statement = tx.statement(DELIVERY).await?;
    tx.execute(&statement, &[&claimed.delivery, &word, &number, &status, &attempt.error, &next, &finished]).await?;
    release(&tx, claimed, next, now, None).await?;
    let failing_since = if claimed.is_test() {
        None
    } else {
        let report = Report { at: now, taken: verdict == Verdict::Delivered, hold_until };
        health::note(&tx, &claimed.webhook, report).await?
    };
    tx.commit().await?;
    Ok(Recorded::Stands(failing_since))
}

/// What is told of a delivery that could not be attempted for a reason of our own.
const OUR_FAULT: &str = "this server had a fault of its own: that is no attempt, and it is tried again";

/// Gives such a delivery back: it is due again at `next`. `parked` says why its lane stands until then, where that is not
/// likely to pass.
pub(crate) async fn put_back(
    log: &Log,
    claimed: &Claimed,
    next: DateTime<Utc>,
    parked: Option<&str>,
) -> Result<(), ReactionError> {
    let tx = log.begin().await?;
    if holds(&tx, claimed).await? {
        let sql = "UPDATE webhook_deliveries SET last_error = $2, next_attempt_at = $3 WHERE id = $1";
        tx.execute(sql, &[&claimed.delivery, &OUR_FAULT, &next]).await?;
        release(&tx, claimed, Some(next), next, parked).await?;
    }
    Ok(tx.commit().await?)
}

/// Whether the lane is still this worker's; locks it.
async fn holds(tx: &TenantTx, claimed: &Claimed) -> Result<bool, ReactionError> {
    let statement = tx
        .statement("SELECT 1 FROM webhook_lanes WHERE webhook_id = $1 AND lane = $2 AND lease = $3 FOR UPDATE")
        .await?;
    Ok(tx.query_opt(&statement, &[&claimed.webhook, &claimed.lane, &claimed.lease]).await?.is_some())
}

/// Gives the lane up: due at `next` for the same delivery, at once for the one behind it, or not at all.
async fn release(
    tx: &TenantTx,
    claimed: &Claimed,
    next: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    parked: Option<&str>,
) -> Result<(), ReactionError> {
    // Whoever adds to a lane holds its lock until they commit, so what is not seen here is not there.
    let statement = tx
        .statement(
            "SELECT 1 FROM webhook_deliveries WHERE webhook_id = $1 AND lane = $2 AND status = 'pending' LIMIT 1",
        )
        .await?;
    if tx.query_opt(&statement, &[&claimed.webhook, &claimed.lane]).await?.is_none() {
        let statement = tx.statement("DELETE FROM webhook_lanes WHERE webhook_id = $1 AND lane = $2").await?;
        tx.execute(&statement, &[&claimed.webhook, &claimed.lane]).await?;
        return Ok(());
    }
    let due = next.unwrap_or(now);
    let statement = tx
        .statement(
            "UPDATE webhook_lanes SET due_at = $3, lease = NULL, leased_until = NULL, parked = $4
             WHERE webhook_id = $1 AND lane = $2",
        )
        .await?;
    tx.execute(&statement, &[&claimed.webhook, &claimed.lane, &due, &parked]).await?;
    Ok(())
}
