//! The OpenAPI 3.1 document: made from the handlers, so that a route cannot be missing from it.
//!
//! A handler says what is its own: summary, scope, bodies. What many share is here, once: [`parameters`], [`answers`],
//! [`problems`], [`schemas`]. What follows from the whole is added at the end ([`complete`]): the scope in words, what
//! every answer carries, which operation to go on with, and the webhooks.

mod answers;
mod complete;
mod parameters;
mod problems;
pub mod schemas;
mod webhooks;

use std::sync::LazyLock;

use axum::{
    Router,
    extract::State,
    http::{HeaderValue, header},
    middleware,
    response::{IntoResponse, Response},
};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{Http, HttpAuthScheme, SecurityScheme},
};
use utoipa_swagger_ui::{Config, SwaggerUi};

pub use answers::{Changed, Created, Done, Listed, Shown};
pub use complete::complete;
pub use parameters::{
    AccessReviewPath, AgentPath, Counted, CustomerPath, CustomerTimes, ErasurePath, FilePath, Fresh, Idempotent,
    IfMatch, IfNoneMatch, LastEventId, LegalHoldPath, LogStreamPath, OnceOnly, OneDelivery, OneEvent, OneMessage,
    OneSession, Paged, RecordedTimes, RetentionPolicyPath, RolePath, ServiceAccountPath, TeamPath, TicketPath,
    TicketTimes, ViewPath, WebhookPath,
};
pub use problems::{
    ActProblems, ChangeProblems, ContentProblems, CreateProblems, Deleted, DoorProblems, FeedProblems, LinkProblems,
    ListProblems, OpenProblems, ReadProblems, UploadProblems,
};

use crate::{
    answer::{Accepted, PageBody},
    app::App,
    erasures::ErasureView,
    invitations::InvitationView,
    problem::Problem,
    sessions::{SecondStepView, Tokens},
};
use projections::{
    access_policy::AccessPolicyView,
    access_reviews::{AccessReviewView, ReviewItemView},
    agents::AgentView,
    customers::{ConsentsView, CustomerView, RestrictionView},
    legal_holds::LegalHoldView,
    retention_policies::{RetentionPolicyView, RetentionPreview},
    roles::RoleView,
    saved_views::ViewView,
    service_accounts::ServiceAccountView,
    support_access::{SupportAccessView, SupportGrantView},
    teams::TeamView,
    tenant::TenantView,
    tickets::{TicketAsOf, TicketView},
    timeline::{Message, TimelineEntry},
};
use reactions::{
    log_streams::LogStreamView,
    webhooks::{DeliveryView, Payload, WebhookView},
};

/// The document's head; its paths come from the routes.
#[derive(Debug, OpenApi)]
#[openapi(
    components(schemas(
        Problem, Accepted, Payload, schemas::TicketNumber, Tokens, SecondStepView,
        TicketView, TicketAsOf, CustomerView, RestrictionView, ConsentsView, AgentView, TeamView, RoleView, TenantView, AccessPolicyView, SupportAccessView, SupportGrantView,
        WebhookView, ErasureView, ViewView, LogStreamView, RetentionPolicyView, RetentionPreview,
        ServiceAccountView, PageBody<ServiceAccountView>, LegalHoldView, PageBody<LegalHoldView>,
        AccessReviewView, PageBody<AccessReviewView>, PageBody<ReviewItemView>,
        PageBody<TicketView>, PageBody<CustomerView>, PageBody<AgentView>, PageBody<TeamView>,
        PageBody<InvitationView>, PageBody<ErasureView>, PageBody<Message>, PageBody<TimelineEntry>, PageBody<DeliveryView>,
    )),
    info(
        title = "Help desk API",
        description = "Tickets, customers, agents and teams of one tenant; every change is an event in the tenant's log.\n\nErrors are RFC 9457 problems with a stable `code`. Lists are keyset pages without a cap. Writes take `Idempotency-Key` and `If-Match`, and are readable when they answer. The same paths answer under `/api/v1`.\n\nThe security of an operation names the scope that it takes; an API key has those that it was made with, an access token those of its person. Whoever sends `X-Tenant-ID`, or asks at the domain of a tenant, must be of that tenant: 401 otherwise.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/", description = "This server")),
    security(("api_key" = []), ("access_token" = [])),
    modifiers(&ApiKeySecurity),
    tags(
        (name = "Tickets", description = "Requests for help, their messages and their timelines"),
        (name = "Views", description = "Questions to the list of tickets, kept under names"),
        (name = "Customers", description = "Those who ask"),
        (name = "Agents", description = "Those who help"),
        (name = "Teams", description = "Agents who share a queue"),
        (name = "Tenant", description = "Your own world: where it is found, how it looks, when it is open"),
        (name = "Files", description = "What people attach to messages"),
        (name = "Invitations", description = "How people join"),
        (name = "Sessions", description = "How people log in and out"),
        (name = "Roles", description = "What agents may do: permissions, for all tickets or for some"),
        (name = "Support access", description = "Whom of the operator's staff you let in, and who came"),
        (name = "Access reviews", description = "Who can do what, looked at by somebody, kept or taken, with a signed result"),
        (name = "Access policy", description = "From where, how and for how long people and programs get in"),
        (name = "Second factors", description = "What you prove beside your password: authenticator apps, passkeys, recovery codes"),
        (name = "API keys", description = "What programs get in with, and the service accounts that they belong to"),
        (name = "Analytics and reports", description = "Numbers, and rows to take away"),
        (name = "Webhooks", description = "Your own systems, told of events: signed, at least once, in order per ticket"),
        (name = "Events", description = "The log, as a feed"),
        (name = "Audit", description = "Who did what, and where that is sent"),
        (name = "Privacy", description = "Copies of what is known about a person, restrictions of its use, and consents; people and messages forgotten for ever, the certificates that say so, what must be kept because of a dispute, and what goes once its time is over"),
        (name = "Proof", description = "That nothing was changed, removed or inserted: checkpoints, tiles, proofs"),
        (name = "Health", description = "For load balancers and supervisors"),
    ),
)]
pub struct Document;

struct ApiKeySecurity;

impl Modify for ApiKeySecurity {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.bearer_format = Some("hd_live_<tenant>_<secret>_<checksum>".to_owned());
        let components = openapi.components.get_or_insert_default();
        components.security_schemes.insert("api_key".to_owned(), SecurityScheme::Http(scheme).into());
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.bearer_format = Some("JWT".to_owned());
        components.security_schemes.insert("access_token".to_owned(), SecurityScheme::Http(scheme).into());
    }
}

/// What Swagger's pages need of a browser: their own scripts, the styles that these write into the page, pictures that they
/// carry along, and this API.
const PAGES: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The document as pages to read and to try.
pub fn pages() -> Router<App> {
    let config = Config::new(["/api/openapi.json"]).persist_authorization(true);
    let pages: Router<App> = SwaggerUi::new("/api/docs").config(config).into();
    pages.layer(middleware::map_response(|mut page: Response| async {
        page.headers_mut().insert(header::CONTENT_SECURITY_POLICY, PAGES);
        page
    }))
}

/// Serves the document. It says nothing about any tenant, so it needs no key.
pub async fn serve(State(_): State<App>) -> impl IntoResponse {
    static TEXT: LazyLock<Vec<u8>> = LazyLock::new(|| serde_json::to_vec(&crate::document()).unwrap_or_default());
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "public, max-age=300")];
    (headers, TEXT.as_slice())
}
