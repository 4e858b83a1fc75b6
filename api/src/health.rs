//! `/healthz`: this process runs. `/readyz`: it can serve.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{app::App, openapi::OpenProblems, problem::ApiError};

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(healthz)).routes(routes!(readyz))
}

/// How it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`.
    status: &'static str,
    /// The version of this program.
    version: &'static str,
}

const OK: Health = Health { status: "ok", version: env!("CARGO_PKG_VERSION") };

/// Whether this process runs
#[utoipa::path(get, path = "/healthz", operation_id = "healthz", extensions(("x-personal-data" = json!({"none": "whether this server lives"}))), tag = "Health", security(()),
    responses((status = 200, description = "It runs", body = Health)))]
pub async fn healthz() -> Json<Health> {
    Json(OK)
}

/// Whether it can serve.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    #[serde(flatten)]
    health: Health,
    /// How many consumers of logs, and keys of them, are parked as far as this process knows: each stands before an event
    /// that it cannot read, of one tenant, while everything else goes on. For the operators, whom `ledgerdesk doctor`
    /// tells which; no reason to take a process out.
    #[schema(example = 0)]
    parked: u64,
}

/// Whether this process can serve: the database answers
#[utoipa::path(get, path = "/readyz", operation_id = "readyz", extensions(("x-personal-data" = json!({"none": "whether this server can serve"}))), tag = "Health", security(()),
    responses(
        (status = 200, description = "It can", body = Readiness),
        OpenProblems,
    ))]
pub async fn readyz(State(app): State<App>) -> Response {
    let store = app.desk.store();
    match store.ping().await {
        Ok(()) => {
            let parked = store.standings().iter().map(|(_, _, standing)| standing.stopped()).sum();
            Json(Readiness { health: OK, parked }).into_response()
        }
        Err(error) => ApiError::from(error).into_response(),
    }
}
