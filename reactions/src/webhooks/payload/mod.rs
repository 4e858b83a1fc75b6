//! The body of a delivery: the event, and what it is about as it stood then.
//!
//! Rendered from the log each time it is sent, so nothing of it lies in a queue, and what was erased is not in it any
//! more. Never larger than 20 kB: what is longer is shortened, and says so.

mod bound;
mod example;
mod limit;
mod people;
mod sample;
mod ticket;
mod withhold;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use domain::{DomainEvent, EventId, public_type, tenant::TenantEvent};
use event_store::{Log, RecordedEvent};
use projections::timeline::Actor;
use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Ref, RefOr, Schema, schema::AnyOfBuilder},
};

use crate::{error::ReactionError, webhooks::fold};

#[cfg(test)]
pub(crate) use bound::MAX_BYTES;
pub(crate) use bound::bounded;
pub use example::example;
pub use limit::LimitData;
pub use people::{PersonData, TeamData, WebhookData};
pub(crate) use sample::sample;
pub use ticket::{MessageData, TicketData};

/// What a webhook is told.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = WebhookPayload)]
pub struct Payload {
    /// What happened: one of the few types that everybody handles.
    #[schema(example = "ticket.created")]
    pub event: String,
    /// The same as `event`.
    #[serde(rename = "type")]
    #[schema(example = "ticket.created")]
    pub kind: String,
    /// The most exact name there is for it.
    #[schema(example = "ticket.created")]
    pub finer_type: String,
    /// The event's own id: also in the header `webhook-id`, and the same however often it is sent.
    #[schema(example = "evt_0199aa00000070008000000000000031")]
    pub id: String,
    /// When it happened.
    pub timestamp: DateTime<Utc>,
    /// When it was recorded. Later than `timestamp` for imported history only.
    pub recorded_at: DateTime<Utc>,
    /// Its place in your event log; null in a test.
    #[schema(minimum = 1)]
    pub position: Option<u64>,
    /// Its place among the events of what it happened to: 1, 2, 3, … without holes; null in a test.
    #[schema(minimum = 1)]
    pub sequence: Option<u64>,
    /// Whose it is.
    #[schema(example = "company-abc-123")]
    pub tenant: String,
    /// Whether it is history of another help desk.
    pub imported: bool,
    /// Only there, and true, when somebody tries the endpoint: nothing happened.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub test: bool,
    /// Who caused it.
    pub actor: Actor,
    /// What it happened to, as it stood then.
    pub data: Data,
    /// Only there, and true, when what is known of the customer is not to be used (GDPR Article 18): nothing personal is in
    /// `data` then.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub restricted: bool,
    /// The parts of `data` that were left out or shortened, because the whole would have been too large.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub truncated: Vec<String>,
}

/// What an event happened to, as it stood then.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Data {
    /// Of `ticket.*` and `agent.assigned`.
    Ticket(Box<TicketData>),
    /// Of `customer.*` and the other `agent.*`.
    Person(PersonData),
    /// Of `team.*`.
    Team(TeamData),
    /// Of `plan.*`.
    Limit(LimitData),
    /// Of `webhook.*`.
    Webhook(WebhookData),
}

impl PartialSchema for Data {
    /// Any, not one: what tells them apart is the type of the event.
    fn schema() -> RefOr<Schema> {
        AnyOfBuilder::new()
            .description(Some("What an event happened to, as it stood then: which of these, its type says."))
            .item(Ref::from_schema_name(TicketData::name()))
            .item(Ref::from_schema_name(PersonData::name()))
            .item(Ref::from_schema_name(TeamData::name()))
            .item(Ref::from_schema_name(LimitData::name()))
            .item(Ref::from_schema_name(WebhookData::name()))
            .into()
    }
}

impl ToSchema for Data {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("WebhookSubject")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        let mut add = |name: Cow<'static, str>, schema| schemas.push((name.into_owned(), schema));
        add(TicketData::name(), TicketData::schema());
        add(PersonData::name(), PersonData::schema());
        add(TeamData::name(), TeamData::schema());
        add(LimitData::name(), LimitData::schema());
        add(WebhookData::name(), WebhookData::schema());
        TicketData::schemas(schemas);
    }
}

/// The body for the event at `position`.
pub(crate) async fn payload(log: &Log, position: u64) -> Result<Payload, ReactionError> {
    let poisoned = |reason: &str| ReactionError::Poisoned { position, reason: reason.to_owned() };
    let found = log.read(position.saturating_sub(1), 1).await?;
    let mut at = found.into_iter().next().ok_or_else(|| poisoned("it is not in the log"))?;
    let event = fold::decode(&mut at)?;
    let name = public_type(&event).ok_or_else(|| poisoned("it has no public form"))?;
    let mut data = data(log, &at, &event).await?.ok_or_else(|| poisoned("what it happened to was not there"))?;
    let restricted = withhold::if_restricted(log, &mut data).await?;
    Ok(bounded(Payload {
        event: name.general.to_owned(),
        kind: name.general.to_owned(),
        finer_type: name.finer.to_owned(),
        id: EventId::new(at.event_id).to_string(),
        timestamp: at.occurred_at,
        recorded_at: at.recorded_at,
        position: Some(at.position),
        sequence: Some(at.sequence),
        tenant: log.tenant().to_string(),
        imported: at.is_imported(),
        test: false,
        actor: actor(at.actor()),
        data,
        restricted,
        truncated: vec![],
    }))
}

async fn data(log: &Log, at: &RecordedEvent, event: &DomainEvent) -> Result<Option<Data>, ReactionError> {
    Ok(match event {
        DomainEvent::Ticket(_) => ticket::data(log, at).await?.map(|data| Data::Ticket(Box::new(data))),
        DomainEvent::Customer(_) => people::customer(log, at).await?.map(Data::Person),
        DomainEvent::Agent(_) => people::agent(log, at).await?.map(Data::Person),
        DomainEvent::Team(_) => people::team(log, at).await?.map(Data::Team),
        DomainEvent::Webhook(_) => Some(Data::Webhook(people::webhook(log, at).await?)),
        DomainEvent::Tenant(TenantEvent::ThresholdReached(event)) => Some(Data::Limit(event.into())),
        DomainEvent::Tenant(_)
        | DomainEvent::AccessPolicy(_)
        | DomainEvent::ServiceAccount(_)
        | DomainEvent::SupportAccess(_)
        | DomainEvent::LegalHolds(_)
        | DomainEvent::AccessLog(_)
        | DomainEvent::AccessReview(_)
        | DomainEvent::LogStream(_)
        | DomainEvent::RetentionPolicies(_)
        | DomainEvent::SavedViews(_) => None,
    })
}

/// From the envelope's form, `kind:id`.
fn actor(text: &str) -> Actor {
    let (kind, id) = text.split_once(':').unwrap_or(("system", text));
    Actor { kind: kind.to_owned(), id: id.to_owned() }
}
