//! `/tenants/{id}/backups`: made, listed, shown. `/tenants/{id}/backup-schedule`: when that happens by itself.

use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use backups::{BackupId, Kind, Schedule, ScheduleError};
use chrono::{DateTime, NaiveTime, Utc};
use event_store::{
    TenantId,
    save::{BackupRecord, BackupStanding},
};
use serde::{Deserialize, Serialize};

use super::caller::Operator;
use crate::{
    app::App,
    problem::ApiError,
    request::{Body, PathText, Query},
    saving,
};

/// A backup as operators see it.
#[derive(Debug, Serialize)]
pub struct BackupView {
    backup_id: String,
    /// `scheduled`, `manual` or `before_restore`.
    kind: String,
    /// `running`, `done` or `failed`.
    status: &'static str,
    started_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    /// The last position of the log that it has.
    position: Option<u64>,
    /// Bytes of all that it needs.
    bytes: Option<u64>,
    /// Bytes of what was not there before.
    added_bytes: Option<u64>,
    failure: Option<String>,
}

impl From<BackupRecord> for BackupView {
    fn from(record: BackupRecord) -> Self {
        let BackupRecord { backup, kind, started_at, finished_at, outcome, failure } = record;
        let status = match (finished_at, &failure) {
            (None, _) => "running",
            (Some(_), None) => "done",
            (Some(_), Some(_)) => "failed",
        };
        Self {
            backup_id: backup,
            kind,
            status,
            started_at,
            finished_at,
            position: outcome.map(|outcome| outcome.position),
            bytes: outcome.map(|outcome| outcome.bytes),
            added_bytes: outcome.map(|outcome| outcome.added_bytes),
            failure,
        }
    }
}

/// A page of backups.
#[derive(Debug, Serialize)]
pub struct BackupPage {
    data: Vec<BackupView>,
    /// Hand it back as `before`.
    next_before: Option<String>,
}

/// `GET /tenants/{id}/backups`: the last one first, a page at a time; of a destroyed tenant, as long as there are any.
pub async fn list(
    State(app): State<App>,
    _: Operator,
    PathText(id): PathText,
    mut query: Query,
) -> Result<Json<BackupPage>, ApiError> {
    let limit = query.limit(100, 1000)?;
    let before = query.parsed::<BackupId>("before")?.map(|before| before.to_string());
    query.finish()?;
    let tenant = id.parse().map_err(|_| ApiError::not_found("tenant"))?;
    let found = app.desk.store().backup_page(&tenant, before.as_deref(), limit).await?;
    if found.is_empty() {
        standing(&app, &tenant).await?;
    }
    let more = found.len() == usize::from(limit);
    let next_before = found.last().filter(|_| more).map(|last| last.backup.clone());
    Ok(Json(BackupPage { data: found.into_iter().map(BackupView::from).collect(), next_before }))
}

/// `GET /tenants/{id}/backups/{backup}`.
pub async fn show(
    State(app): State<App>,
    _: Operator,
    path: Result<Path<(String, String)>, PathRejection>,
) -> Result<Json<BackupView>, ApiError> {
    let missing = || ApiError::not_found("backup");
    let Path((tenant, backup)) = path.map_err(|_| missing())?;
    let (tenant, backup): (TenantId, BackupId) = tenant.parse().ok().zip(backup.parse().ok()).ok_or_else(missing)?;
    let found = app.desk.store().backup(&tenant, &backup.to_string()).await?;
    found.map(|record| Json(record.into())).ok_or_else(missing)
}

/// `POST /tenants/{id}/backups`: begins one. It is made while this answers; `Location` says how it stands.
pub async fn create(State(app): State<App>, _: Operator, PathText(id): PathText) -> Result<Response, ApiError> {
    let tenant: TenantId = id.parse().map_err(|_| ApiError::not_found("tenant"))?;
    let (store, schedule) = (app.desk.store().clone(), saving::schedule_of(&standing(&app, &tenant).await?));
    let log = store.log(&tenant).await?;
    let Some(place) = app.backups.place() else {
        let detail = "this server makes as many backups as it makes at once: try again when one of them is done";
        return Err(ApiError::new(StatusCode::CONFLICT, "too_many_backups", detail));
    };
    let Some(hold) = store.try_hold(&tenant).await? else {
        let detail = "a backup of this tenant is being made, or it is being restored: try again when that is done";
        return Err(ApiError::new(StatusCode::CONFLICT, "backup_running", detail));
    };
    let begun = app.backups.begin(&hold, Kind::Manual).await?;
    let record = store.backup(&tenant, &begun.backup.to_string()).await?;
    let view = record.map(BackupView::from).ok_or_else(|| ApiError::not_found("backup"))?;
    let location = HeaderValue::from_str(&format!("/tenants/{tenant}/backups/{}", begun.backup));
    tokio::spawn(async move {
        if let Err(error) = saving::save(&app, &hold, &log, begun, &schedule).await {
            tracing::error!(%tenant, error = %crate::problem::chain(&error), "a backup could not be made");
        }
        drop(place);
    });
    let mut response = (StatusCode::ACCEPTED, Json(view)).into_response();
    if let Ok(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// When a tenant is saved, as it is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleBody {
    at: String,
    days: String,
    keep_days: u16,
    keys_keep_days: u16,
    drill_days: Option<u16>,
}

/// When a tenant is saved.
#[derive(Debug, Serialize)]
pub struct ScheduleView {
    /// By the tenant's clocks.
    at: String,
    /// `daily`, or a day of the week.
    days: String,
    keep_days: u16,
    keys_keep_days: u16,
    drill_days: Option<u16>,
    time_zone: String,
    next_at: DateTime<Utc>,
}

/// `GET /tenants/{id}/backup-schedule`.
pub async fn schedule(
    State(app): State<App>,
    _: Operator,
    PathText(id): PathText,
) -> Result<Json<ScheduleView>, ApiError> {
    let tenant = id.parse().map_err(|_| ApiError::not_found("tenant"))?;
    let schedule = saving::schedule_of(&standing(&app, &tenant).await?);
    described(&app, &tenant, schedule).await
}

/// `PUT /tenants/{id}/backup-schedule`: all of it.
pub async fn set_schedule(
    State(app): State<App>,
    _: Operator,
    PathText(id): PathText,
    body: Body<ScheduleBody>,
) -> Result<Json<ScheduleView>, ApiError> {
    let tenant = id.parse().map_err(|_| ApiError::not_found("tenant"))?;
    standing(&app, &tenant).await?;
    let ScheduleBody { at, days, keep_days, keys_keep_days, drill_days } = body.value;
    let invalid = |pointer: &str, detail: String| ApiError::invalid_field(pointer, "invalid_value", detail);
    let at = NaiveTime::parse_from_str(&at, "%H:%M")
        .map_err(|_| invalid("/at", "expected a time of day such as 02:30".to_owned()))?;
    let unfit = |error: ScheduleError| invalid(&format!("/{}", error.field()), error.to_string());
    let days = days.parse().map_err(unfit)?;
    let schedule = Schedule { at, days, keep_days, keys_keep_days, drill_days }.checked().map_err(unfit)?;
    app.desk.store().set_backup_schedule(&tenant, &(&schedule).into()).await?;
    described(&app, &tenant, schedule).await
}

async fn described(app: &App, tenant: &TenantId, schedule: Schedule) -> Result<Json<ScheduleView>, ApiError> {
    let store = app.desk.store();
    let zone = saving::zone(&store.log(tenant).await?).await?;
    let Schedule { at, days, keep_days, keys_keep_days, drill_days } = schedule;
    Ok(Json(ScheduleView {
        at: at.format("%H:%M").to_string(),
        days: days.to_string(),
        keep_days,
        keys_keep_days,
        drill_days,
        time_zone: zone.to_string(),
        next_at: schedule.next_due(zone, store.clock().now()),
    }))
}

/// A tenant that can be saved.
async fn standing(app: &App, tenant: &TenantId) -> Result<BackupStanding, ApiError> {
    let found = app.desk.store().backup_standings(Some(tenant)).await?.pop();
    found.ok_or_else(|| ApiError::not_found("tenant"))
}
