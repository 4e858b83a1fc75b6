//! Bringing repetitions further: a stretch at a time, and no more than an endpoint takes.

use chrono::{DateTime, Utc};
use domain::public_type;
use event_store::{Log, TenantTx, signed, unsigned};

use super::{AGAIN, again};
use crate::{
    error::ReactionError,
    subscription,
    webhooks::{
        NAME, Webhooks,
        endpoint::{self, Endpoint, State},
        fold,
        queue::{self, NewDelivery, Origin, Queued},
    },
};

/// Events, or deliveries, that are looked at per transaction.
const STRETCH: u32 = 200;
/// A repetition waits while this many deliveries of its endpoint are pending.
const PENDING: i64 = 500;

/// Brings every repetition a stretch further; gives whether any moved.
pub(crate) async fn advance(webhooks: &Webhooks, log: &Log) -> Result<bool, ReactionError> {
    let tx = log.begin().await?;
    let running = tx.query("SELECT id FROM webhook_replays WHERE finished_at IS NULL ORDER BY id", &[]).await?;
    tx.commit().await?;
    let mut moved = false;
    for row in running {
        moved |= advance_one(webhooks, log, row.get(0)).await?;
    }
    Ok(moved)
}

async fn advance_one(webhooks: &Webhooks, log: &Log, id: &str) -> Result<bool, ReactionError> {
    let tx = log.begin().await?;
    let checkpoint = subscription::lock(&tx, NAME).await?.checkpoint;
    let row = tx
        .query_opt(
            "SELECT webhook_id, kind, reached, until, since FROM webhook_replays
             WHERE id = $1 AND finished_at IS NULL",
            &[&id],
        )
        .await?;
    let Some(row) = row else { return Ok(false) };
    let webhook: &str = row.get(0);
    let endpoints = endpoint::load(&tx).await?;
    let Some(endpoint) = endpoints.get(webhook).filter(|endpoint| endpoint.state == State::Active) else {
        return Ok(false);
    };
    if has_enough(&tx, webhook).await? {
        return Ok(false);
    }
    let reached = unsigned(row.get(2));
    let (reached, queued, done) = match row.get::<_, Option<i64>>(3) {
        Some(until) => failed(&tx, webhooks, endpoint, reached, until, row.get(4)).await?,
        None => since_position(&tx, webhooks, log, endpoint, reached, checkpoint).await?,
    };
    let now = webhooks.clock().now();
    tx.execute(
        "UPDATE webhook_replays SET reached = $2, queued = queued + $3, finished_at = $4 WHERE id = $1",
        &[&id, &signed(reached), &signed(queued), &done.then_some(now)],
    )
    .await?;
    tx.commit().await?;
    Ok(true)
}

async fn has_enough(tx: &TenantTx, webhook: &str) -> Result<bool, ReactionError> {
    let statement = tx
        .statement(
            "SELECT count(*) FROM (SELECT 1 FROM webhook_deliveries WHERE webhook_id = $1 AND status = 'pending'
             LIMIT $2) few",
        )
        .await?;
    Ok(tx.query_one(&statement, &[&webhook, &PENDING]).await?.get::<_, i64>(0) >= PENDING)
}

/// Gives how far it came, how many it queued, and whether that was all.
async fn since_position(
    tx: &TenantTx,
    webhooks: &Webhooks,
    log: &Log,
    endpoint: &Endpoint,
    reached: u64,
    checkpoint: u64,
) -> Result<(u64, u64, bool), ReactionError> {
    let room = u32::try_from(checkpoint.saturating_sub(reached)).unwrap_or(u32::MAX);
    let events = log.read_in(tx, reached, STRETCH.min(room)).await?;
    let mut last = reached;
    let mut queued = vec![];
    for mut at in events {
        let event = match fold::decode(&mut at) {
            // What comes before it goes out first; the next stretch begins with it, and says so.
            Err(_) if last > reached => break,
            decoded => decoded?,
        };
        last = at.position;
        let Some(name) = public_type(&event).filter(|name| endpoint.listens_to(*name)) else { continue };
        let event = Queued { aggregate: &at.stream.aggregate_id, event_id: at.event_id, position: at.position, name };
        queued.push(NewDelivery::of(endpoint, event, Origin::Replay, webhooks.ids()));
    }
    queue::enqueue(tx, webhooks.clock().now(), &queued).await?;
    Ok((last, queued.len() as u64, last >= checkpoint))
}

async fn failed(
    tx: &TenantTx,
    webhooks: &Webhooks,
    endpoint: &Endpoint,
    reached: u64,
    until: i64,
    since: Option<DateTime<Utc>>,
) -> Result<(u64, u64, bool), ReactionError> {
    let sql = format!(
        "{AGAIN} WHERE d.webhook_id = $1 AND d.status = 'failed' AND d.seq > $2 AND d.seq <= $3 AND d.finished_at >= $4
         AND d.replayed_as IS NULL AND d.position IS NOT NULL ORDER BY d.seq LIMIT $5"
    );
    let rows = tx.query(&sql, &[&endpoint.id, &signed(reached), &until, &since, &i64::from(STRETCH)]).await?;
    let last = rows.last().map_or(reached, |row| unsigned(row.get(7)));
    again(tx, webhooks, endpoint, &rows, webhooks.clock().now()).await?;
    Ok((last, rows.len() as u64, rows.len() < usize::try_from(STRETCH).unwrap_or(usize::MAX)))
}
