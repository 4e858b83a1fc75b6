//! The OpenAPI 3.1 document: made from the handlers, so that a route cannot be missing from it.

use axum::{Json, extract::State, http::header, response::IntoResponse};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        ContentBuilder, Ref, Response, ResponseBuilder,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};

use crate::{app::App, problem::Problem};

/// Writes a set of refusals from the table of statuses and what they mean; all are problems.
macro_rules! problems {
    ($(#[$meta:meta])* $name:ident { $($status:literal $description:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> std::collections::BTreeMap<String, utoipa::openapi::RefOr<utoipa::openapi::Response>> {
                [$(($status, $description)),+]
                    .into_iter()
                    .map(|(status, description)| (status.to_owned(), $crate::openapi::problem(description).into()))
                    .collect()
            }
        }
    };
}
pub(crate) use problems;

/// An answer that is a problem.
pub fn problem(description: &str) -> Response {
    let schema = Ref::from_schema_name("Problem");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new().description(description).content("application/problem+json", content).build()
}

problems!(
    /// What any authorised request may be refused with.
    ClientProblems {
        "400" "A parameter, a header or a cursor is not acceptable",
        "401" "No valid credentials",
        "403" "The caller lacks a scope: the problem names it",
        "404" "There is no such thing in this tenant",
        "503" "Not now: see `Retry-After`",
    }
);

problems!(
    /// What reading one thing may be refused with.
    ReadProblems {
        "400" "A parameter or a header is not acceptable",
        "401" "No valid credentials",
        "403" "The caller lacks a scope: the problem names it",
        "404" "There is no such thing in this tenant",
        "410" "It is deleted, and can be restored",
        "503" "Not now: see `Retry-After`",
    }
);

problems!(
    /// What a write may be refused with.
    WriteProblems {
        "400" "The body is not JSON, or a header is not acceptable",
        "401" "No valid credentials",
        "403" "The caller lacks a scope: the problem names it",
        "404" "There is no such thing in this tenant",
        "409" "A business rule said no (`code` says which), a unique value is taken, or others keep changing it",
        "410" "It is deleted, and can be restored",
        "412" "It was changed since the version of `If-Match`: `changed_fields` says what",
        "413" "The body is larger than 1 MiB",
        "415" "The body is not `application/json`",
        "422" "A field of the body is not acceptable: `errors` says which",
        "503" "Not now: see `Retry-After`",
    }
);

/// The document's head; its paths come from the routes.
#[derive(Debug, OpenApi)]
#[openapi(
    components(schemas(Problem, crate::problem::FieldProblem)),
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
        (name = "Webhooks", description = "Your own systems, told of events: signed, at least once, in order per ticket"),
        (name = "Events", description = "The log, as a feed"),
        (name = "Audit", description = "Who did what"),
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

/// Serves the document. It says nothing about any tenant, so it needs no key.
pub async fn serve(State(_): State<App>) -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "public, max-age=300")], Json(crate::document()))
}
