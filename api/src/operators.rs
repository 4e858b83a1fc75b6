//! What operators ask, on the address of the metrics: it tells of all tenants, so it is not for the world.

use axum::{Json, Router, extract::State, routing::get};
use event_store::{Standing, Store, TenantId, TenantStatus};
use metrics_exporter_prometheus::BuildError;
use projections::{Group, Overview, ProjectionError};
use serde::Serialize;

use crate::{app::App, measure, problem::ApiError};

/// `/metrics`; `/consumers`: how each stands; `/read-models`: how far the rows of every tenant and group are, and
/// what is being built beside them.
pub fn router(app: &App) -> Result<Router, BuildError> {
    let answers = Router::new().route("/consumers", get(consumers)).route("/read-models", get(read_models));
    Ok(measure::router(app)?.merge(answers.with_state(app.desk.store().clone())))
}

/// A consumer of a tenant's log, as this process saw it last.
#[derive(Serialize)]
struct Seen {
    tenant: String,
    consumer: &'static str,
    #[serde(flatten)]
    standing: Standing,
}

async fn consumers(State(store): State<Store>) -> Json<Vec<Seen>> {
    let all = store.standings().into_iter();
    Json(all.map(|(tenant, consumer, standing)| Seen { tenant: tenant.to_string(), consumer, standing }).collect())
}

#[derive(Debug, Serialize)]
struct OfTenant {
    tenant: String,
    group: &'static str,
    #[serde(flatten)]
    overview: Option<Overview>,
    /// Why that is not known.
    error: Option<String>,
}

async fn read_models(State(store): State<Store>) -> Result<Json<Vec<OfTenant>>, ApiError> {
    let mut all = vec![];
    for (tenant, status) in store.tenants().await? {
        for group in Group::ALL.into_iter().filter(|_| status == TenantStatus::Active) {
            let (overview, error) = match overview(&store, &tenant, group).await {
                Ok(overview) => (overview, None),
                Err(error) => (None, Some(error.to_string())),
            };
            all.push(OfTenant { tenant: tenant.to_string(), group: group.as_str(), overview, error });
        }
    }
    Ok(Json(all))
}

async fn overview(store: &Store, tenant: &TenantId, group: Group) -> Result<Option<Overview>, ProjectionError> {
    projections::overview(&store.log(tenant).await?, group).await
}
