//! Customers, agents, teams and webhooks in a delivery: as they stood with the event, and what it changed.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::{
    Aggregate, Event, Personal,
    webhook::{Standing, Webhook, WebhookEvent, WebhookState},
};
use event_store::{Log, RecordedEvent};
use projections::{
    agents::AgentView,
    as_of::{self, Moment},
    customers::CustomerView,
    teams::TeamView,
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::error::ReactionError;

/// A customer or an agent as they stood.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = WebhookPerson)]
pub struct PersonData {
    /// Their id.
    #[schema(example = "cus_0199aa00000070008000000000000001")]
    pub id: String,
    /// What they are called. Null once it was erased.
    pub name: Option<String>,
    /// Where they read mail. Null when it is not known, or was erased.
    pub email: Option<String>,
    /// Of a customer: where they can be called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Their id in another system.
    pub external_id: Option<String>,
    /// Of an agent: whether they get work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// Only there when they were forgotten, for ever: since when. Forget what you know of them, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<DateTime<Utc>>,
    /// Only there when their data are kept and not used (GDPR Article 18): since when. Do not use what you have of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restricted_at: Option<DateTime<Utc>>,
    /// What changed: field → [before, after].
    #[schema(value_type = Option<Object>, example = json!({"name": ["John Doe", "John Roe"]}))]
    pub changes: Option<Value>,
}

/// A team as it stood.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = WebhookTeam)]
pub struct TeamData {
    /// Its id.
    #[schema(example = "tea_0199aa00000070008000000000000004")]
    pub id: String,
    /// What it is called.
    pub name: Option<String>,
    /// Who is in it.
    pub member_ids: Vec<String>,
    /// What changed: field → [before, after].
    #[schema(value_type = Option<Object>)]
    pub changes: Option<Value>,
}

/// A webhook as it stood, without its URL: that may hold a token of its receiver.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = WebhookOfWebhook)]
pub struct WebhookData {
    /// Its id.
    #[schema(example = "whk_0199aa00000070008000000000000021")]
    pub id: String,
    /// What it is for.
    pub description: Option<String>,
    /// Which events it is told of.
    pub events: Vec<String>,
    /// Whether it gets events.
    pub active: bool,
    /// Why it gets none: `requested`, `gone` or `failing`.
    pub disabled_reason: Option<String>,
    /// What changed: field → [before, after].
    #[schema(value_type = Option<Object>)]
    pub changes: Option<Value>,
}

/// The customer of the event at this place.
pub(super) async fn customer(log: &Log, at: &RecordedEvent) -> Result<Option<PersonData>, ReactionError> {
    let Ok(id) = at.stream.aggregate_id.parse() else { return Ok(None) };
    let person = |customer: CustomerView| PersonData {
        id: customer.id,
        name: customer.name,
        email: customer.email,
        phone: customer.phone,
        external_id: customer.external_id,
        active: None,
        erased_at: customer.erased_at,
        restricted_at: customer.restricted_at,
        changes: None,
    };
    let before = as_of::customer(log, id, before(at)).await?.map(person);
    let after = as_of::customer(log, id, with(at)).await?.map(person);
    Ok(after.map(|after| PersonData { changes: Some(changes(before.as_ref(), &after)), ..after }))
}

/// The agent of the event at this place.
pub(super) async fn agent(log: &Log, at: &RecordedEvent) -> Result<Option<PersonData>, ReactionError> {
    let Ok(id) = at.stream.aggregate_id.parse() else { return Ok(None) };
    let person = |agent: AgentView| PersonData {
        id: agent.id,
        name: agent.name,
        email: agent.email,
        phone: None,
        external_id: agent.external_id,
        active: Some(agent.active),
        erased_at: agent.erased_at,
        restricted_at: None,
        changes: None,
    };
    let before = as_of::agent(log, id, before(at)).await?.map(person);
    let after = as_of::agent(log, id, with(at)).await?.map(person);
    Ok(after.map(|after| PersonData { changes: Some(changes(before.as_ref(), &after)), ..after }))
}

/// The team of the event at this place.
pub(super) async fn team(log: &Log, at: &RecordedEvent) -> Result<Option<TeamData>, ReactionError> {
    let Ok(id) = at.stream.aggregate_id.parse() else { return Ok(None) };
    let team =
        |team: TeamView| TeamData { id: team.id, name: Some(team.name), member_ids: team.member_ids, changes: None };
    let before = as_of::team(log, id, before(at)).await?.map(team);
    let after = as_of::team(log, id, with(at)).await?.map(team);
    Ok(after.map(|after| TeamData { changes: Some(changes(before.as_ref(), &after)), ..after }))
}

/// The webhook of the event at this place: its stream folded by its own rules.
pub(super) async fn webhook(log: &Log, at: &RecordedEvent) -> Result<WebhookData, ReactionError> {
    let (mut before, mut after) = (WebhookState::default(), WebhookState::default());
    for event in log.load(&at.stream, 0).await?.into_iter().filter(|event| event.sequence <= at.sequence) {
        let position = event.position;
        let event = WebhookEvent::decode(&event.event_type, event.event_version, event.payload)
            .map_err(|error| ReactionError::Poisoned { position, reason: error.to_string() })?;
        before.clone_from(&after);
        Webhook::apply(&mut after, &event);
    }
    let data = |state: WebhookState| WebhookData {
        id: at.stream.aggregate_id.clone(),
        description: state.description.and_then(Personal::into_value),
        events: state.events.into_iter().collect(),
        active: state.standing == Standing::Active,
        disabled_reason: match state.standing {
            Standing::Disabled(reason) => Some(reason.as_str().to_owned()),
            Standing::Unknown | Standing::Active | Standing::Deleted => None,
        },
        changes: None,
    };
    let (before, after) = (data(before), data(after));
    Ok(WebhookData { changes: Some(changes(Some(&before), &after)), ..after })
}

fn with(at: &RecordedEvent) -> Moment {
    Moment::Position(at.position)
}

fn before(at: &RecordedEvent) -> Moment {
    Moment::Position(at.position.saturating_sub(1))
}

/// Field → [before, after], of those that differ.
fn changes<T: Serialize>(before: Option<&T>, after: &T) -> Value {
    let fields = |data: Option<&T>| match data.and_then(|data| serde_json::to_value(data).ok()) {
        Some(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    let (before, after) = (fields(before), fields(Some(after)));
    // Some fields are only there while they say something.
    let all: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differing = all.into_iter().filter_map(|field| {
        let value = |fields: &Map<String, Value>| fields.get(field).cloned().unwrap_or_default();
        let (was, now) = (value(&before), value(&after));
        (!["id", "changes"].contains(&field.as_str()) && was != now).then(|| (field.clone(), json!([was, now])))
    });
    Value::Object(differing.collect())
}
