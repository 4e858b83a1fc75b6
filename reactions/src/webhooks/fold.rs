//! The log in, deliveries out: both in the transaction that moves the checkpoint.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::{DomainEvent, public_type, webhook::WebhookEvent};
use event_store::{Clock, Ids, Log, Parked, RecordedEvent, TenantTx, signed, unsigned};

use crate::{
    error::ReactionError,
    subscription::{self, Subscription},
    webhooks::{
        NAME,
        endpoint::{self, Endpoint, State},
        health,
        queue::{self, NewDelivery, Origin, Queued},
    },
};

/// Events per transaction.
const BATCH: u32 = 500;

/// Queues everything up to the end of the log; gives the checkpoint.
pub(crate) async fn catch_up(log: &Log, clock: &dyn Clock, ids: &Ids, parked: Parked) -> Result<u64, ReactionError> {
    loop {
        let (checkpoint, reached_end) = batch(log, clock, ids, parked).await?;
        if reached_end {
            return Ok(checkpoint);
        }
    }
}

async fn batch(log: &Log, clock: &dyn Clock, ids: &Ids, parked: Parked) -> Result<(u64, bool), ReactionError> {
    let tx = log.begin().await?;
    let Subscription { checkpoint, parked: reason } = subscription::lock(&tx, NAME).await?;
    if let (Parked::Stays, Some(reason)) = (parked, &reason) {
        return Err(ReactionError::Parked { name: NAME, checkpoint, reason: reason.clone() });
    }
    let mut endpoints = endpoint::load(&tx).await?;
    let replaying = replaying(&tx).await?;
    let listening = |endpoint: &Endpoint| endpoint.state == State::Active && !replaying.contains(&endpoint.id);
    let after =
        if endpoints.values().any(listening) { checkpoint } else { before_next_webhook(&tx, checkpoint).await? };
    let mut events = log.read_in(&tx, after, BATCH).await?;
    let reached_end = events.len() < usize::try_from(BATCH).unwrap_or(usize::MAX);
    let mut reached = after;
    let mut queued = vec![];
    let mut poison = None;
    let now = clock.now();
    for at in &mut events {
        match decode(at) {
            Ok(event) => {
                if let DomainEvent::Webhook(event) = &event
                    && let Some(changed) = endpoint::apply(&mut endpoints, at, event)
                {
                    write(&tx, changed, event, now).await?;
                }
                queued.extend(wanted(&endpoints, &replaying, at, &event, ids));
                reached = at.position;
            }
            Err(error) => {
                poison = Some(error);
                break;
            }
        }
    }
    queue::enqueue(&tx, now, &queued).await?;
    if reached > checkpoint || (poison.is_none() && reason.is_some()) {
        subscription::move_to(&tx, NAME, reached).await?;
    }
    if let Some(error) = &poison {
        subscription::park(&tx, NAME, &error.to_string()).await?;
    }
    tx.commit().await?;
    match poison {
        None => Ok((reached, reached_end)),
        Some(error) => {
            if reason.as_ref() != Some(&error.to_string()) {
                tracing::error!(tenant = %log.tenant(), %error, "webhooks are parked");
            }
            Err(error)
        }
    }
}

/// The event in the domain's terms. Takes the payload out of `at`: nobody needs it twice.
pub(crate) fn decode(at: &mut RecordedEvent) -> Result<DomainEvent, ReactionError> {
    let payload = at.payload.take();
    DomainEvent::decode(&at.stream.aggregate_type, &at.event_type, at.event_version, payload)
        .map_err(|error| ReactionError::Poisoned { position: at.position, reason: error.to_string() })
}

/// The endpoints that are being told what happened before: what happens now they are told when that is done.
async fn replaying(tx: &TenantTx) -> Result<BTreeSet<String>, ReactionError> {
    let statement = tx
        .statement("SELECT webhook_id FROM webhook_replays WHERE finished_at IS NULL AND kind = 'from_position'")
        .await?;
    Ok(tx.query(&statement, &[]).await?.iter().map(|row| row.get(0)).collect())
}

/// While nobody listens, only events of webhooks count. They are few, and found by the index on streams.
async fn before_next_webhook(tx: &TenantTx, checkpoint: u64) -> Result<u64, ReactionError> {
    let statement = tx
        .statement(
            "WITH own AS MATERIALIZED (SELECT position FROM events WHERE aggregate_type = 'webhook')
             SELECT coalesce((SELECT min(position) - 1 FROM own WHERE position > $1), head.position) FROM head",
        )
        .await?;
    Ok(unsigned(tx.query_one(&statement, &[&signed(checkpoint)]).await?.get(0)))
}

fn wanted(
    endpoints: &BTreeMap<String, Endpoint>,
    replaying: &BTreeSet<String>,
    at: &RecordedEvent,
    event: &DomainEvent,
    ids: &Ids,
) -> Vec<NewDelivery> {
    let Some(name) = public_type(event) else { return vec![] };
    let event = Queued { aggregate: &at.stream.aggregate_id, event_id: at.event_id, position: at.position, name };
    endpoints
        .values()
        .filter(|endpoint| !replaying.contains(&endpoint.id) && endpoint.takes(name, at))
        .map(|endpoint| NewDelivery::of(endpoint, event, Origin::Live, ids))
        .collect()
}

/// The endpoint's row, and what its end, its return or its move means for the others.
async fn write(
    tx: &TenantTx,
    endpoint: &Endpoint,
    event: &WebhookEvent,
    now: DateTime<Utc>,
) -> Result<(), ReactionError> {
    endpoint.write(tx).await?;
    let returns = matches!(event, WebhookEvent::WebhookEnabled(_) | WebhookEvent::WebhookUrlChanged(_));
    match endpoint.state {
        State::Deleted => {
            // What was pending goes with its time (see `prune`); without a lane nobody comes to send it.
            for sql in [
                "DELETE FROM webhook_secrets WHERE webhook_id = $1",
                "DELETE FROM webhook_replays WHERE webhook_id = $1",
                "DELETE FROM webhook_lanes WHERE webhook_id = $1",
                "DELETE FROM webhook_health WHERE webhook_id = $1",
            ] {
                tx.execute(sql, &[&endpoint.id]).await?;
            }
        }
        State::Active if returns => {
            // Somebody has mended it: what happened before says nothing any more, and nothing waits for its next time.
            health::forget(tx, &endpoint.id).await?;
            queue::bring_forward(tx, &endpoint.id, None, now).await?;
        }
        State::Active | State::Disabled => {}
    }
    Ok(())
}
