//! Taking a delivery in hand: for a while, and only one worker at a time.
//!
//! What is claimed is a lane, so that no later event of a ticket is sent while an earlier one is on its way. The lease
//! outlives every attempt; that of a worker that died runs out, and another one sends again.

use chrono::{DateTime, TimeDelta, Utc};
use event_store::{TenantTx, driver::Row, unsigned};
use uuid::Uuid;

use crate::{
    error::ReactionError,
    webhooks::{health, queue::TEST_LANE},
};

/// How long a worker may keep a lane: several times an attempt's longest time.
pub(crate) const LEASE: TimeDelta = TimeDelta::seconds(60);
/// A worker that was held up this close to the end of its lease begins nothing any more.
const MARGIN: TimeDelta = TimeDelta::seconds(20);
/// Requests that are on their way to one endpoint at once, over all processes.
pub(crate) const AT_ONCE: i64 = 8;

/// A delivery in the hand of this worker.
#[derive(Clone, Debug)]
pub(crate) struct Claimed {
    pub lease: Uuid,
    pub leased_until: DateTime<Utc>,
    pub webhook: String,
    pub lane: String,
    pub url: Option<String>,
    pub delivery: String,
    pub event_id: String,
    pub position: Option<u64>,
    pub general: String,
    pub attempts: u32,
    /// Why its lane is parked; none while deliveries can be made.
    pub parked: Option<String>,
}

impl Claimed {
    /// Whether there is time for an attempt before the lease runs out.
    pub fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        now + MARGIN < self.leased_until
    }

    /// Whether it only tries the endpoint.
    pub fn is_test(&self) -> bool {
        self.position.is_none()
    }
}

/// The endpoints that have something due: those that are active and not left alone, and those with a test.
const DUE: &str = "
    SELECT w.id FROM webhooks w LEFT JOIN webhook_health h ON h.webhook_id = w.id
    WHERE (w.state = 'active' AND coalesce(greatest(h.hold_until, h.paused_until) <= $1, true) AND EXISTS (
            SELECT 1 FROM webhook_lanes l WHERE l.webhook_id = w.id AND l.due_at <= $1
            AND (l.leased_until IS NULL OR l.leased_until <= $1)))
        OR (w.state <> 'deleted' AND EXISTS (
            SELECT 1 FROM webhook_lanes l WHERE l.webhook_id = w.id AND l.lane >= 'test:' AND l.lane < 'test;'
            AND l.due_at <= $1 AND (l.leased_until IS NULL OR l.leased_until <= $1)))
    ORDER BY w.id";

pub(crate) async fn due(tx: &TenantTx, now: DateTime<Utc>) -> Result<Vec<String>, ReactionError> {
    let statement = tx.statement(DUE).await?;
    Ok(tx.query(&statement, &[&now]).await?.iter().map(|row| row.get(0)).collect())
}

/// Whoever locks the endpoint's row claims for it; another worker passes on. So the cap holds over all processes.
const LOCK: &str = "
    SELECT w.url, w.state = 'active' AND coalesce(greatest(h.hold_until, h.paused_until) <= $2, true),
        coalesce(h.failures, 0)
    FROM webhooks w LEFT JOIN webhook_health h ON h.webhook_id = w.id
    WHERE w.id = $1 AND w.state <> 'deleted' FOR NO KEY UPDATE OF w SKIP LOCKED";

/// Picked before anything is changed: a sub-select with a limit may run more than once.
const CLAIM: &str = "
    WITH picked AS MATERIALIZED (
        SELECT lane FROM webhook_lanes
        WHERE webhook_id = $1 AND due_at <= $2 AND (leased_until IS NULL OR leased_until <= $2)
            AND ($6 OR (lane >= 'test:' AND lane < 'test;'))
        ORDER BY due_at, lane LIMIT $5 FOR UPDATE SKIP LOCKED)
    UPDATE webhook_lanes l SET lease = $3, leased_until = $4 FROM picked
    WHERE l.webhook_id = $1 AND l.lane = picked.lane
    RETURNING l.lane";

const HEADS: &str = "
    SELECT l.lane, d.id, d.event_id, d.position, d.event, d.attempts, (
        SELECT parked FROM webhook_lanes own WHERE own.webhook_id = $1 AND own.lane = l.lane)
    FROM unnest($2::text[]) AS l(lane) LEFT JOIN LATERAL (
        SELECT id, event_id, position, event, attempts FROM webhook_deliveries
        WHERE webhook_id = $1 AND lane = l.lane AND status = 'pending' ORDER BY seq LIMIT 1) d ON true
    ORDER BY l.lane";

/// Claims what is due for an endpoint, as far as its cap lets.
pub(crate) async fn claim(
    tx: &TenantTx,
    webhook: &str,
    now: DateTime<Utc>,
    lease: Uuid,
) -> Result<Vec<Claimed>, ReactionError> {
    let statement = tx.statement(LOCK).await?;
    let Some(endpoint) = tx.query_opt(&statement, &[&webhook, &now]).await? else { return Ok(vec![]) };
    let (url, all, failures): (Option<String>, bool, i32) = (endpoint.get(0), endpoint.get(1), endpoint.get(2));
    let statement =
        tx.statement("SELECT count(*) FROM webhook_lanes WHERE webhook_id = $1 AND leased_until > $2").await?;
    let busy: i64 = tx.query_one(&statement, &[&webhook, &now]).await?.get(0);
    let cap = if all && failures >= health::TRIPS { 1 } else { AT_ONCE };
    let room = cap - busy;
    if room <= 0 {
        return Ok(vec![]);
    }
    let leased_until = now + LEASE;
    let statement = tx.statement(CLAIM).await?;
    let claimed = tx.query(&statement, &[&webhook, &now, &lease, &leased_until, &room, &all]).await?;
    let lanes: Vec<String> = claimed.iter().map(|row| row.get(0)).collect();
    if lanes.is_empty() {
        return Ok(vec![]);
    }
    let statement = tx.statement(HEADS).await?;
    let mut heads = vec![];
    for row in tx.query(&statement, &[&webhook, &lanes]).await? {
        if row.get::<_, Option<&str>>(1).is_some() {
            heads.push(head(&row, webhook, url.clone(), lease, leased_until));
        } else {
            // Nothing pending in it: it was left over.
            let lane: &str = row.get(0);
            tx.execute("DELETE FROM webhook_lanes WHERE webhook_id = $1 AND lane = $2", &[&webhook, &lane]).await?;
        }
    }
    Ok(heads)
}

fn head(row: &Row, webhook: &str, url: Option<String>, lease: Uuid, leased_until: DateTime<Utc>) -> Claimed {
    Claimed {
        lease,
        leased_until,
        webhook: webhook.to_owned(),
        lane: row.get(0),
        url,
        delivery: row.get(1),
        event_id: row.get(2),
        position: row.get::<_, Option<i64>>(3).map(unsigned),
        general: row.get(4),
        attempts: u32::try_from(row.get::<_, i32>(5)).unwrap_or(0),
        parked: row.get(6),
    }
}

/// The lane of a test.
pub(crate) fn test_lane(delivery: &str) -> String {
    format!("{TEST_LANE}{delivery}")
}
