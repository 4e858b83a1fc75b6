//! `/api/entitlements`: what the tenant may use.

mod view;

use axum::{Json, extract::State};
use commands::Permission;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    openapi::ListProblems,
    problem::ApiError,
    request::{Query, Session},
};

pub use view::EntitlementsView;

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_entitlements))
}

/// Get the entitlements
///
/// What the tenant may use at this moment, each with its source: the plan, a trial, or what was agreed apart from it.
#[utoipa::path(
    get,
    path = "/entitlements",
    operation_id = "getEntitlements",
    tag = "Tenant",
    security(("api_key" = ["billing:read"])),
    responses((status = 200, description = "The entitlements", body = EntitlementsView), ListProblems),
)]
async fn get_entitlements(
    State(app): State<App>,
    session: Session,
    query: Query,
) -> Result<Json<EntitlementsView>, ApiError> {
    session.require(Permission::BillingRead)?;
    query.finish()?;
    Ok(Json(EntitlementsView::of(&session.log, &app.desk.entitlements(&session.log).await?)))
}

/// As the document shows a plan.
#[derive(Debug, utoipa::ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "it is a description")]
pub enum PlanSchema {
    /// The smallest.
    Starter,
    /// The one between.
    Professional,
    /// The largest.
    Enterprise,
}
