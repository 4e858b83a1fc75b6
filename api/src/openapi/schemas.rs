//! The forms of texts: ids, names and codes as `domain` checks them, which knows no API.

use std::borrow::Cow;

use domain::{PUBLIC_TYPES, access_policy::PersonalField, access_review, customer::RestrictionGround, text};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type, schema::SchemaType},
};

use commands::{Permission, api_keys, files};
use projections::analytics::FirstContactBy;

/// One line: no control characters, and not only white space.
const LINE: &str = r"^[^\x00-\x1F\x7F-\x9F]*[^\s\x00-\x1F\x7F-\x9F][^\x00-\x1F\x7F-\x9F]*$";
/// Lines: besides, line breaks and tabs.
const LINES: &str =
    r"^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]*[^\s\x00-\x1F\x7F-\x9F][^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]*$";

/// Writes the descriptions of texts.
macro_rules! texts {
    ($($(#[$meta:meta])* $name:ident: $description:literal, $of:expr;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let text: ObjectBuilder = $of;
                text.schema_type(Type::String).description(Some($description)).into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )+};
}

texts!(
    /// [`domain::CustomerId`].
    CustomerId: "A customer's id.", id(domain::CustomerId::PREFIX);
    /// [`domain::AgentId`].
    AgentId: "An agent's id.", id(domain::AgentId::PREFIX);
    /// [`domain::MessageId`].
    MessageId: "A message's id.", id(domain::MessageId::PREFIX);
    /// Of whom or what something can be erased.
    SubjectId: "A customer's, an agent's or a file's id; or a message's or a ticket's, with a number behind it where it was rectified or erased before.",
        ObjectBuilder::new()
            .pattern(Some(format!(
                r"^({}|{}|{}|({}|{})(\.[1-9][0-9]{{0,4}})?)$",
                hexadecimal(domain::CustomerId::PREFIX),
                hexadecimal(domain::AgentId::PREFIX),
                hexadecimal(domain::FileId::PREFIX),
                hexadecimal(domain::MessageId::PREFIX),
                hexadecimal(domain::TicketId::PREFIX)
            )))
            .examples(["cus_0199aa00000070008000000000000001"]);
    /// [`domain::EventId`].
    EventId: "An event's id.", id(domain::EventId::PREFIX);
    /// [`domain::TeamId`].
    TeamId: "A team's id.", id(domain::TeamId::PREFIX);
    /// [`domain::FileId`].
    FileId: "A file's id.", id(domain::FileId::PREFIX);
    /// [`domain::WebhookId`].
    WebhookId: "A webhook's id.", id(domain::WebhookId::PREFIX);
    /// [`domain::DeliveryId`].
    DeliveryId: "A delivery's id.", id(domain::DeliveryId::PREFIX);
    /// [`domain::ApiKeyId`].
    ApiKeyId: "An API key's id; the key itself is another text.", id(domain::ApiKeyId::PREFIX);
    /// [`domain::ServiceAccountId`].
    ServiceAccountId: "A service account's id.", id(domain::ServiceAccountId::PREFIX);
    /// [`domain::tenant::KeyOwner`].
    KeyOwner: "Whose a key is: a service account's id, or an agent's.",
        ObjectBuilder::new()
            .pattern(Some(format!(
                "^({}|{})$",
                hexadecimal(domain::ServiceAccountId::PREFIX),
                hexadecimal(domain::AgentId::PREFIX)
            )))
            .examples(["svc_0199aa00000070008000000000000041"]);
    /// [`commands::api_keys::KeyState`].
    KeyState: "Whether a key opens.",
        ObjectBuilder::new().enum_values(Some(api_keys::KeyState::ALL.map(api_keys::KeyState::as_str)));
    /// [`domain::InvitationId`].
    InvitationId: "An invitation's id; its token is another text.", id(domain::InvitationId::PREFIX);
    /// [`domain::SupportGrantId`].
    SupportGrantId: "A grant's id.", id(domain::SupportGrantId::PREFIX);
    /// [`domain::AccessReviewId`].
    AccessReviewId: "A review's id.", id(domain::AccessReviewId::PREFIX);
    /// [`domain::access_review::Principal`].
    Principal: "Who: an agent's id, a service account's or a key's.",
        ObjectBuilder::new()
            .pattern(Some(format!(
                "^({}|{}|{})$",
                hexadecimal(domain::AgentId::PREFIX),
                hexadecimal(domain::ServiceAccountId::PREFIX),
                hexadecimal(domain::ApiKeyId::PREFIX)
            )))
            .examples(["agt_0199aa00000070008000000000000002"]);
    /// [`domain::access_review::PrincipalKind`].
    PrincipalKind: "Whom a review is about.",
        ObjectBuilder::new()
            .enum_values(Some(access_review::PrincipalKind::ALL.map(access_review::PrincipalKind::as_str)));
    /// [`domain::LogStreamId`].
    LogStreamId: "A log stream's id.", id(domain::LogStreamId::PREFIX);
    /// [`domain::LegalHoldId`].
    LegalHoldId: "A legal hold's id.", id(domain::LegalHoldId::PREFIX);
    /// [`domain::RetentionPolicyId`].
    RetentionPolicyId: "A retention policy's id.", id(domain::RetentionPolicyId::PREFIX);
    /// [`domain::ticket::Status`], once work has ended.
    EndedStatus: "Where a ticket stands on which work has ended.",
        ObjectBuilder::new().enum_values(Some(["resolved", "closed"]));
    /// [`domain::TicketId`].
    TicketId: "A ticket's id.", id(domain::TicketId::PREFIX);
    /// [`domain::SessionId`].
    SessionId: "A session's id.", id(domain::SessionId::PREFIX);
    /// [`domain::FactorId`].
    FactorId: "A second factor's id.", id(domain::FactorId::PREFIX);
    /// [`domain::TicketNumber`].
    TicketNumber: "A ticket's display id.",
        ObjectBuilder::new().pattern(Some("^T-0*[1-9][0-9]{0,14}$")).examples(["T-001"]);
    /// What names a ticket in a URL.
    TicketKey: "`T-001`, `tkt_…` or `external:` and its id in your system.",
        key(&format!("[Tt]-0*[1-9][0-9]{{0,14}}|{}", hexadecimal(domain::TicketId::PREFIX)), "T-001");
    /// What names a customer in a URL.
    CustomerKey: "`cus_…` or `external:` and their id in your system.",
        key(&hexadecimal(domain::CustomerId::PREFIX), "external:CRM-42");
    /// What names an agent in a URL.
    AgentKey: "`agt_…` or `external:` and their id in your system.",
        key(&hexadecimal(domain::AgentId::PREFIX), "external:HR-7");
    /// [`text::Title`].
    Title: "A subject line.", line(text::Title::MAX_CHARS);
    /// [`text::Body`].
    Text: "Plain text, of any number of lines.",
        ObjectBuilder::new().pattern(Some(LINES)).min_length(Some(1)).max_length(Some(text::Body::MAX_CHARS));
    /// [`text::Name`].
    Name: "What a person, a team or a program is called.", line(text::Name::MAX_CHARS);
    /// [`text::Phone`].
    Phone: "A telephone number, as written.", line(text::Phone::MAX_CHARS);
    /// [`text::Tag`].
    Tag: "A label.", line(text::Tag::MAX_CHARS);
    /// [`text::TicketType`].
    TicketType: "Your own kind of ticket.", line(text::TicketType::MAX_CHARS);
    /// [`text::ExternalId`].
    ExternalId: "An id in another system.", line(text::ExternalId::MAX_CHARS);
    /// [`text::FileName`].
    FileName: "What a file is called.", line(text::FileName::MAX_CHARS);
    /// [`commands::files::FileStatus`].
    FileStatus: "What a scanner said.",
        ObjectBuilder::new().enum_values(Some(files::FileStatus::ALL.map(files::FileStatus::as_str)));
    /// The bytes of a file.
    Bytes: "Any bytes.", ObjectBuilder::new().format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
    /// [`text::Reason`].
    Reason: "Why.", line(text::Reason::MAX_CHARS);
    /// [`text::Description`].
    Description: "What it is for.", line(text::Description::MAX_CHARS);
    /// [`text::Email`].
    Email: "An email address.",
        ObjectBuilder::new().format(Some(SchemaFormat::Custom("email".to_owned()))).max_length(Some(254));
    /// [`event_store::TenantId`].
    TenantId: "A tenant's id.", ObjectBuilder::new().pattern(Some("^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$")).examples(["company-abc-123"]);
    /// [`domain::tenant::HostName`].
    HostName: "The name of a host, without scheme and port.",
        ObjectBuilder::new()
            .pattern(Some(r"^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$"))
            .max_length(Some(253))
            .examples(["support.company-abc.com"]);
    /// [`domain::tenant::PictureUrl`].
    PictureUrl: "Where a picture is; or a PNG or WebP picture of at most 48 KB itself, as a data URL.",
        ObjectBuilder::new()
            .pattern(Some("^(https://[A-Za-z0-9.-]{1,250}(/[A-Za-z0-9._~/-]{0,1500})?|data:image/png;base64,iVBORw0KGgo[A-Za-z0-9+/]([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?|data:image/webp;base64,UklGR[A-Za-z0-9+/]{3}([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$"))
            .max_length(Some(65_559))
            .examples(["https://acme.com/logo.png"]);
    /// [`domain::tenant::Color`].
    Color: "A colour.", ObjectBuilder::new().pattern(Some("^#[0-9A-Fa-f]{6}$")).examples(["#1a365d"]);
    /// [`domain::tenant::Font`].
    Font: "The name of one font.", ObjectBuilder::new().pattern(Some("^[A-Za-z0-9]([A-Za-z0-9 -]{0,58}[A-Za-z0-9-])?$")).examples(["Inter"]);
    /// [`domain::tenant::CustomCss`].
    CustomCss: "A style sheet that loads nothing from elsewhere.",
        ObjectBuilder::new().pattern(Some(r"^[^<\x00]+$")).min_length(Some(1)).max_length(Some(65_536)).examples(["/* Custom styles */"]);
    /// [`domain::tenant::TemplateId`].
    TemplateId: "The id of a template.", ObjectBuilder::new().pattern(Some("^[A-Za-z0-9_-]{1,100}$")).examples(["custom_template_id"]);
    /// [`domain::tenant::BusinessHours`].
    BusinessHours: "From when to when, and where.",
        ObjectBuilder::new()
            .pattern(Some(r"^([01]?[0-9]|2[0-3]):[0-5][0-9]-(([01]?[0-9]|2[0-3]):[0-5][0-9]|24:00)( [A-Za-z_/+-]+)?$"))
            .examples(["9:00-17:00 EST"]);
    /// [`text::WebhookUrl`].
    WebhookUrl: "Where events go: https, and a host on the public Internet.",
        ObjectBuilder::new().pattern(Some("^https?://")).max_length(Some(text::WebhookUrl::MAX_CHARS));
    /// [`text::StreamUrl`].
    StreamUrl: "Where a log stream goes: https or syslog over TLS, and a host on the public Internet.",
        ObjectBuilder::new().pattern(Some("^(https?|syslog\\+(tls|tcp))://")).max_length(Some(text::StreamUrl::MAX_CHARS));
    /// [`text::Certificates`].
    Certificates: "Certificates in PEM.",
        ObjectBuilder::new().pattern(Some("-----BEGIN CERTIFICATE-----")).max_length(Some(text::Certificates::MAX_CHARS));
    /// [`domain::log_stream::StreamedLog`].
    StreamedLog: "A log that is sent.", ObjectBuilder::new().enum_values(Some(["audit", "access_log"]));
    /// What a key may do.
    Scope: "A right, all of a kind, or all.", ObjectBuilder::new().enum_values(Some(scopes()));
    /// [`domain::RoleId`].
    RoleId: "A role: `owner`, `admin`, `agent`, `light_agent`, `auditor`, `analyst`, `billing`, or the id of one of yours.",
        ObjectBuilder::new()
            .pattern(Some("^(owner|admin|agent|light_agent|auditor|analyst|billing|rol_[0-9a-f]{32})$"))
            .examples(["agent"]);
    /// [`domain::RoleId`] of a service account.
    ProgramRole: "A role of a program, which is never `owner`: `admin`, `agent`, `light_agent`, `auditor`, `analyst`, `billing`, or the id of one of yours.",
        ObjectBuilder::new()
            .pattern(Some("^(admin|agent|light_agent|auditor|analyst|billing|rol_[0-9a-f]{32})$"))
            .examples(["agent"]);
    /// [`Permission`].
    PermissionName: "A permission.",
        ObjectBuilder::new().enum_values(Some(Permission::ALL.iter().map(|right| right.as_str())));
    /// [`domain::permission::Reach`].
    ReachName: "For which tickets: those that they opened, also those assigned to them, also those of their teams, or all.",
        ObjectBuilder::new().enum_values(Some(domain::permission::Reach::EVERY.map(domain::permission::Reach::as_str)));
    /// [`domain::access_policy::PersonalField`].
    PersonalFieldName: "What may be masked of customers: what they are called, their address, their number, or what is written (titles, messages, notes, files).",
        ObjectBuilder::new().enum_values(Some(PersonalField::ALL.map(PersonalField::as_str)));
    /// [`domain::customer::Purpose`].
    PurposeName: "What data are used for: a word of your own.",
        ObjectBuilder::new().pattern(Some("^[a-z0-9._-]{1,60}$")).examples(["newsletter"]);
    /// [`domain::customer::RestrictionGround`].
    RestrictionGroundName: "Why data are kept and not used, as GDPR Article 18(1) has it: they are said to be untrue (a), it was unlawful to use them (b), they are needed for a legal claim of the customer (c), or the customer objected (d).",
        ObjectBuilder::new().enum_values(Some(RestrictionGround::ALL.map(RestrictionGround::as_str)));
    /// [`domain::access_policy::AddressRange`].
    AddressRange: "An address, or a range of addresses in CIDR notation (IPv4 or IPv6).",
        ObjectBuilder::new().examples(["203.0.113.0/24"]);
    /// [`domain::access_policy::Origin`].
    Origin: "The origin of a page: https, a host, and a port where it is not the usual one.",
        ObjectBuilder::new().examples(["https://app.example.com"]);
    /// [`domain::webhook::EventFilter`].
    EventFilter: "A general type, a finer type, all of a kind, or all.",
        ObjectBuilder::new().enum_values(Some(event_filters()));
    /// A type of event about a ticket.
    TicketEvent: "A general type of event about a ticket.",
        ObjectBuilder::new().enum_values(Some(crate::webhooks::about_tickets()));
    /// [`domain::tenant::Plan`].
    Plan: "What was bought.", ObjectBuilder::new().enum_values(Some(["starter", "professional", "enterprise"]));
    /// [`domain::webhook::Ordering`].
    DeliveryOrder: "What is kept in order on the way.", ObjectBuilder::new().enum_values(Some(["per_ticket", "none"]));
    /// An `ETag` in `If-Match`.
    EntityTag: "An `ETag` of this API, or `*`. Only the version in it counts.",
        ObjectBuilder::new()
            .pattern(Some(r#"^(\*|"(e[0-9]{1,9}\.)?[0-9]{1,18}(\.[0-9a-f]{16})?")$"#))
            .examples([r#""3.9f86d081884c7d65""#]);
    /// An `Idempotency-Key`.
    IdempotencyText: "Any text of printable ASCII.",
        ObjectBuilder::new().pattern(Some("^[!-~]([ -~]*[!-~])?$")).min_length(Some(1)).max_length(Some(255)).examples(["my-first"]);
    /// A cursor.
    Cursor: "A place in one list, signed.",
        ObjectBuilder::new().pattern(Some("^[A-Za-z0-9_-]+$")).max_length(Some(4096));
    /// What a list may be asked for besides.
    Included: "What is to be there too.", ObjectBuilder::new().enum_values(Some(["total_count"]));
    /// What views may be asked for besides.
    ViewParts: "What is to be there too.", ObjectBuilder::new().enum_values(Some(["counts"]));
    /// What names a view in a URL.
    ViewKey: "`viw_…`, or of those that come with the product `mine`, `unassigned`, `open` or `urgent`.",
        ObjectBuilder::new()
            .pattern(Some(format!("^({}|mine|unassigned|open|urgent)$", hexadecimal(domain::ViewId::PREFIX))))
            .examples(["viw_0199aa00000070008000000000000001"]);
    /// Whether deleted things are listed.
    DeletedShown: "Without the deleted ones, only those, or all.",
        ObjectBuilder::new().enum_values(Some(["false", "only", "true"]));
    /// [`reports::Report`].
    ReportName: "A report.", ObjectBuilder::new().enum_values(Some(reports::Report::ALL.map(reports::Report::name)));
    /// [`reports::Format`].
    ReportFormat: "How a report is written.",
        ObjectBuilder::new().enum_values(Some(reports::Format::ALL.map(reports::Format::name)));
    /// [`crate::access_reviews::result::FORMATS`].
    AccessReviewFormat: "How the result of a review is written.",
        ObjectBuilder::new().enum_values(Some(crate::access_reviews::result::FORMATS));
    /// [`crate::evidence::CONTROLS`].
    EvidenceControlName: "A control of the evidence.", ObjectBuilder::new().enum_values(Some(crate::evidence::CONTROLS));
    /// [`reports::person::PersonFormat`].
    PersonFormat: "How what is known about a person is written.",
        ObjectBuilder::new()
            .enum_values(Some(reports::person::PersonFormat::ALL.map(reports::person::PersonFormat::name)));
    /// A level of the tree.
    TileLevel: "A level, counted from the leaves, or `entries`.",
        ObjectBuilder::new().pattern(Some("^([0-9]|[1-5][0-9]|6[0-3]|entries)$")).examples(["0"]);
    /// A tile of a level.
    TileIndex: "Which tile of its level.", ObjectBuilder::new().pattern(Some("^[0-9]{3}$")).examples(["000"]);
    /// [`projections::analytics::FirstContactBy`].
    FirstContact: "What counts as settled at first contact.",
        ObjectBuilder::new().enum_values(Some(FirstContactBy::ALL.map(FirstContactBy::as_str)));
    /// A state of the log.
    Moment: "A position, or an instant (RFC 3339).",
        ObjectBuilder::new()
            .pattern(Some(r"^([0-9]{1,18}|[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ].+)$"))
            .examples(["4711", "2026-11-22T10:00:00Z"]);
    /// An end of a period.
    Bound: "An instant (RFC 3339), or a day such as 2026-11-22, from 1970 to 2200.",
        ObjectBuilder::new().pattern(Some(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T.+)?$")).examples(["2026-11-22"]);
);

/// A place in the feed.
#[derive(Clone, Copy, Debug)]
pub struct FeedPlace;

impl PartialSchema for FeedPlace {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([Type::Integer, Type::String]))
            .minimum(Some(0))
            .pattern(Some("^([2-9]|[1-9][0-9]{1,8})[.][0-9]{1,18}$"))
            .description(Some(
                "A position; of a tenant that was restored from a backup, the number of its log and a position.",
            ))
            .examples([serde_json::json!(1234), serde_json::json!("2.1234")])
            .into()
    }
}

impl ToSchema for FeedPlace {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("FeedPlace")
    }
}

fn hexadecimal(prefix: &str) -> String {
    format!("{prefix}_[0-9a-f]{{32}}")
}

fn id(prefix: &str) -> ObjectBuilder {
    let example = format!("{prefix}_0199aa00000070008000000000000001");
    ObjectBuilder::new().pattern(Some(format!("^{}$", hexadecimal(prefix)))).examples([example])
}

fn key(ours: &str, example: &str) -> ObjectBuilder {
    ObjectBuilder::new().pattern(Some(format!("^({ours}|external:.+)$"))).examples([example])
}

fn line(max_chars: usize) -> ObjectBuilder {
    ObjectBuilder::new().pattern(Some(LINE)).min_length(Some(1)).max_length(Some(max_chars))
}

/// Each word once, in the order in which it first comes; then all of a kind; then all.
fn with_kinds(words: impl Iterator<Item = &'static str> + Clone, separator: char) -> Vec<String> {
    let mut all: Vec<String> = vec![];
    let kinds =
        words.clone().filter_map(|word| word.split_once(separator)).map(|(kind, _)| format!("{kind}{separator}*"));
    for word in words.map(str::to_owned).chain(kinds).chain(["*".to_owned()]) {
        if !all.contains(&word) {
            all.push(word);
        }
    }
    all
}

fn scopes() -> Vec<String> {
    with_kinds(Permission::ALL.iter().map(|right| right.as_str()), ':')
}

fn event_filters() -> Vec<String> {
    with_kinds(PUBLIC_TYPES.iter().flat_map(|name| [name.general, name.finer]), '.')
}
