//! Writing down what is to be sent: deliveries, and the lanes that workers claim.
//!
//! Only under the lock on the checkpoint: it gives the order within a lane.

use chrono::{DateTime, Utc};
use domain::{DeliveryId, EventId, PublicType};
use event_store::{Ids, TenantTx, signed, unsigned};

use crate::{error::ReactionError, webhooks::endpoint::Endpoint};

/// Why something is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// It happened.
    Live,
    /// Somebody asked for it again.
    Replay,
    /// Somebody tries the endpoint.
    Test,
}

impl Origin {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Replay => "replay",
            Self::Test => "test",
        }
    }
}

/// The lanes of tests begin so: a test waits for nothing, and goes to disabled endpoints too.
pub(crate) const TEST_LANE: &str = "test:";

/// One event for one endpoint.
#[derive(Clone, Debug)]
pub(crate) struct NewDelivery {
    pub id: String,
    pub webhook: String,
    pub lane: String,
    pub event_id: String,
    pub position: Option<u64>,
    pub general: String,
    pub finer: String,
    pub origin: Origin,
    pub replay_of: Option<String>,
}

/// An event as it is queued.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Queued<'a> {
    pub aggregate: &'a str,
    pub event_id: uuid::Uuid,
    pub position: u64,
    pub name: PublicType,
}

impl NewDelivery {
    pub fn of(endpoint: &Endpoint, event: Queued<'_>, origin: Origin, ids: &Ids) -> Self {
        let id = DeliveryId::new(ids.next()).to_string();
        Self {
            lane: endpoint.lane(event.aggregate, &id),
            id,
            webhook: endpoint.id.clone(),
            event_id: EventId::new(event.event_id).to_string(),
            position: Some(event.position),
            general: event.name.general.to_owned(),
            finer: event.name.finer.to_owned(),
            origin,
            replay_of: None,
        }
    }
}

const INSERT: &str = "
    INSERT INTO webhook_deliveries (id, webhook_id, lane, seq, event_id, position, event, finer_type, origin,
        replay_of, status, attempts, created_at)
    SELECT r.id, r.webhook_id, r.lane, r.seq, r.event_id, r.position, r.event, r.finer_type, r.origin, r.replay_of,
        'pending', 0, $11::timestamptz
    FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::bigint[], $7::text[], $8::text[],
        $9::text[], $10::text[]) AS r(id, webhook_id, lane, seq, event_id, position, event, finer_type, origin,
        replay_of)";

/// The update changes nothing, but waits for a worker who is about to give the lane up: then it is made anew.
const OPEN_LANES: &str = "
    INSERT INTO webhook_lanes (webhook_id, lane, due_at)
    SELECT DISTINCT r.webhook_id, r.lane, $3::timestamptz FROM unnest($1::text[], $2::text[]) AS r(webhook_id, lane)
    ORDER BY 1, 2
    ON CONFLICT (webhook_id, lane) DO UPDATE SET webhook_id = excluded.webhook_id";

/// Queues all of these, in this order.
pub(crate) async fn enqueue(
    tx: &TenantTx,
    now: DateTime<Utc>,
    deliveries: &[NewDelivery],
) -> Result<(), ReactionError> {
    if deliveries.is_empty() {
        return Ok(());
    }
    let last = last_seq(tx).await?;
    let texts = |field: fn(&NewDelivery) -> &str| deliveries.iter().map(field).collect::<Vec<&str>>();
    let seqs: Vec<i64> = (last + 1..).take(deliveries.len()).map(signed).collect();
    let positions: Vec<Option<i64>> = deliveries.iter().map(|new| new.position.map(signed)).collect();
    let replay_of: Vec<Option<&str>> = deliveries.iter().map(|new| new.replay_of.as_deref()).collect();
    let (webhooks, lanes) = (texts(|new| &new.webhook), texts(|new| &new.lane));
    let statement = tx.statement(INSERT).await?;
    tx.execute(
        &statement,
        &[
            &texts(|new| &new.id),
            &webhooks,
            &lanes,
            &seqs,
            &texts(|new| &new.event_id),
            &positions,
            &texts(|new| &new.general),
            &texts(|new| &new.finer),
            &texts(|new| new.origin.as_str()),
            &replay_of,
            &now,
        ],
    )
    .await?;
    let statement = tx.statement(OPEN_LANES).await?;
    tx.execute(&statement, &[&webhooks, &lanes, &now]).await?;
    Ok(())
}

/// The last place that was given in the order of all deliveries.
pub(crate) async fn last_seq(tx: &TenantTx) -> Result<u64, ReactionError> {
    let statement = tx.statement("SELECT coalesce(max(seq), 0) FROM webhook_deliveries").await?;
    Ok(unsigned(tx.query_one(&statement, &[]).await?.get(0)))
}

/// Makes what waits for its next attempt due at `now`: of one lane, or of all. What is being attempted stays.
pub(crate) async fn bring_forward(
    tx: &TenantTx,
    webhook: &str,
    lane: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), ReactionError> {
    for sql in [
        "UPDATE webhook_lanes SET due_at = $3 WHERE webhook_id = $1 AND ($2::text IS NULL OR lane = $2)
         AND due_at > $3 AND (leased_until IS NULL OR leased_until <= $3)",
        "UPDATE webhook_deliveries SET next_attempt_at = $3 WHERE webhook_id = $1 AND ($2::text IS NULL OR lane = $2)
         AND status = 'pending' AND next_attempt_at > $3",
    ] {
        tx.execute(sql, &[&webhook, &lane, &now]).await?;
    }
    Ok(())
}
