//! `/tenants/{id}`: suspended, resumed, deleted, restored; and what is left of it.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::TimeDelta;
use event_store::{Interruption, TenantId};

use super::{caller::Operator, tenants::OperatedTenant};
use crate::{
    app::App,
    destruction::ItsBackups,
    problem::ApiError,
    request::{PathText, Query},
};

/// How long a deleted tenant can be restored, unless something else is wished.
const GRACE_DAYS: u16 = 30;
const MAX_GRACE_DAYS: u16 = 3650;

async fn interrupt(app: &App, by: &Operator, id: &str, what: Interruption) -> Result<Json<OperatedTenant>, ApiError> {
    let tenant: TenantId = id.parse().map_err(|_| ApiError::not_found("tenant"))?;
    if let Some(record) = app.desk.interrupt(&tenant, what, &by.0.actor()).await? {
        return Ok(Json(record.into()));
    }
    match app.desk.store().tenant(&tenant).await? {
        None => Err(ApiError::not_found("tenant")),
        Some(_) => Err(ApiError::new(
            StatusCode::CONFLICT,
            "tenant_not_in_use",
            "this tenant is being made, or being destroyed: see its status, and try again when that is done",
        )),
    }
}

/// `POST /tenants/{id}/suspend`: nothing of it is read, written or sent any more; its data stay.
pub async fn suspend(
    State(app): State<App>,
    by: Operator,
    PathText(id): PathText,
) -> Result<Json<OperatedTenant>, ApiError> {
    interrupt(&app, &by, &id, Interruption::Suspend).await
}

/// `POST /tenants/{id}/resume`.
pub async fn resume(
    State(app): State<App>,
    by: Operator,
    PathText(id): PathText,
) -> Result<Json<OperatedTenant>, ApiError> {
    interrupt(&app, &by, &id, Interruption::Resume).await
}

/// `DELETE /tenants/{id}?grace_days=30&backups=keep`: suspended at once, and destroyed when the time is over.
pub async fn delete(
    State(app): State<App>,
    by: Operator,
    PathText(id): PathText,
    mut query: Query,
) -> Result<Response, ApiError> {
    let days = query.parsed::<u16>("grace_days")?.unwrap_or(GRACE_DAYS);
    let backups = query.parsed::<ItsBackups>("backups")?;
    query.finish()?;
    if days > MAX_GRACE_DAYS {
        let detail = format!("expected a number of days from 0 to {MAX_GRACE_DAYS}");
        return Err(ApiError::invalid_parameter("grace_days", detail));
    }
    let after = app.desk.store().clock().now() + TimeDelta::days(days.into());
    if let (Some(backups), Ok(tenant)) = (backups, id.parse()) {
        app.desk.store().set_delete_backups(&tenant, backups == ItsBackups::Delete).await?;
    }
    let scheduled = interrupt(&app, &by, &id, Interruption::Delete(after)).await?;
    Ok((StatusCode::ACCEPTED, scheduled).into_response())
}

/// `POST /tenants/{id}/restore`: it is not deleted.
pub async fn restore(
    State(app): State<App>,
    by: Operator,
    PathText(id): PathText,
) -> Result<Json<OperatedTenant>, ApiError> {
    interrupt(&app, &by, &id, Interruption::Restore).await
}

/// `GET /tenants/{id}/certificate`: the signed note that says that it was destroyed.
pub async fn certificate(State(app): State<App>, _: Operator, PathText(id): PathText) -> Result<Response, ApiError> {
    let tenant: TenantId = id.parse().map_err(|_| ApiError::not_found("certificate"))?;
    let found = app.desk.store().destruction(&tenant).await?.and_then(|destruction| destruction.certificate);
    let certificate = found.ok_or_else(|| ApiError::not_found("certificate"))?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], certificate).into_response())
}
