//! `/api/entitlements`: what the tenant may use, and what would become of it on another plan.

mod gates;
mod preview;
mod standing;
mod view;

use axum::{Json, extract::State};
use commands::Permission;
use domain::tenant::Plan;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    openapi::{ListProblems, schemas},
    problem::ApiError,
    request::{Query, Session},
};

pub use gates::{GATES, Gate, LIMITED, feature_of};
pub use preview::{PreviewView, preview};
pub use standing::tell;
pub use view::EntitlementsView;

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_entitlements)).routes(routes!(preview_plan))
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

/// Preview another plan
///
/// What would stop, and what would have to be chosen. Nothing is destroyed by a smaller plan: what it does not hold is
/// paused, and comes back.
#[utoipa::path(
    get,
    path = "/entitlements/preview",
    operation_id = "previewPlan",
    tag = "Tenant",
    security(("api_key" = ["billing:read"])),
    params(("plan" = inline(schemas::Plan), Query, description = "The plan that is thought of")),
    responses((status = 200, description = "What it would come to", body = PreviewView), ListProblems),
)]
async fn preview_plan(
    State(app): State<App>,
    session: Session,
    mut query: Query,
) -> Result<Json<PreviewView>, ApiError> {
    session.require(Permission::BillingRead)?;
    let plan = take_plan(&mut query)?;
    query.finish()?;
    Ok(Json(preview(&app, &session.log, plan).await?))
}

/// The plan that a request names.
pub fn take_plan(query: &mut Query) -> Result<Plan, ApiError> {
    let wanted = query.parsed::<Plan>("plan")?;
    wanted.ok_or_else(|| ApiError::invalid_parameter("plan", "expected one of starter, professional, enterprise"))
}
