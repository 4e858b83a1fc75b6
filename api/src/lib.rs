//! HTTP: translation only. A handler extracts, makes one call, and answers; what may happen is decided in `commands`,
//! what is shown comes from `projections`, and [`problem`] has the only table of status numbers.

mod access_log;
mod access_policy;
mod access_reviews;
mod agents;
mod analytics;
mod answer;
mod app;
mod audit;
pub mod cli;
mod console;
mod cursor;
mod customers;
mod destruction;
mod drill;
mod entitlements;
mod erasures;
mod events;
mod evidence;
mod files;
mod filter;
mod health;
mod invitations;
mod keys;
mod legal_holds;
mod limits;
mod log_streams;
mod masking;
mod me;
mod measure;
mod ndjson;
mod openapi;
mod operators;
mod pages;
mod password_resets;
mod person;
mod problem;
mod proof;
mod provision;
mod rebuilding;
mod reporting;
mod request;
pub mod restore;
mod retention_policies;
mod roles;
mod saving;
mod service_accounts;
mod sessions;
mod support_access;
mod teams;
mod tenant;
mod tickets;
mod tls;
mod usage;
mod views;
mod webhooks;
mod workers;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

pub use app::{App, Transport};
pub use cursor::CursorKey;
pub use destruction::{DestructionError, ItsBackups, certificate_key, destroy};
pub use drill::drill;
pub use files::LinkPlace;
pub use limits::{LimitSettings, Limits};
pub use operators::control as operators_router;
use problem::ApiError;
pub use provision::{Provision, ProvisionError, Provisioned, provision};
pub use saving::{SavingError, Zones, save_due, tidy_destroyed};
pub use usage::{BillError, bill};
pub use workers::Workers;

/// Every resource of a tenant, grouped by who calls it.
fn resources() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(tickets::routes())
        .merge(views::routes())
        .merge(customers::routes())
        .merge(agents::routes())
        .merge(teams::routes())
        .merge(roles::routes())
        .merge(tenant::routes())
        .merge(access_policy::routes())
        .merge(support_access::routes())
        .merge(access_reviews::routes())
        .merge(evidence::routes())
        .merge(files::routes())
        .merge(usage::routes())
        .merge(entitlements::routes())
        .merge(events::routes())
        .merge(keys::routes())
        .merge(service_accounts::routes())
        .merge(webhooks::routes())
        .merge(invitations::routes())
        .merge(sessions::routes())
        .merge(password_resets::routes())
        .merge(me::routes())
        .merge(audit::routes())
        .merge(access_log::routes())
        .merge(erasures::routes())
        .merge(legal_holds::routes())
        .merge(retention_policies::routes())
        .merge(log_streams::routes())
        .merge(proof::routes())
        .merge(analytics::routes())
        .merge(reporting::routes())
}

fn described() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::Document::openapi())
        .nest("/api", resources())
        .merge(health::routes())
        .merge(sessions::well_known())
}

/// The OpenAPI document of this program.
pub fn document() -> utoipa::openapi::OpenApi {
    openapi::complete(described().into_openapi())
}

/// Everything that this server answers.
pub fn router(app: App) -> Router {
    let (described, document) = described().split_for_parts();
    let operations = Arc::new(access_log::Operations::of(&document));
    let (again, _) = resources().split_for_parts();
    let resources = described
        .nest("/api/v1", again)
        .route("/api/openapi.json", get(openapi::serve))
        .route("/files/{tenant}/{file}", get(files::follow_link))
        .merge(openapi::pages())
        .merge(pages::routes())
        .merge(console::routes())
        .fallback(console::page_or_nothing)
        .method_not_allowed_fallback(not_that_way)
        .layer(middleware::from_fn_with_state(operations, access_log::note))
        .layer(middleware::from_fn_with_state(app.clone(), files::keep_apart))
        .layer(middleware::from_fn_with_state(app.clone(), limits::guard_visits))
        .layer(middleware::from_fn_with_state(app.clone(), request::guard_origin))
        .layer(middleware::from_fn(bounded))
        .layer(middleware::from_fn(measure::by_route));
    answering(resources, app)
}

/// What every answer of this program owes its client, whoever they are: an id, a problem instead of a broken connection.
fn answering(routes: Router<App>, app: App) -> Router {
    routes
        .layer(middleware::from_fn(masking::mask))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(app.clone(), request::identify))
        .layer(middleware::from_fn(request::read_to_the_end))
        .with_state(app)
}

/// An answer begins within this, or it is one that says so: a database that hangs must not keep clients for ever.
const LONGEST: Duration = Duration::from_secs(60);

async fn bounded(request: Request, next: Next) -> Response {
    let longest = files::takes_long(&request).unwrap_or(LONGEST);
    let answer = tokio::time::timeout(longest, next.run(request)).await;
    answer.unwrap_or_else(|_| ApiError::no_answer().into_response())
}

fn nothing_here() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "not_found", "there is nothing at this path; /api/docs lists what there is")
}

async fn not_that_way() -> ApiError {
    let detail = "this path does not take this method; the Allow header lists those that it takes";
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
}

/// The panic itself was printed by its hook; the client learns only that it was not their fault.
fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    let error =
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "this is a fault of the server; it was logged");
    let mut response = error.into_response();
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}
