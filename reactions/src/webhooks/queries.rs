//! Reads.

use std::{collections::HashMap, fmt::Write as _};

use domain::{DeliveryId, EventId, WebhookId};
use event_store::{
    Log, TenantTx,
    driver::{Row, types::ToSql},
    unsigned,
};
use projections::{Page, SortValue, tickets::TicketKey};

use crate::{
    error::ReactionError,
    webhooks::{
        Webhooks,
        endpoint::{self, Endpoint, State},
        payload,
        record::{Exchange, about},
        view::{
            AttemptView, DELIVERIES, DeliveryDetail, DeliveryStatus, DeliveryView, HealthView, REPLAYS, ReplayView,
            WebhookView,
        },
    },
};

/// Every webhook that is not deleted, in the order in which they were made.
pub async fn endpoints(tx: &TenantTx) -> Result<Vec<WebhookView>, ReactionError> {
    let mut found: Vec<Endpoint> = endpoint::load(tx).await?.into_values().collect();
    found.sort_by_key(|endpoint| endpoint.created_position);
    let mut replays = running(tx).await?;
    let mut health = health(tx).await?;
    Ok(found
        .into_iter()
        .map(|endpoint| {
            let (health, pending) = health.remove(&endpoint.id).unwrap_or_default();
            let replay = replays.remove(&endpoint.id);
            view(endpoint, health, pending, replay)
        })
        .collect())
}

/// One webhook.
pub async fn endpoint(tx: &TenantTx, id: WebhookId) -> Result<Option<WebhookView>, ReactionError> {
    // There are few: their number is bounded.
    let id = id.to_string();
    Ok(endpoints(tx).await?.into_iter().find(|endpoint| endpoint.id == id))
}

fn view(endpoint: Endpoint, health: HealthView, pending: u64, replay: Option<ReplayView>) -> WebhookView {
    WebhookView {
        active: endpoint.state == State::Active,
        id: endpoint.id,
        url: endpoint.url,
        events: endpoint.events.into_iter().collect(),
        description: endpoint.description,
        disabled_reason: endpoint.disabled_reason,
        disabled_at_position: endpoint.disabled_at,
        include_imported: endpoint.include_imported,
        ordering: endpoint.ordering,
        health,
        pending,
        replay,
        created_at: endpoint.created_at,
        updated_at: endpoint.updated_at,
        version: endpoint.version,
        position: endpoint.position,
    }
}

async fn running(tx: &TenantTx) -> Result<HashMap<String, ReplayView>, ReactionError> {
    let rows = tx.query(&format!("{REPLAYS} WHERE r.finished_at IS NULL"), &[]).await?;
    Ok(rows.iter().map(|row| (row.get(6), ReplayView::from_row(row))).collect())
}

async fn health(tx: &TenantTx) -> Result<HashMap<String, (HealthView, u64)>, ReactionError> {
    let statement = tx
        .statement(
            "SELECT w.id, h.last_success_at, h.last_failure_at, h.failing_since, h.hold_until, coalesce(h.failures, 0),
                h.paused_until, (
                SELECT count(*) FROM (SELECT 1 FROM webhook_deliveries d
                    WHERE d.webhook_id = w.id AND d.status = 'pending' LIMIT 1000) few)
             FROM webhooks w LEFT JOIN webhook_health h ON h.webhook_id = w.id WHERE w.state <> 'deleted'",
        )
        .await?;
    let one = |row: &Row| {
        let health = HealthView {
            last_success_at: row.get(1),
            last_failure_at: row.get(2),
            failing_since: row.get(3),
            hold_until: row.get(4),
            consecutive_failures: u32::try_from(row.get::<_, i32>(5)).unwrap_or(0),
            paused_until: row.get(6),
        };
        (row.get(0), (health, unsigned(row.get(7))))
    };
    Ok(tx.query(&statement, &[]).await?.iter().map(one).collect())
}

/// Which deliveries are asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeliveryQuery {
    /// Only those of these statuses; of every status when there are none.
    pub status: Vec<DeliveryStatus>,
    /// Only those of what happened to this ticket.
    pub ticket: Option<TicketKey>,
    /// Only those of this event.
    pub event: Option<EventId>,
    /// After this place.
    pub after: Option<Vec<SortValue>>,
    /// At most so many.
    pub limit: u16,
}

/// A webhook's deliveries, the newest first.
pub async fn deliveries(
    tx: &TenantTx,
    webhook: WebhookId,
    query: &DeliveryQuery,
) -> Result<Page<DeliveryView>, ReactionError> {
    let before = match query.after.as_deref() {
        Some([SortValue::Integer(seq)]) => *seq,
        _ => i64::MAX,
    };
    let wanted = if query.status.is_empty() { DeliveryStatus::ALL } else { &query.status };
    let wanted: Vec<&str> = wanted.iter().map(|status| status.as_str()).collect();
    let limit = usize::from(query.limit.clamp(1, projections::MAX_LIMIT));
    let one_more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let webhook = webhook.to_string();
    let mut values: Vec<&(dyn ToSql + Sync)> = vec![&webhook, &before, &wanted, &one_more];
    let (which, named) = conditions(query);
    values.extend(named.iter().map(|value| &**value as &(dyn ToSql + Sync)));
    let statement = tx
        .statement(&format!(
            "{DELIVERIES} WHERE webhook_id = $1 AND seq < $2 AND status = ANY($3){which} ORDER BY seq DESC LIMIT $4"
        ))
        .await?;
    let mut rows = tx.query(&statement, &values).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| vec![SortValue::Integer(row.get(15))]);
    Ok(Page { items: rows.iter().map(DeliveryView::from_row).collect(), next })
}

/// Conditions on what a delivery is about, from `$5` on, and their values. Few deliveries are about one thing: they are
/// found first, by their index, and then put in order.
fn conditions(query: &DeliveryQuery) -> (String, Vec<Box<dyn ToSql + Sync + Send>>) {
    let (mut sql, mut values) = (String::new(), Vec::<Box<dyn ToSql + Sync + Send>>::new());
    let ticket: Option<(&str, Box<dyn ToSql + Sync + Send>)> = match &query.ticket {
        None => None,
        Some(TicketKey::Id(id)) => Some(("$5", Box::new(id.to_string()))),
        Some(TicketKey::Number(number)) => {
            let number = i64::try_from(number.0).unwrap_or(i64::MAX);
            Some(("(SELECT id FROM tickets WHERE number = $5)", Box::new(number)))
        }
        Some(TicketKey::ExternalId(id)) => {
            Some(("(SELECT id FROM tickets WHERE external_id = $5)", Box::new(id.clone())))
        }
    };
    if let Some((id, value)) = ticket {
        let events = format!("SELECT position FROM events WHERE aggregate_type = 'ticket' AND aggregate_id = {id}");
        let _ = write!(sql, " AND position = ANY(ARRAY({events}))");
        values.push(value);
    }
    if let Some(event) = query.event {
        values.push(Box::new(event.to_string()));
        let _ = write!(sql, " AND event_id = ${}", 4 + values.len());
    }
    (sql, values)
}

/// One delivery, with what was sent and what came back.
pub async fn delivery(
    webhooks: &Webhooks,
    log: &Log,
    webhook: WebhookId,
    id: DeliveryId,
) -> Result<Option<DeliveryDetail>, ReactionError> {
    let tx = log.begin().await?;
    let statement = tx.statement(&format!("{DELIVERIES} WHERE webhook_id = $1 AND id = $2")).await?;
    let row = tx.query_opt(&statement, &[&webhook.to_string(), &id.to_string()]).await?;
    let Some(delivery) = row.as_ref().map(DeliveryView::from_row) else { return Ok(None) };
    let statement = tx
        .statement(
            "SELECT number, at, duration_ms, status, error, sealed FROM webhook_attempts WHERE delivery_id = $1
             ORDER BY number",
        )
        .await?;
    let rows = tx.query(&statement, &[&delivery.id]).await?;
    tx.commit().await?;
    let mut attempts = Vec::with_capacity(rows.len());
    for row in &rows {
        attempts.push(attempt(log, &delivery.id, row).await?);
    }
    let payload = if let Some(position) = delivery.position {
        payload::payload(log, position).await?
    } else {
        let at = rows.first().map_or_else(|| webhooks.clock().now(), |row| row.get(1));
        payload::sample(&delivery.event, &delivery.event_id, log.tenant().as_str(), at)
    };
    Ok(Some(DeliveryDetail { delivery, payload, attempt_log: attempts }))
}

async fn attempt(log: &Log, delivery: &str, row: &Row) -> Result<AttemptView, ReactionError> {
    let number: i32 = row.get(0);
    let opened = log.open_secret(None, &about(delivery, number), row.get(5)).await?;
    let exchange: Exchange = serde_json::from_slice(&opened).unwrap_or_default();
    Ok(AttemptView {
        number,
        at: row.get(1),
        duration_ms: row.get(2),
        response_status: row.get(3),
        error: row.get(4),
        exchange: exchange.into(),
    })
}
