//! The log as others may see it: exactly one item per position, in order, without holes.
//!
//! An event that nobody outside can see the effect of is an item of position and time only, so that a reader can check
//! density itself. What changed comes from the timelines, so the feed goes as far as the read models' checkpoint.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::{
    Aggregate, DomainEvent, EventId, access_log::AccessLog, access_policy::AccessPolicy, access_review::AccessReview,
    agent::Agent, customer::Customer, legal_holds::LegalHolds, log_stream::LogStream, public_type,
    retention_policies::RetentionPolicies, saved_views::SavedViews, service_account::ServiceAccount,
    support_access::SupportAccess, team::Team, ticket::Ticket, webhook::Webhook,
};
use event_store::{Log, RecordedEvent, TenantTx};
use serde::Serialize;
use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use crate::{
    error::{ProjectionError, QueryError},
    fold,
    group::Group,
    scope::Scope,
    subscription::subscription,
    tickets,
    timeline::{self, Actor, Message, TimelineEntry},
};

/// One position of the log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FeedItem {
    /// Its place in your event log.
    pub position: u64,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// What happened; left out where there is nothing for anybody outside to see.
    #[serde(flatten)]
    pub event: Option<PublicEvent>,
}

/// What every position of the log has.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the head of a feed item")]
struct Place {
    /// Its place in your event log: 1, 2, 3, … without holes.
    #[schema(minimum = 1)]
    position: u64,
    /// When it was recorded; never goes backwards along positions.
    recorded_at: DateTime<Utc>,
}

impl PartialSchema for FeedItem {
    /// A place, and the members of an event, none of which need be there.
    fn schema() -> RefOr<Schema> {
        let (place, event) = (Place::schema(), PublicEvent::schema());
        let (RefOr::T(Schema::Object(mut item)), RefOr::T(Schema::Object(event))) = (place, event) else {
            unreachable!("both are objects")
        };
        item.properties.extend(event.properties);
        item.description = Some(
            "One position of the log. What happened is left out where there is nothing for you to see.".to_owned(),
        );
        item.into()
    }
}

impl ToSchema for FeedItem {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        PublicEvent::schemas(schemas);
    }
}

/// What happened, in public words.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PublicEvent {
    /// The event's own id: the same in a webhook, however often it is sent.
    pub id: String,
    /// One of the few that everybody handles.
    #[serde(rename = "type")]
    #[schema(example = "ticket.updated")]
    pub general: String,
    /// The most exact name there is for it; the same as `type` where there is nothing finer.
    #[schema(example = "ticket.replied")]
    pub finer_type: String,
    /// When it happened.
    pub timestamp: DateTime<Utc>,
    /// Whether it is history of another help desk.
    pub imported: bool,
    /// Who caused it.
    pub actor: Actor,
    /// What it happened to.
    pub subject: Subject,
    /// What the subject's events share that came from one request.
    pub correlation_id: String,
    /// The fields of the subject that may have changed.
    pub changed_fields: Vec<String>,
    /// Of a ticket: what changed, field → [before, after].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, example = json!({"priority": ["high", "critical"]}))]
    pub changes: Option<Value>,
    /// Of a ticket: the message or note that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
}

/// What something happened to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Subject {
    /// `ticket`, `customer`, `agent`, `team` or `webhook`.
    #[schema(example = "ticket")]
    pub kind: String,
    /// Its id.
    #[schema(example = "tkt_0199aa00000070008000000000000001")]
    pub id: String,
    /// How many changes it had seen with this one.
    #[schema(minimum = 1)]
    pub version: u64,
}

/// A stretch of the feed.
#[derive(Clone, Debug, PartialEq)]
pub struct Stretch {
    /// One item per position.
    pub items: Vec<FeedItem>,
    /// The last position that was looked at: where the next stretch goes on.
    pub until: u64,
}

/// At most `limit` positions after `after`; none when the reader has come to the end. Who sees only some tickets is told
/// what happened to those, as they stand now, and of everything else that it happened.
pub async fn read(log: &Log, scope: &Scope, after: u64, limit: u32) -> Result<Stretch, ProjectionError> {
    let tx = log.begin().await?;
    let stretch = read_in(log, &tx, scope, after, limit).await?;
    tx.commit().await?;
    Ok(stretch)
}

async fn read_in(log: &Log, tx: &TenantTx, scope: &Scope, after: u64, limit: u32) -> Result<Stretch, ProjectionError> {
    let desk = subscription(tx, Group::Desk.live()).await?.ok_or(ProjectionError::NotInstalled)?;
    let room = u32::try_from(desk.checkpoint.saturating_sub(after)).unwrap_or(u32::MAX);
    let events = log.read_in(tx, after, limit.min(room)).await?;
    let until = events.last().map_or(after, |event| event.position);
    let lines = timeline::between(tx, after, until).await.map_err(unread)?;
    let tickets = events.iter().filter(|event| event.stream.aggregate_type == Ticket::TYPE);
    let tickets = tickets.map(|event| event.stream.aggregate_id.clone()).collect();
    let seen = tickets::seen(tx, scope, tickets).await.map_err(unread)?;
    let mut lines: HashMap<u64, TimelineEntry> = lines.into_iter().map(|line| (line.position, line)).collect();
    let items = events
        .into_iter()
        .map(|event| {
            let line = lines.remove(&event.position);
            // The ids of things tell of which kind they are.
            let of_all = scope.reaches_all() && event.stream.aggregate_type != Ticket::TYPE;
            if of_all || seen.as_ref().is_none_or(|seen| seen.contains(&event.stream.aggregate_id)) {
                return item(event, line);
            }
            Ok(FeedItem { position: event.position, recorded_at: event.recorded_at, event: None })
        })
        .collect::<Result<_, _>>()?;
    Ok(Stretch { items, until })
}

/// What a question about tickets failed with, for those who fold, too.
pub(crate) fn unread(error: QueryError) -> ProjectionError {
    match error {
        QueryError::Store(error) => ProjectionError::Store(error),
        QueryError::ForeignPosition
        | QueryError::SortFields
        | QueryError::EmptyPeriod
        | QueryError::NotInstalled
        | QueryError::Decode(_) => ProjectionError::NotInstalled,
    }
}

fn item(mut at: RecordedEvent, line: Option<TimelineEntry>) -> Result<FeedItem, ProjectionError> {
    let poisoned = |reason: String, position| ProjectionError::Poisoned { position, reason };
    let event = fold::decode(&mut at).map_err(|error| poisoned(error.to_string(), at.position))?;
    let (position, recorded_at) = (at.position, at.recorded_at);
    let event = public_type(&event).map(|name| PublicEvent {
        id: EventId::new(at.event_id).to_string(),
        general: name.general.to_owned(),
        finer_type: name.finer.to_owned(),
        timestamp: at.occurred_at,
        imported: at.is_imported(),
        actor: Actor::of(at.actor()),
        correlation_id: at.metadata.get("correlation_id").cloned().unwrap_or_default(),
        subject: Subject { kind: at.stream.aggregate_type, id: at.stream.aggregate_id, version: at.sequence },
        changed_fields: changed_fields(&event),
        changes: line.as_ref().map(|line| line.changes.clone()),
        message: line.and_then(|line| line.message),
    });
    Ok(FeedItem { position, recorded_at, event })
}

fn changed_fields(event: &DomainEvent) -> Vec<String> {
    let named = |fields: &[&str]| fields.iter().map(|field| (*field).to_owned()).collect();
    match event {
        DomainEvent::Customer(event) => named(Customer::changed_fields(event)),
        DomainEvent::Agent(event) => named(Agent::changed_fields(event)),
        DomainEvent::Team(event) => named(Team::changed_fields(event)),
        DomainEvent::Ticket(event) => named(Ticket::changed_fields(event)),
        DomainEvent::Webhook(event) => named(Webhook::changed_fields(event)),
        DomainEvent::AccessPolicy(event) => named(AccessPolicy::changed_fields(event)),
        DomainEvent::ServiceAccount(event) => named(ServiceAccount::changed_fields(event)),
        DomainEvent::SupportAccess(event) => named(SupportAccess::changed_fields(event)),
        DomainEvent::AccessLog(event) => named(AccessLog::changed_fields(event)),
        DomainEvent::AccessReview(event) => named(AccessReview::changed_fields(event)),
        DomainEvent::LogStream(event) => named(LogStream::changed_fields(event)),
        DomainEvent::LegalHolds(event) => named(LegalHolds::changed_fields(event)),
        DomainEvent::RetentionPolicies(event) => named(RetentionPolicies::changed_fields(event)),
        DomainEvent::SavedViews(event) => named(SavedViews::changed_fields(event)),
        DomainEvent::Tenant(_) => vec![],
    }
}
