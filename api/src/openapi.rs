//! The OpenAPI 3.1 document: made from the handlers, so that a route cannot be missing from it.

use axum::{Json, extract::State, http::header, response::IntoResponse};
use utoipa::{
    IntoResponses, Modify, OpenApi,
    openapi::security::{Http, HttpAuthScheme, SecurityScheme},
};

use crate::{app::App, problem::Problem};

/// What any authorised request may be refused with.
#[derive(Debug, IntoResponses)]
#[expect(dead_code, reason = "read by the macro that writes the document")]
pub enum ClientProblems {
    /// A parameter, a header or a cursor is not acceptable.
    #[response(
        status = 400,
        description = "A parameter, a header or a cursor is not acceptable",
        content_type = "application/problem+json"
    )]
    BadRequest(#[to_schema] Problem),
    /// No valid credentials.
    #[response(status = 401, description = "No valid credentials", content_type = "application/problem+json")]
    Unauthorized(#[to_schema] Problem),
    /// A scope is missing.
    #[response(
        status = 403,
        description = "The key lacks a scope: the problem names it",
        content_type = "application/problem+json"
    )]
    Forbidden(#[to_schema] Problem),
    /// No such thing.
    #[response(
        status = 404,
        description = "There is no such thing in this tenant",
        content_type = "application/problem+json"
    )]
    NotFound(#[to_schema] Problem),
    /// Not now.
    #[response(status = 503, description = "Not now: see `Retry-After`", content_type = "application/problem+json")]
    Unavailable(#[to_schema] Problem),
}

/// What reading one thing may be refused with.
#[derive(Debug, IntoResponses)]
#[expect(dead_code, reason = "read by the macro that writes the document")]
pub enum ReadProblems {
    /// A parameter or a header is not acceptable.
    #[response(
        status = 400,
        description = "A parameter or a header is not acceptable",
        content_type = "application/problem+json"
    )]
    BadRequest(#[to_schema] Problem),
    /// No valid credentials.
    #[response(status = 401, description = "No valid credentials", content_type = "application/problem+json")]
    Unauthorized(#[to_schema] Problem),
    /// A scope is missing.
    #[response(
        status = 403,
        description = "The key lacks a scope: the problem names it",
        content_type = "application/problem+json"
    )]
    Forbidden(#[to_schema] Problem),
    /// No such thing.
    #[response(
        status = 404,
        description = "There is no such thing in this tenant",
        content_type = "application/problem+json"
    )]
    NotFound(#[to_schema] Problem),
    /// Deleted.
    #[response(
        status = 410,
        description = "It is deleted, and can be restored",
        content_type = "application/problem+json"
    )]
    Gone(#[to_schema] Problem),
    /// Not now.
    #[response(status = 503, description = "Not now: see `Retry-After`", content_type = "application/problem+json")]
    Unavailable(#[to_schema] Problem),
}

/// What a write may be refused with.
#[derive(Debug, IntoResponses)]
#[expect(dead_code, reason = "read by the macro that writes the document")]
pub enum WriteProblems {
    /// Not JSON, or a header is not acceptable.
    #[response(
        status = 400,
        description = "The body is not JSON, or a header is not acceptable",
        content_type = "application/problem+json"
    )]
    BadRequest(#[to_schema] Problem),
    /// No valid credentials.
    #[response(status = 401, description = "No valid credentials", content_type = "application/problem+json")]
    Unauthorized(#[to_schema] Problem),
    /// A scope is missing.
    #[response(
        status = 403,
        description = "The key lacks a scope: the problem names it",
        content_type = "application/problem+json"
    )]
    Forbidden(#[to_schema] Problem),
    /// No such thing.
    #[response(
        status = 404,
        description = "There is no such thing in this tenant",
        content_type = "application/problem+json"
    )]
    NotFound(#[to_schema] Problem),
    /// A rule said no.
    #[response(
        status = 409,
        description = "A business rule said no (`code` says which), a unique value is taken, or others keep changing it",
        content_type = "application/problem+json"
    )]
    Conflict(#[to_schema] Problem),
    /// Deleted.
    #[response(
        status = 410,
        description = "It is deleted, and can be restored",
        content_type = "application/problem+json"
    )]
    Gone(#[to_schema] Problem),
    /// Changed since.
    #[response(
        status = 412,
        description = "It was changed since the version of `If-Match`: `changed_fields` says what",
        content_type = "application/problem+json"
    )]
    PreconditionFailed(#[to_schema] Problem),
    /// Too large.
    #[response(status = 413, description = "The body is larger than 1 MiB", content_type = "application/problem+json")]
    TooLarge(#[to_schema] Problem),
    /// Not JSON.
    #[response(
        status = 415,
        description = "The body is not `application/json`",
        content_type = "application/problem+json"
    )]
    UnsupportedMediaType(#[to_schema] Problem),
    /// A field is not acceptable.
    #[response(
        status = 422,
        description = "A field of the body is not acceptable: `errors` says which",
        content_type = "application/problem+json"
    )]
    Invalid(#[to_schema] Problem),
    /// Not now.
    #[response(status = 503, description = "Not now: see `Retry-After`", content_type = "application/problem+json")]
    Unavailable(#[to_schema] Problem),
}

/// The document's head; its paths come from the routes.
#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "Help desk API",
        description = "Tickets, customers, agents and teams of one tenant; every change is an event in the tenant's log.\n\nErrors are RFC 9457 problems with a stable `code`. Lists are keyset pages without a cap. Writes take `Idempotency-Key` and `If-Match`, and are readable when they answer. The same paths answer under `/api/v1`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/", description = "This server")),
    security(("api_key" = []), ("access_token" = [])),
    modifiers(&ApiKeySecurity),
    tags(
        (name = "Tickets", description = "Requests for help, their messages and their timelines"),
        (name = "Customers", description = "Those who ask"),
        (name = "Agents", description = "Those who help"),
        (name = "Teams", description = "Agents who share a queue"),
        (name = "Invitations", description = "How people join"),
        (name = "Sessions", description = "How people log in and out"),
        (name = "API keys", description = "What programs get in with"),
        (name = "Analytics and reports", description = "Numbers, and rows to take away"),
        (name = "Events", description = "The log, as a feed"),
        (name = "Audit", description = "Who did what"),
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

/// Serves the document. It says nothing about any tenant, so it needs no key.
pub async fn serve(State(_): State<App>) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "public, max-age=300")], Json(crate::document()))
}
