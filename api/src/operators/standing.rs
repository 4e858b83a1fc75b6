use axum::{Json, extract::State};
use event_store::{Standing, Store, TenantId, TenantStatus};
use projections::{Group, Overview, ProjectionError};
use serde::Serialize;

use crate::{app::App, problem::ApiError};

/// A consumer of a tenant's log, as this process saw it last.
#[derive(Debug, Serialize)]
pub struct Seen {
    tenant: String,
    consumer: &'static str,
    #[serde(flatten)]
    standing: Standing,
}

pub async fn consumers(State(app): State<App>) -> Json<Vec<Seen>> {
    let all = app.desk.store().standings().into_iter();
    Json(all.map(|(tenant, consumer, standing)| Seen { tenant: tenant.to_string(), consumer, standing }).collect())
}

#[derive(Debug, Serialize)]
pub struct OfTenant {
    tenant: String,
    group: &'static str,
    #[serde(flatten)]
    overview: Option<Overview>,
    /// Why that is not known.
    error: Option<String>,
}

pub async fn read_models(State(app): State<App>) -> Result<Json<Vec<OfTenant>>, ApiError> {
    let store = app.desk.store();
    let mut all = vec![];
    for (tenant, status) in store.tenants().await? {
        for group in Group::ALL.into_iter().filter(|_| status == TenantStatus::Active) {
            let (overview, error) = match overview(store, &tenant, group).await {
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
