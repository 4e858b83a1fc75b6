//! What is told of webhooks and their deliveries. The fields' docs are the API's reference.

use chrono::{DateTime, Utc};
use domain::{TicketNumber, webhook::Ordering};
use event_store::{driver::Row, unsigned};
use serde::Serialize;
use utoipa::ToSchema;

use crate::webhooks::{payload::Payload, record::Exchange};

/// A webhook: an endpoint of your own systems that is told of events.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Webhook)]
pub struct WebhookView {
    /// The webhook's id. It never changes.
    #[schema(example = "whk_0199aa00000070008000000000000021")]
    pub id: String,
    /// Where events go.
    #[schema(example = "https://crm.example.com/hooks/help-desk")]
    pub url: Option<String>,
    /// Which events: general types, finer types, `ticket.*`, `*`.
    #[schema(example = json!(["ticket.*", "customer.created"]))]
    pub events: Vec<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it gets events.
    pub active: bool,
    /// Why it gets none: `requested`; `gone`, it answered 410; `failing`, it took nothing for five days.
    pub disabled_reason: Option<String>,
    /// Where it was last disabled: what came after this position, until it was enabled, was not queued. A replay from
    /// the next position fetches it.
    pub disabled_at_position: Option<u64>,
    /// Whether imported history goes there as it is imported.
    pub include_imported: bool,
    /// `per_ticket`: the events of one ticket (or customer, agent, team) arrive in order. `none`: each as soon as it can.
    #[schema(example = "per_ticket", value_type = String)]
    pub ordering: Ordering,
    /// How it fares.
    pub health: HealthView,
    /// How many deliveries are pending; 1000 stands for that many and more.
    #[schema(maximum = 1000)]
    pub pending: u64,
    /// The repetition that is going on.
    pub replay: Option<ReplayView>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When anything of this last changed.
    pub updated_at: DateTime<Utc>,
    /// How many changes it has seen. Send it as `If-Match` to change only what you have seen.
    #[schema(minimum = 1)]
    pub version: u64,
    /// The place of its last change in your event log.
    #[schema(minimum = 1)]
    pub position: u64,
}

/// How a webhook fares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = WebhookHealth)]
pub struct HealthView {
    /// When it last took something.
    pub last_success_at: Option<DateTime<Utc>>,
    /// When it last took nothing.
    pub last_failure_at: Option<DateTime<Utc>>,
    /// The first failure since the last success. After five days of this it is disabled.
    pub failing_since: Option<DateTime<Utc>>,
    /// It asked to be left alone until then (`Retry-After` with 429 or 503).
    pub hold_until: Option<DateTime<Utc>>,
    /// How many attempts in a row it took nothing of. From ten on it is tried by one delivery at a time, with pauses.
    #[schema(minimum = 0)]
    pub consecutive_failures: u32,
    /// It is left alone until then, because it fails again and again.
    pub paused_until: Option<DateTime<Utc>>,
}

/// A repetition of what a webhook was told before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = WebhookReplay)]
pub struct ReplayView {
    /// Its id.
    #[schema(example = "rpl_0199aa00000070008000000000000041")]
    pub id: String,
    /// `delivery`, `failed_since` or `from_position`.
    #[schema(example = "from_position")]
    pub kind: String,
    /// Of `from_position`: the last position that was looked at.
    pub reached_position: Option<u64>,
    /// How many deliveries it has queued.
    pub queued: u64,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When everything was queued; null while it goes on.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Repetitions, for [`ReplayView::from_row`].
pub(crate) const REPLAYS: &str =
    "SELECT r.id, r.kind, r.reached, r.queued, r.created_at, r.finished_at, r.webhook_id FROM webhook_replays r";

impl ReplayView {
    pub(crate) fn from_row(row: &Row) -> Self {
        let kind: String = row.get(1);
        Self {
            id: row.get(0),
            reached_position: (kind == "from_position").then(|| unsigned(row.get(2))),
            kind,
            queued: unsigned(row.get(3)),
            created_at: row.get(4),
            finished_at: row.get(5),
        }
    }
}

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    /// It is on its way, or waits for its turn.
    Pending,
    /// It was taken: some 2xx.
    Delivered,
    /// Nobody tries any more.
    Failed,
}

impl DeliveryStatus {
    /// The word that stands for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    /// Every value.
    pub const ALL: &'static [Self] = &[Self::Pending, Self::Delivered, Self::Failed];

    fn of(text: &str) -> Self {
        Self::ALL.iter().copied().find(|status| status.as_str() == text).unwrap_or(Self::Pending)
    }
}

/// Why something is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryOrigin {
    /// It happened.
    Live,
    /// Somebody asked for it again.
    Replay,
    /// Somebody tries the endpoint.
    Test,
}

/// One event on its way to one webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = WebhookDelivery)]
pub struct DeliveryView {
    /// The delivery's id.
    #[schema(example = "dlv_0199aa00000070008000000000000031")]
    pub id: String,
    /// The webhook.
    #[schema(example = "whk_0199aa00000070008000000000000021")]
    pub webhook_id: String,
    /// The event's id: the header `webhook-id`.
    #[schema(example = "evt_0199aa00000070008000000000000051")]
    pub event_id: String,
    /// The event's type.
    #[schema(example = "ticket.updated")]
    pub event: String,
    /// Its most exact name.
    #[schema(example = "ticket.replied")]
    pub finer_type: String,
    /// The event's place in your event log; null for a test.
    pub position: Option<u64>,
    /// The ticket that the event is about; null when it is about something else.
    #[schema(example = "T-001")]
    pub ticket_id: Option<String>,
    /// Why it is sent.
    pub origin: DeliveryOrigin,
    /// Of a replay: the delivery that it repeats.
    pub replay_of: Option<String>,
    /// What became of it.
    pub status: DeliveryStatus,
    /// How often it was attempted.
    #[schema(minimum = 0, maximum = 10)]
    pub attempts: i32,
    /// What was answered last; null when there was no answer.
    pub last_response_status: Option<i16>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When it is attempted again; null when it is over, and before the first attempt.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// When it was over.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Deliveries, for [`DeliveryView::from_row`].
pub(crate) const DELIVERIES: &str = "SELECT id, webhook_id, event_id, event, finer_type, position, origin, replay_of, \
     status, attempts, last_status, last_error, created_at, next_attempt_at, finished_at, seq, \
     (SELECT t.number FROM events e JOIN tickets t ON t.id = e.aggregate_id COLLATE \"C\" \
         WHERE e.position = d.position AND e.aggregate_type = 'ticket') FROM webhook_deliveries d";

impl DeliveryView {
    pub(crate) fn from_row(row: &Row) -> Self {
        Self {
            id: row.get(0),
            webhook_id: row.get(1),
            event_id: row.get(2),
            event: row.get(3),
            finer_type: row.get(4),
            position: row.get::<_, Option<i64>>(5).map(unsigned),
            ticket_id: row.get::<_, Option<i64>>(16).map(|number| TicketNumber(unsigned(number)).to_string()),
            origin: match row.get(6) {
                "live" => DeliveryOrigin::Live,
                "replay" => DeliveryOrigin::Replay,
                _ => DeliveryOrigin::Test,
            },
            replay_of: row.get(7),
            status: DeliveryStatus::of(row.get(8)),
            attempts: row.get(9),
            last_response_status: row.get(10),
            last_error: row.get(11),
            created_at: row.get(12),
            next_attempt_at: row.get(13),
            finished_at: row.get(14),
        }
    }
}

/// A delivery with what was sent and what came back.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = WebhookDeliveryDetail)]
pub struct DeliveryDetail {
    /// The delivery.
    #[serde(flatten)]
    pub delivery: DeliveryView,
    /// The body, as it would be sent now: what was erased since is not in it any more.
    pub payload: Payload,
    /// Every attempt, the first one first.
    pub attempt_log: Vec<AttemptView>,
}

/// One attempt.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = WebhookAttempt)]
pub struct AttemptView {
    /// Its number: 1, 2, 3, …
    pub number: i32,
    /// When it began.
    pub at: DateTime<Utc>,
    /// How long it took, in milliseconds.
    pub duration_ms: i32,
    /// What was answered; null when there was no answer.
    pub response_status: Option<i16>,
    /// Why it failed.
    pub error: Option<String>,
    /// What was sent and what came back.
    pub exchange: ExchangeView,
}

/// What was sent and what came back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
#[schema(as = WebhookExchange)]
pub struct ExchangeView {
    /// Where it went.
    pub url: String,
    /// The headers that were sent: name and value.
    #[schema(value_type = Vec<Vec<String>>)]
    pub request_headers: Vec<(String, String)>,
    /// The headers that came back: name and value.
    #[schema(value_type = Vec<Vec<String>>)]
    pub response_headers: Vec<(String, String)>,
    /// What came back: its first 16 kB.
    pub response_body: String,
    /// Whether there was more of it.
    pub response_truncated: bool,
}

impl From<Exchange> for ExchangeView {
    fn from(exchange: Exchange) -> Self {
        let Exchange { url, request_headers, response_headers, response_body, response_truncated } = exchange;
        Self { url, request_headers, response_headers, response_body, response_truncated }
    }
}
