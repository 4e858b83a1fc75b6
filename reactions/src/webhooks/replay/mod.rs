//! Sending again: one delivery, all that failed since an instant, or every event since a position.
//!
//! A repetition is a row that says how far it has come. It queues a stretch at a time, and no more than an endpoint
//! takes, so that it is bounded whatever the length of the log, and goes on after a restart. While an endpoint is told
//! every event since a position, what happens in the meantime waits and comes in its turn: the order stays.

mod advance;

use chrono::{DateTime, Utc};
use domain::{DeliveryId, ReplayId, WebhookId};
use event_store::{Log, TenantTx, signed, unsigned};

use crate::{
    error::ReactionError,
    subscription,
    webhooks::{
        NAME, ReplayView, Webhooks,
        endpoint::{self, Endpoint, State},
        health,
        queue::{self, NewDelivery, Origin},
        view::REPLAYS,
    },
};

pub(crate) use advance::advance;

/// What is to be sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplayWish {
    /// This delivery. One that waits for its next attempt, or behind one that does, is attempted in its turn now.
    Delivery(DeliveryId),
    /// Everything that failed at or after this instant, and was not sent again since; whatever waits for its next
    /// attempt is attempted now.
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
    /// A test is no event.
    #[error("this delivery was a test: send another one")]
    Test,
    /// One at a time.
    #[error("this webhook is being told what happened before already: wait until that is done")]
    Running,
    /// The log does not go so far, or not yet for webhooks.
    #[error("webhooks have come to position {0} of the log: ask for one up to there")]
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
        let checkpoint = subscription::lock(&tx, NAME).await?.checkpoint;
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
            ReplayWish::FailedSince(since) => {
                health::forget_pauses(&tx, &endpoint.id).await?;
                queue::bring_forward(&tx, &endpoint.id, None, now).await?;
                let until = Some(queue::last_seq(&tx).await?);
                NewReplay { kind: "failed_since", reached: 0, until, since: Some(*since), queued: 0, done: false }
            }
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
        self.wake(log.tenant());
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
        health::forget_pauses(tx, &endpoint.id).await?;
        let pending = row.get::<_, &str>(6) == "pending";
        if pending {
            queue::bring_forward(tx, &endpoint.id, Some(row.get(5)), now).await?;
        } else {
            again(tx, self, endpoint, &[row], now).await?;
        }
        let queued = u64::from(!pending);
        Ok(NewReplay { kind: "delivery", reached: 0, until: None, since: None, queued, done: true })
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
