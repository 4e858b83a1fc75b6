//! `/api/usage`: how much the tenant uses.

mod bill;
mod days;
mod limits;

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use commands::Permission;
use projections::{
    analytics::Bound,
    usage::{Usage, usage},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    analytics::take_bound,
    app::App,
    openapi::{ListProblems, schemas},
    problem::ApiError,
    request::{Query, Session},
};

pub use bill::{BillError, bill};
pub use limits::{LimitUsage, next_month};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_usage)).routes(routes!(days::list_usage_days))
}

/// How much the tenant uses.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsageView {
    /// Whose.
    #[schema(example = "company-abc-123")]
    tenant_id: String,
    #[serde(flatten)]
    usage: Usage,
    /// What the plan limits: `agents`, `tickets_per_month`, and `storage_bytes` as of now.
    #[schema(example = json!({"agents": {"used": 3, "reserved": 1, "limit": 10, "percent": 40, "resets_at": null, "state": "ok"}}))]
    limits: BTreeMap<&'static str, LimitUsage>,
}

/// Get the usage
///
/// Counted over the log itself, up to now or to a moment of the past, by what was recorded then.
#[utoipa::path(
    get,
    path = "/usage",
    operation_id = "getUsage",
    extensions(("x-personal-data" = json!({"none": "counts and bytes of the whole help desk"}))),
    tag = "Tenant",
    security(("api_key" = ["billing:read"])),
    params(("as_of" = inline(Option<schemas::Bound>), Query, description = "An instant, or the end of a day where the tenant is; now by default")),
    responses((status = 200, description = "The numbers", body = UsageView), ListProblems),
)]
pub async fn get_usage(
    State(app): State<App>,
    session: Session,
    mut query: Query,
) -> Result<Json<UsageView>, ApiError> {
    session.require(Permission::BillingRead)?;
    let as_of = take_bound(&mut query, "as_of")?;
    query.finish()?;
    Ok(Json(of(&app, &session.log, as_of).await?))
}

/// How much one tenant uses.
pub async fn of(app: &App, log: &event_store::Log, as_of: Option<Bound>) -> Result<UsageView, ApiError> {
    let zone = app.desk.time_zone(log).await?;
    let usage = usage(log, zone.name(), app.desk.store().clock().now(), as_of).await?;
    let had = app.desk.entitlements_at(log, &[(usage.position, usage.moment)]).await?;
    let limits = had.first().map(|had| limits::of(&usage, had, zone)).unwrap_or_default();
    Ok(UsageView { tenant_id: log.tenant().to_string(), usage, limits })
}
