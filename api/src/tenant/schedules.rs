use axum::Json;
use commands::Permission;
use projections::{
    as_of::Moment,
    tenant::{CalendarView, SlaPolicyView},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::find;
use crate::{
    openapi::ListProblems,
    problem::ApiError,
    request::{Query, Session},
};

/// All calendars.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarList {
    /// The calendars: two, but for tenants from before there were calendars.
    data: Vec<CalendarView>,
}

/// All policies.
#[derive(Debug, Serialize, ToSchema)]
pub struct SlaPolicyList {
    /// The policies: one, but for tenants from before there were policies.
    data: Vec<SlaPolicyView>,
}

/// List calendars
///
/// Read-only: the business hours are those of the tenant's settings, changed by `PATCH /api/tenant`. No clock runs by a
/// calendar yet.
#[utoipa::path(
    get,
    path = "/calendars",
    operation_id = "listCalendars",
    extensions(("x-personal-data" = json!({"none": "opening hours"}))),
    tag = "Tenant",
    security(("api_key" = ["settings:read"])),
    responses((status = 200, description = "All calendars", body = CalendarList), ListProblems),
)]
pub async fn list_calendars(session: Session, query: Query) -> Result<Json<CalendarList>, ApiError> {
    session.require(Permission::SettingsRead)?;
    query.finish()?;
    Ok(Json(CalendarList { data: find(&session, Moment::Now).await?.calendars }))
}

/// List SLA policies
///
/// Read-only. They say what is promised; nothing warns or counts breaches yet.
#[utoipa::path(
    get,
    path = "/sla-policies",
    operation_id = "listSlaPolicies",
    extensions(("x-personal-data" = json!({"none": "times to answer within"}))),
    tag = "Tenant",
    security(("api_key" = ["settings:read"])),
    responses((status = 200, description = "All policies", body = SlaPolicyList), ListProblems),
)]
pub async fn list_sla_policies(session: Session, query: Query) -> Result<Json<SlaPolicyList>, ApiError> {
    session.require(Permission::SettingsRead)?;
    query.finish()?;
    Ok(Json(SlaPolicyList { data: find(&session, Moment::Now).await?.sla_policies }))
}
