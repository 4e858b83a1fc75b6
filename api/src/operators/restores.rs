//! `/tenants/{id}/restores`: tenants are restored from backups. It takes its time, so it is begun, and then asked for.

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use backups::BackupId;
use chrono::{DateTime, Utc};
use event_store::{
    TenantId,
    restore::{DrillRecord, RestoreRecord, Until},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::caller::Operator;
use crate::{
    app::App,
    problem::ApiError,
    request::{Body, PathText, Query},
    restore::{self, RestoreError, RestoreWish, SANDBOX_DAYS, Source},
};

/// A restore that is wished.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestoreBody {
    /// Which backup; the one that fits best, if left out.
    backup: Option<BackupId>,
    /// As it was at this instant.
    as_of: Option<DateTime<Utc>>,
    /// As it was at this position.
    position: Option<u64>,
    /// The tenant that is made of it; in place, if left out.
    into: Option<String>,
    /// Makes it a sandbox for so many days: a copy without anybody's keys, which sends nothing, and then is destroyed.
    sandbox_days: Option<u16>,
    /// Why.
    reason: Option<String>,
}

/// A restore as operators see it.
#[derive(Debug, Serialize)]
pub struct RestoreView {
    restore: String,
    /// What is restored, or made.
    tenant_id: String,
    /// `filling`, `switched`, `done` or `failed`.
    step: &'static str,
    progress: String,
    begun_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    /// The epoch that the tenant is in afterwards.
    epoch: u32,
    /// The last position that was kept.
    position: Option<u64>,
    /// What it was restored from.
    backup: Option<String>,
    /// What undoes it.
    before: Option<String>,
    failure: Option<String>,
}

impl From<RestoreRecord> for RestoreView {
    fn from(record: RestoreRecord) -> Self {
        let fact = |name: &str| Some(record.facts.as_ref()?[name].as_str()?.to_owned());
        Self {
            backup: fact("backup"),
            before: fact("before"),
            restore: record.restore,
            tenant_id: record.tenant.to_string(),
            step: record.step.as_str(),
            progress: record.progress,
            begun_at: record.begun_at,
            finished_at: record.finished_at,
            epoch: record.epoch,
            position: record.position,
            failure: record.failure,
        }
    }
}

/// `POST /tenants/{id}/restores`: begins one, or takes up the same one where it was interrupted; 202, and where to ask.
pub async fn begin(
    State(app): State<App>,
    Operator(operator): Operator,
    PathText(id): PathText,
    body: Body<RestoreBody>,
) -> Result<Response, ApiError> {
    let tenant: TenantId = id.parse().map_err(|_| ApiError::not_found("tenant"))?;
    let RestoreBody { backup, as_of, position, into, sandbox_days, reason } = body.value;
    let until = match (as_of, position) {
        (None, None) => Until::End,
        (Some(instant), None) => Until::Instant(instant),
        (None, Some(position)) => Until::Position(position),
        (Some(_), Some(_)) => {
            return Err(ApiError::invalid_field("/position", "invalid_value", "expected as_of or position, not both"));
        }
    };
    let into = into.map(|into| {
        into.parse::<TenantId>().map_err(|error| ApiError::invalid_field("/into", "invalid_value", error.to_string()))
    });
    if sandbox_days.is_some_and(|days| !SANDBOX_DAYS.contains(&days) || into.is_none()) {
        let expected = "expected 1 to 365 days, with into: a sandbox is a tenant of its own";
        return Err(ApiError::invalid_field("/sandbox_days", "invalid_value", expected));
    }
    let wish = RestoreWish { tenant, backup, until, into: into.transpose()?, sandbox_days, reason };
    let begun = restore::begin(&app, wish, Source::own(&app), &operator.actor()).await?;
    let view = RestoreView::from(begun.record.clone());
    let location = format!("/tenants/{}/restores", view.tenant_id);
    tokio::spawn(async move {
        let (tenant, id) = (begun.record.tenant.clone(), begun.record.restore.clone());
        let progress = |what: &str| tracing::info!(%tenant, restore = %id, what, "a restore goes on");
        if let Err(error) = restore::run(&app, begun, &progress).await {
            tracing::error!(%tenant, restore = %id, error = %crate::problem::chain(&error), "a restore did not come to its end");
        }
    });
    let mut response = (StatusCode::ACCEPTED, Json(view)).into_response();
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// `GET /tenants/{id}/restores`: the newest first.
pub async fn list(
    State(app): State<App>,
    _: Operator,
    PathText(id): PathText,
    query: Query,
) -> Result<Json<Vec<RestoreView>>, ApiError> {
    query.finish()?;
    let tenant: TenantId = id.parse().map_err(|_| ApiError::not_found("tenant"))?;
    let found = app.desk.store().restores(&tenant).await?;
    Ok(Json(found.into_iter().map(RestoreView::from).collect()))
}

/// A drill as operators see it.
#[derive(Debug, Serialize)]
pub struct DrillView {
    drill: String,
    backup: String,
    at: DateTime<Utc>,
    took_ms: u64,
    /// The last position of the backup.
    position: u64,
    /// Whether everything was as it should be.
    ok: bool,
    report: Value,
}

/// `GET /tenants/{id}/drills`: backups that were brought back to see that they can be, the newest first.
pub async fn drills(
    State(app): State<App>,
    _: Operator,
    PathText(id): PathText,
    query: Query,
) -> Result<Json<Vec<DrillView>>, ApiError> {
    query.finish()?;
    let tenant: TenantId = id.parse().map_err(|_| ApiError::not_found("tenant"))?;
    let view = |record: DrillRecord| {
        let DrillRecord { drill, backup, at, took_ms, position, ok, report, .. } = record;
        DrillView { drill, backup, at, took_ms, position, ok, report }
    };
    Ok(Json(app.desk.store().drills(&tenant).await?.into_iter().map(view).collect()))
}

impl From<RestoreError> for ApiError {
    fn from(error: RestoreError) -> Self {
        let refused = |status, code: &str, error: &RestoreError| Self::new(status, code, error.to_string());
        match error {
            RestoreError::Store(error) => error.into(),
            RestoreError::Projection(error) => error.into(),
            RestoreError::Command(error) => error.into(),
            RestoreError::Busy(_) => refused(StatusCode::CONFLICT, "tenant_busy", &error),
            RestoreError::Destroyed(_) => refused(StatusCode::GONE, "tenant_destroyed", &error),
            RestoreError::Exists(_) => refused(StatusCode::CONFLICT, "tenant_already_exists", &error),
            RestoreError::NotInUse(_) => refused(StatusCode::CONFLICT, "tenant_not_in_use", &error),
            RestoreError::Unfinished { .. } => refused(StatusCode::CONFLICT, "restore_unfinished", &error),
            RestoreError::NothingToGiveUp(_)
            | RestoreError::NoBackup(_)
            | RestoreError::Beyond { .. }
            | RestoreError::NoKeys(_)
            | RestoreError::NewerProgram { .. }
            | RestoreError::BeforeTheBeginning
            | RestoreError::Elsewhere(_)
            | RestoreError::StillWrittenTo(_) => refused(StatusCode::CONFLICT, "not_restored", &error),
            RestoreError::Backup(_)
            | RestoreError::Reaction(_)
            | RestoreError::Vault(_)
            | RestoreError::Lost
            | RestoreError::Unreadable(_) => Self::internal(&error),
        }
    }
}
