//! A copy of a tenant from a backup: its endpoints are as of the last position that was kept, and nothing that was on its
//! way goes out. Whether a receiver has it already nobody knows any more; what is missed can be replayed.

use std::collections::BTreeMap;

use domain::{DomainEvent, WebhookId};
use event_store::{Log, StreamId, TenantTx, signed};

use crate::{
    error::ReactionError,
    subscription,
    webhooks::{
        NAME,
        endpoint::{self, State},
        fold::decode,
    },
};

/// Whether the endpoints of a copy may be sent anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receivers {
    /// They are its own.
    Kept,
    /// They are another tenant's: nothing goes to them before somebody enables them.
    Silenced,
}

/// What is told of a delivery that was on its way.
const CUT_OFF: &str = "this tenant was restored from a backup while this was on its way: replay it if it is missed";

const SETTLE: &str = "
    DELETE FROM webhook_attempts a USING webhook_deliveries d WHERE d.id = a.delivery_id AND d.position > $1;
    DELETE FROM webhook_deliveries WHERE position > $1;
    DELETE FROM webhook_lanes;
    DELETE FROM webhook_replays WHERE finished_at IS NULL;
    DELETE FROM webhooks;";

/// Brings what webhooks keep to `position`, the end of a log that was copied; gives the endpoints that it has silenced. `tx`:
/// as the owner.
pub async fn bring_to(
    log: &Log,
    tx: &TenantTx,
    position: u64,
    receivers: Receivers,
) -> Result<Vec<WebhookId>, ReactionError> {
    let at = signed(position);
    tx.batch_execute(&SETTLE.replace("$1", &at.to_string())).await?;
    tx.execute(
        "UPDATE webhook_deliveries SET status = 'failed', last_error = $1, next_attempt_at = NULL, finished_at = $2
         WHERE status = 'pending'",
        &[&CUT_OFF, &log.clock().now()],
    )
    .await?;
    let mut silenced = vec![];
    for mut endpoint in endpoints(log, tx).await?.into_values() {
        if receivers == Receivers::Silenced && endpoint.state == State::Active {
            endpoint.state = State::Disabled;
            endpoint.disabled_at = Some(position);
            silenced.extend(endpoint.id.parse::<WebhookId>().ok());
        }
        endpoint.write(tx).await?;
    }
    subscription::move_to(tx, NAME, position).await?;
    Ok(silenced)
}

/// Folded from their events, the deleted ones too.
async fn endpoints(log: &Log, tx: &TenantTx) -> Result<BTreeMap<String, endpoint::Endpoint>, ReactionError> {
    let mut endpoints = BTreeMap::new();
    let sql = "SELECT DISTINCT aggregate_id FROM events WHERE aggregate_type = 'webhook'";
    for row in log.query(sql, &[]).await? {
        for mut at in log.load_in(tx, &StreamId::new("webhook", row.get::<_, &str>(0)), 0).await? {
            if let DomainEvent::Webhook(event) = decode(&mut at)? {
                let _ = endpoint::apply(&mut endpoints, &at, &event);
            }
        }
    }
    Ok(endpoints)
}
