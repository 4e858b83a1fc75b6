//! Parameters that several operations take, described once.
#![expect(dead_code, reason = "these describe what `request` and `filter` read")]

use utoipa::{
    IntoParams,
    openapi::{
        KnownFormat, ObjectBuilder, Required, SchemaFormat, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

use super::schemas::{
    AccessReviewId, AgentKey, Cursor, CustomerKey, DeliveryId, EntityTag, EventId, FeedPlace, FileId, IdempotencyText,
    Included, LegalHoldId, LogStreamId, MessageId, RetentionPolicyId, RoleId, ServiceAccountId, SessionId, SubjectId,
    TeamId, TicketKey, ViewKey, WebhookId,
};

/// Which ticket.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct TicketPath {
    /// `T-001`, `tkt_…` or `external:` and its id in your system
    #[param(inline, value_type = TicketKey)]
    id: String,
}

/// Which customer.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct CustomerPath {
    /// `cus_…` or `external:` and their id in your system
    #[param(inline, value_type = CustomerKey)]
    id: String,
}

/// Which agent.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct AgentPath {
    /// `agt_…` or `external:` and their id in your system
    #[param(inline, value_type = AgentKey)]
    id: String,
}

/// Whose erasure.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ErasurePath {
    /// The id of the customer or agent who was erased
    #[param(inline, value_type = SubjectId)]
    id: String,
}

/// Which team.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct TeamPath {
    /// `tea_…`
    #[param(inline, value_type = TeamId)]
    id: String,
}

/// Which service account.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ServiceAccountPath {
    /// `svc_…`
    #[param(inline, value_type = ServiceAccountId)]
    id: String,
}

/// Which review of access.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct AccessReviewPath {
    /// `arv_…`
    #[param(inline, value_type = AccessReviewId)]
    id: String,
}

/// Which log stream.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct LogStreamPath {
    /// `lst_…`
    #[param(inline, value_type = LogStreamId)]
    id: String,
}

/// Which legal hold.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct LegalHoldPath {
    /// `lgh_…`
    #[param(inline, value_type = LegalHoldId)]
    id: String,
}

/// Which retention policy.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct RetentionPolicyPath {
    /// `rtp_…`
    #[param(inline, value_type = RetentionPolicyId)]
    id: String,
}

/// Which view.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ViewPath {
    /// `viw_…`, or the word of one that comes with the product
    #[param(inline, value_type = ViewKey)]
    id: String,
}

/// Which role.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct RolePath {
    /// `agent`, or `rol_…`
    #[param(inline, value_type = RoleId)]
    id: String,
}

/// Which file.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct FilePath {
    /// `fil_…`
    #[param(inline, value_type = FileId)]
    id: String,
}

/// Which webhook.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct WebhookPath {
    /// `whk_…`
    #[param(inline, value_type = WebhookId)]
    id: String,
}

/// Which delivery of a webhook.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OneDelivery {
    /// `whk_…`
    #[param(inline, value_type = WebhookId)]
    id: String,
    /// `dlv_…`
    #[param(inline, value_type = DeliveryId)]
    delivery_id: String,
}

/// Which message of which ticket.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OneMessage {
    /// `T-001`, `tkt_…` or `external:…`
    #[param(inline, value_type = TicketKey)]
    id: String,
    /// `msg_…`
    #[param(inline, value_type = MessageId)]
    message_id: String,
}

/// Which event of which ticket.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OneEvent {
    /// `T-001`, `tkt_…` or `external:…`
    #[param(inline, value_type = TicketKey)]
    id: String,
    /// `evt_…`
    #[param(inline, value_type = EventId)]
    event_id: String,
}

/// Which session of which agent.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OneSession {
    /// `agt_…` or `external:` and their id in your system
    #[param(inline, value_type = AgentKey)]
    id: String,
    /// `ses_…`
    #[param(inline, value_type = SessionId)]
    session_id: String,
}

/// Of a change: only to what the caller saw.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IfMatch {
    /// The `ETag` that you saw: 412 with the changed fields when it is no more
    #[param(rename = "If-Match", inline, required = false, value_type = EntityTag)]
    tag: Option<String>,
}

/// Of a write: only once.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
pub struct Idempotent {
    /// Makes a repeat harmless for 24 hours: it is answered as the first time was
    #[param(rename = "Idempotency-Key", inline, required = false, value_type = IdempotencyText)]
    key: Option<String>,
}

/// Of a write whose answer holds a secret: only once.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
pub struct OnceOnly {
    /// A repeat within 24 hours is refused: the secret is shown once
    #[param(rename = "Idempotency-Key", inline, required = false, value_type = IdempotencyText)]
    key: Option<String>,
}

/// Of a read: only when it is not known already.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IfNoneMatch {
    /// The `ETag` that you have: 304 when it is still so
    #[param(rename = "If-None-Match", required = false, value_type = String)]
    tag: Option<String>,
}

/// Of a stream: where it broke off.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
pub struct LastEventId {
    /// For streams: goes before `after`
    #[param(rename = "Last-Event-ID", inline, required = false, value_type = FeedPlace)]
    position: Option<u64>,
}

/// Of a list: which page.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paged {
    /// Items per page, 25 by default
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u16>,
    /// `next_cursor` of the page before, with the same filters and sort
    #[param(inline, required = false, value_type = Cursor)]
    cursor: Option<String>,
}

/// Of a list that can be counted.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Counted {
    /// `total_count` counts the whole list
    #[param(inline, required = false, value_type = Included)]
    include: Option<String>,
}

/// Of a read: not before a write shows.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Fresh {
    /// Answer only once what is read has come to this position of the log; 503 after two seconds
    min_position: Option<u64>,
}

/// Writes the four bounds of some ranges of time.
macro_rules! ranges {
    ($(#[$meta:meta])* $name:ident: $($field:literal $words:literal),+) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl IntoParams for $name {
            fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
                [$(bounds($field, $words)),+].concat()
            }
        }
    };
}

ranges!(
    /// When tickets came in, and what became of them.
    TicketTimes: "created_at" "Created", "updated_at" "Changed", "resolved_at" "Resolved", "closed_at" "Closed"
);
ranges!(
    /// When customers were made and changed.
    CustomerTimes: "created_at" "Created", "updated_at" "Changed"
);
ranges!(
    /// When acts were recorded.
    RecordedTimes: "recorded_at" "Recorded"
);

fn bounds(field: &str, words: &str) -> Vec<Parameter> {
    let operators = [("gte", "at or after"), ("gt", "after"), ("lte", "at or before"), ("lt", "before")];
    let bound = |(operator, when): (&str, &str)| {
        let instant = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .build();
        ParameterBuilder::new()
            .name(format!("filter[{field}][{operator}]"))
            .parameter_in(ParameterIn::Query)
            .required(Required::False)
            .description(Some(format!("{words} {when} this instant; a day is its first moment in UTC")))
            .schema(Some(instant))
            .build()
    };
    operators.into_iter().map(bound).collect()
}
