//! Sending again: one delivery, all that failed since an instant, or every event since a position.
//!
//! A repetition is a row that says how far it has come. It queues a stretch at a time, and no more than an endpoint
//! takes, so that it is bounded whatever the length of the log, and goes on after a restart. While an endpoint is told
//! every event since a position, what happens in the meantime waits and comes in its turn: the order stays.

use chrono::{DateTime, Utc};
use domain::{DeliveryId, ReplayId, WebhookId, public_type};
use event_store::{Log, TenantTx};

use crate::{
    error::ReactionError,
    subscription::{self, signed, unsigned},
    webhooks::{
        NAME, ReplayView, Webhooks,
        endpoint::{self, Endpoint, State},
        fold,
        queue::{self, NewDelivery, Origin, Queued},
        view::REPLAYS,
    },
};

/// Events, or deliveries, that are looked at per transaction.
const STRETCH: u32 = 200;
/// A repetition waits while this many deliveries of its endpoint are pending.
const PENDING: i64 = 500;

/// What is to be sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplayWish {
    /// This delivery.
    Delivery(DeliveryId),
    /// Everything that failed at or after this instant, and was not sent again since.
    FailedSince(DateTime<Utc>),
    /// Every event from this position on, imported history too.
    FromPosition(u64),
}

/// Why something is not sent again.
#[derive(Debug, thiserror::Error)]
pub enum ReplayRefused {
    /// There is no such webhook.
    #[error("there is no such webhook")]
    NoWebhook,
    /// The webhook has no such delivery.
    #[error("this webhook has no such delivery; they are kept for 30 days")]
    NoDelivery,
    /// It gets nothing at the moment.
    #[error("this webhook is disabled: enable it first")]
    Inactive,
    /// The delivery is still on its way.
    #[error("this delivery is pending: it will be sent anyway")]
    Pending,
    /// A test is no event.
    #[error("this delivery was a test: send another one")]
    Test,
    /// One at a time.
    #[error("this webhook is being told what happened before already: wait until that is done")]
    Running,
    /// The log does not go so far.
    #[error("the log ends at position {0}")]
    Beyond(u64),
    /// The store failed.
    #[error(transparent)]
    Failed(#[from] ReactionError),
}

impl From<event_store::driver::Error> for ReplayRefused {
    fn from(error: event_store::driver::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<event_store::StoreError> for ReplayRefused {
    fn from(error: event_store::StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// A repetition that begins.
struct NewReplay {
    kind: &'static str,
    reached: u64,
    until: Option<u64>,
    since: Option<DateTime<Utc>>,
    queued: u64,
    done: bool,
}

impl Webhooks {
    /// Begins to send again, as the repetition `id`, once.
    pub async fn replay(
        &self,
        log: &Log,
        webhook: WebhookId,
        id: ReplayId,
        wish: &ReplayWish,
    ) -> Result<ReplayView, ReplayRefused> {
        let now = self.clock().now();
        let tx = log.begin().await?;
        let checkpoint = subscription::lock(&tx, NAME).await?;
        let endpoint = endpoint::load(&tx).await?.remove(&webhook.to_string()).ok_or(ReplayRefused::NoWebhook)?;
        let (id, find) = (id.to_string(), format!("{REPLAYS} WHERE r.id = $1"));
        if let Some(known) = tx.query_opt(&find, &[&id]).await? {
            return Ok(ReplayView::from_row(&known));
        }
        if endpoint.state != State::Active {
            return Err(ReplayRefused::Inactive);
        }
        let new = match wish {
            ReplayWish::Delivery(delivery) => self.one(&tx, &endpoint, &delivery.to_string(), now).await?,
            ReplayWish::FailedSince(since) => NewReplay {
                kind: "failed_since",
                reached: 0,
                until: Some(queue::last_seq(&tx).await?),
                since: Some(*since),
                queued: 0,
                done: false,
            },
            ReplayWish::FromPosition(position) => {
                if *position > checkpoint {
                    return Err(ReplayRefused::Beyond(checkpoint));
                }
                let reached = position.saturating_sub(1);
                NewReplay { kind: "from_position", reached, until: None, since: None, queued: 0, done: false }
            }
        };
        let running = "SELECT 1 FROM webhook_replays WHERE webhook_id = $1 AND finished_at IS NULL LIMIT 1";
        if !new.done && tx.query_opt(running, &[&endpoint.id]).await?.is_some() {
            return Err(ReplayRefused::Running);
        }
        insert(&tx, &id, &endpoint.id, &new, now).await?;
        let row = tx.query_one(&find, &[&id]).await?;
        let view = ReplayView::from_row(&row);
        tx.commit().await?;
        self.doorbell(log.tenant()).notify_one();
        Ok(view)
    }

    async fn one(
        &self,
        tx: &TenantTx,
        endpoint: &Endpoint,
        delivery: &str,
        now: DateTime<Utc>,
    ) -> Result<NewReplay, ReplayRefused> {
        let sql = format!("{AGAIN} WHERE d.webhook_id = $1 AND d.id = $2");
        let row = tx.query_opt(&sql, &[&endpoint.id, &delivery]).await?.ok_or(ReplayRefused::NoDelivery)?;
        if row.get::<_, Option<i64>>(2).is_none() {
            return Err(ReplayRefused::Test);
        }
        if row.get::<_, &str>(6) == "pending" {
            return Err(ReplayRefused::Pending);
        }
        again(tx, self, endpoint, &[row], now).await?;
        Ok(NewReplay { kind: "delivery", reached: 0, until: None, since: None, queued: 1, done: true })
    }
}

async fn insert(
    tx: &TenantTx,
    id: &str,
    webhook: &str,
    new: &NewReplay,
    now: DateTime<Utc>,
) -> Result<(), ReactionError> {
    tx.execute(
        "INSERT INTO webhook_replays (id, webhook_id, kind, reached, until, since, queued, created_at, finished_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            &id,
            &webhook,
            &new.kind,
            &signed(new.reached),
            &new.until.map(signed),
            &new.since,
            &signed(new.queued),
            &now,
            &new.done.then_some(now),
        ],
    )
    .await?;
    Ok(())
}

const AGAIN: &str = "SELECT d.id, d.event_id, d.position, d.event, d.finer_type, d.lane, d.status, d.seq, \
                     e.aggregate_id FROM webhook_deliveries d LEFT JOIN events e ON e.position = d.position";

/// Queues these deliveries once more, each as a new one.
async fn again(
    tx: &TenantTx,
    webhooks: &Webhooks,
    endpoint: &Endpoint,
    rows: &[event_store::driver::Row],
    now: DateTime<Utc>,
) -> Result<(), ReactionError> {
    let new: Vec<NewDelivery> = rows
        .iter()
        .map(|row| {
            let id = DeliveryId::new(webhooks.ids().next()).to_string();
            let aggregate: Option<&str> = row.get(8);
            NewDelivery {
                lane: endpoint.lane(aggregate.unwrap_or_default(), &id),
                id,
                webhook: endpoint.id.clone(),
                event_id: row.get(1),
                position: row.get::<_, Option<i64>>(2).map(unsigned),
                general: row.get(3),
                finer: row.get(4),
                origin: Origin::Replay,
                replay_of: Some(row.get(0)),
            }
        })
        .collect();
    queue::enqueue(tx, now, &new).await?;
    for delivery in &new {
        tx.execute(
            "UPDATE webhook_deliveries SET replayed_as = $2 WHERE id = $1",
            &[&delivery.replay_of, &delivery.id],
        )
        .await?;
    }
    Ok(())
}

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
    let checkpoint = subscription::lock(&tx, NAME).await?;
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
    let last = events.last().map_or(reached, |event| event.position);
    let mut queued = vec![];
    for mut at in events {
        let event = fold::decode(&mut at)?;
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
