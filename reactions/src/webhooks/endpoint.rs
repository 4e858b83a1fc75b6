//! Endpoints as the reaction knows them at its checkpoint: folded from their events, in the log's order, so that each
//! event goes to those who were there for it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::{
    Personal, PublicType,
    webhook::{EventFilter, Ordering, WebhookEvent},
};
use event_store::{RecordedEvent, TenantTx, driver::Row, signed, unsigned};

use crate::error::ReactionError;

/// Whether an endpoint is told of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Active,
    Disabled,
    Deleted,
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Deleted => "deleted",
        }
    }

    fn of(text: &str) -> Self {
        match text {
            "active" => Self::Active,
            "disabled" => Self::Disabled,
            _ => Self::Deleted,
        }
    }
}

/// One endpoint.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Endpoint {
    pub id: String,
    pub url: Option<String>,
    pub description: Option<String>,
    pub events: BTreeSet<String>,
    pub include_imported: bool,
    pub ordering: Ordering,
    pub state: State,
    pub disabled_reason: Option<String>,
    /// Where it was last disabled: what came after that, until it was enabled, was not queued for it.
    pub disabled_at: Option<u64>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub created_position: u64,
    pub position: u64,
    pub version: u64,
}

macro_rules! columns {
    () => {
        "SELECT id, url, description, events, include_imported, ordering, state, disabled_reason, disabled_at, \
         created_at, updated_at, created_position, position, version FROM webhooks"
    };
}
/// All endpoints that are not deleted. There are few: their number is bounded.
pub(crate) async fn load(tx: &TenantTx) -> Result<BTreeMap<String, Endpoint>, ReactionError> {
    let statement = tx.statement(concat!(columns!(), " WHERE state <> 'deleted'")).await?;
    let rows = tx.query(&statement, &[]).await?;
    Ok(rows.iter().map(Endpoint::from_row).map(|endpoint| (endpoint.id.clone(), endpoint)).collect())
}

const UPSERT: &str = "
    INSERT INTO webhooks (id, url, description, events, include_imported, ordering, state, disabled_reason,
        disabled_at, created_at, updated_at, created_position, position, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
    ON CONFLICT (id) DO UPDATE SET url = excluded.url, description = excluded.description, events = excluded.events,
        include_imported = excluded.include_imported, ordering = excluded.ordering, state = excluded.state,
        disabled_reason = excluded.disabled_reason, disabled_at = excluded.disabled_at,
        updated_at = excluded.updated_at, position = excluded.position, version = excluded.version";

impl Endpoint {
    fn from_row(row: &Row) -> Self {
        Self {
            id: row.get(0),
            url: row.get(1),
            description: row.get(2),
            events: row.get::<_, Vec<String>>(3).into_iter().collect(),
            include_imported: row.get(4),
            ordering: row.get::<_, &str>(5).parse().unwrap_or(Ordering::PerTicket),
            state: State::of(row.get(6)),
            disabled_reason: row.get(7),
            disabled_at: row.get::<_, Option<i64>>(8).map(unsigned),
            created_at: row.get(9),
            updated_at: row.get(10),
            created_position: unsigned(row.get(11)),
            position: unsigned(row.get(12)),
            version: unsigned(row.get(13)),
        }
    }

    pub async fn write(&self, tx: &TenantTx) -> Result<(), ReactionError> {
        let statement = tx.statement(UPSERT).await?;
        let events: Vec<&String> = self.events.iter().collect();
        tx.execute(
            &statement,
            &[
                &self.id,
                &self.url,
                &self.description,
                &events,
                &self.include_imported,
                &self.ordering.as_str(),
                &self.state.as_str(),
                &self.disabled_reason,
                &self.disabled_at.map(signed),
                &self.created_at,
                &self.updated_at,
                &signed(self.created_position),
                &signed(self.position),
                &signed(self.version),
            ],
        )
        .await?;
        Ok(())
    }

    /// Whether it is told of an event of this type.
    pub fn listens_to(&self, name: PublicType) -> bool {
        self.state == State::Active
            && self.events.iter().any(|text| EventFilter::try_new(text.as_str()).is_ok_and(|f| f.matches(name)))
    }

    /// Whether it is told, as it happens, of the event at this place.
    pub fn takes(&self, name: PublicType, at: &RecordedEvent) -> bool {
        at.position > self.created_position && (self.include_imported || !at.is_imported()) && self.listens_to(name)
    }

    /// What keeps its order on the way: `aggregate`, or the delivery alone.
    pub fn lane(&self, aggregate: &str, delivery: &str) -> String {
        match self.ordering {
            Ordering::PerTicket => aggregate.to_owned(),
            Ordering::None => delivery.to_owned(),
        }
    }
}

/// Folds one event of a webhook; gives its endpoint when that changed.
pub(crate) fn apply<'a>(
    endpoints: &'a mut BTreeMap<String, Endpoint>,
    at: &RecordedEvent,
    event: &WebhookEvent,
) -> Option<&'a Endpoint> {
    let text = |personal: &Personal| personal.value().map(str::to_owned);
    let id = &at.stream.aggregate_id;
    if let WebhookEvent::WebhookCreated(created) = event {
        let endpoint = Endpoint {
            id: id.clone(),
            url: text(&created.url),
            description: created.description.as_ref().and_then(text),
            events: created.events.clone(),
            include_imported: created.include_imported,
            ordering: created.ordering,
            state: State::Active,
            disabled_reason: None,
            disabled_at: None,
            created_at: at.occurred_at,
            updated_at: at.occurred_at,
            created_position: at.position,
            position: at.position,
            version: at.sequence,
        };
        endpoints.insert(id.clone(), endpoint);
        return endpoints.get(id);
    }
    let endpoint = endpoints.get_mut(id).filter(|endpoint| endpoint.position < at.position)?;
    match event {
        WebhookEvent::WebhookCreated(_) | WebhookEvent::WebhookSecretRotated(_) => {}
        WebhookEvent::WebhookUrlChanged(changed) => endpoint.url = text(&changed.url),
        WebhookEvent::WebhookEventsChanged(changed) => endpoint.events.clone_from(&changed.events),
        WebhookEvent::WebhookDescribed(changed) => {
            endpoint.description = changed.description.as_ref().and_then(text);
        }
        WebhookEvent::WebhookImportsChanged(changed) => endpoint.include_imported = changed.include_imported,
        WebhookEvent::WebhookOrderingChanged(changed) => endpoint.ordering = changed.ordering,
        WebhookEvent::WebhookDisabled(disabled) => {
            endpoint.state = State::Disabled;
            endpoint.disabled_reason = Some(disabled.reason.as_str().to_owned());
            endpoint.disabled_at = Some(at.position);
        }
        WebhookEvent::WebhookEnabled(_) => {
            endpoint.state = State::Active;
            endpoint.disabled_reason = None;
        }
        WebhookEvent::WebhookDeleted(_) => {
            endpoint.state = State::Deleted;
            endpoint.url = None;
            endpoint.description = None;
        }
    }
    endpoint.updated_at = endpoint.updated_at.max(at.occurred_at);
    endpoint.position = at.position;
    endpoint.version = at.sequence;
    Some(endpoint)
}
