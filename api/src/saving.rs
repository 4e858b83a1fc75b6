//! Backups that are due are made, and what need not be kept goes: by any process, one tenant at a time in each, and no
//! tenant in two at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use backups::{Archive, BackupError, Begun, Header, Keep, Kind, Manifest, Newest, Removed, Schedule};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use event_store::{
    Log, StoreError, TenantId,
    save::{BackupStanding, Hold},
};
use projections::{ProjectionError, as_of::Moment};

use crate::app::App;

/// One that failed is tried again after this.
const AGAIN: TimeDelta = TimeDelta::minutes(15);
/// A tenant that moves to another zone is saved by its new clocks after this.
const ZONE_KNOWN: TimeDelta = TimeDelta::hours(1);

/// Why a tenant could not be saved. The next attempt begins anew.
#[derive(Debug, thiserror::Error)]
pub enum SavingError {
    /// Its backup.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// What is known of it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its zone.
    #[error(transparent)]
    Projection(#[from] ProjectionError),
}

/// The zones of the tenants, as this process saw them last.
#[derive(Debug, Default)]
pub struct Zones(BTreeMap<TenantId, (Tz, DateTime<Utc>)>);

impl Zones {
    async fn of(&mut self, app: &App, tenant: &TenantId) -> Result<Tz, SavingError> {
        let now = app.desk.store().clock().now();
        if let Some((zone, _)) = self.0.get(tenant).filter(|(_, seen)| now - *seen < ZONE_KNOWN) {
            return Ok(*zone);
        }
        let zone = zone(&app.desk.store().log(tenant).await?).await?;
        self.0.insert(tenant.clone(), (zone, now));
        Ok(zone)
    }
}

/// Where a tenant's clocks are.
pub async fn zone(log: &Log) -> Result<Tz, ProjectionError> {
    let view = projections::tenant::get(log, Moment::Now).await?;
    Ok(view.and_then(|view| view.time_zone.parse().ok()).unwrap_or(Tz::UTC))
}

/// When a tenant is saved.
pub fn schedule_of(standing: &BackupStanding) -> Schedule {
    standing.schedule.as_ref().map(Schedule::from).unwrap_or_default()
}

/// Since when a tenant waits for its next backup.
pub fn waits_since(standing: &BackupStanding) -> DateTime<Utc> {
    standing.saved.map_or(standing.created_at, |(at, _)| at)
}

fn is_due(standing: &BackupStanding, zone: Tz, now: DateTime<Utc>) -> bool {
    let rests = standing.failed.as_ref().is_some_and(|(at, _)| now - *at < AGAIN);
    !rests && schedule_of(standing).is_due(zone, waits_since(standing), now)
}

/// Saves every tenant that is due. One that fails keeps none of the others; it is told, and tried again.
pub async fn save_due(app: &App, zones: &mut Zones) -> Result<(), StoreError> {
    for standing in app.desk.store().backup_standings(None).await? {
        measure(&standing, app.desk.store().clock().now());
        let tenant = &standing.tenant;
        match save_if_due(app, zones, &standing).await {
            // It was said at the start that this one is not served.
            Ok(()) | Err(SavingError::Store(StoreError::NotMigrated { .. } | StoreError::UnknownTenant(_))) => {}
            Err(error) => {
                metrics::counter!("ledgerdesk_backup_failures_total", "tenant" => tenant.to_string()).increment(1);
                let error = crate::problem::chain(&error);
                tracing::error!(%tenant, error, "a backup could not be made; it is tried again");
            }
        }
    }
    Ok(())
}

async fn save_if_due(app: &App, zones: &mut Zones, standing: &BackupStanding) -> Result<(), SavingError> {
    let (store, tenant) = (app.desk.store(), &standing.tenant);
    let zone = zones.of(app, tenant).await?;
    if !is_due(standing, zone, store.clock().now()) {
        return Ok(());
    }
    let Some(hold) = store.try_hold(tenant).await? else { return Ok(()) };
    // Another process may have been there first.
    let standing = store.backup_standings(Some(tenant)).await?;
    let Some(standing) = standing.first().filter(|found| is_due(found, zone, store.clock().now())) else {
        return Ok(());
    };
    let begun = app.backups.begin(&hold, Kind::Scheduled).await?;
    save(app, &hold, &store.log(tenant).await?, begun, &schedule_of(standing)).await?;
    Ok(())
}

/// Makes a backup that has begun, and removes what need not be kept now that it is there.
pub async fn save(
    app: &App,
    hold: &Hold,
    log: &Log,
    begun: Begun,
    schedule: &Schedule,
) -> Result<(Manifest, Removed), BackupError> {
    let (tenant, began) = (log.tenant(), Instant::now());
    let manifest = app.backups.complete(hold, log, begun).await?;
    let Header { backup, position, bytes, added_bytes, .. } = manifest.header;
    let seconds = began.elapsed().as_secs_f64();
    tracing::info!(%tenant, %backup, position, bytes, added_bytes, seconds, "this tenant was saved");
    let removed = app.backups.tidy(hold, keep(schedule, Newest::Stays), &told(tenant)).await?;
    Ok((manifest, removed))
}

/// Tells how far tidying up has come: of a large store it takes a while.
fn told(tenant: &TenantId) -> impl Fn(Removed) + Sync {
    move |Removed { backups, objects, bytes }| {
        tracing::debug!(%tenant, backups, objects, bytes, "what need not be kept is being removed");
    }
}

fn keep(schedule: &Schedule, newest: Newest) -> Keep {
    Keep { days: schedule.keep_days, keys_days: schedule.keys_keep_days, newest }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a gauge is a float, and of this many bytes the last ones do not matter"
)]
fn measure(standing: &BackupStanding, now: DateTime<Utc>) {
    let label = standing.tenant.to_string();
    let age = (now - waits_since(standing)).as_seconds_f64();
    metrics::gauge!("ledgerdesk_backup_age_seconds", "tenant" => label.clone()).set(age);
    if let Some((_, bytes)) = standing.saved {
        metrics::gauge!("ledgerdesk_backup_bytes", "tenant" => label).set(bytes as f64);
    }
}

/// When the last backup of a tenant that is destroyed goes, and when its keys do; none: it has none.
pub async fn kept_until(app: &App, tenant: &TenantId) -> Result<Option<(DateTime<Utc>, DateTime<Utc>)>, SavingError> {
    let schedule = app.desk.store().backup_schedule(tenant).await?;
    let schedule = schedule.as_ref().map(Schedule::from).unwrap_or_default();
    let newest = app.backups.archive().list(tenant).await?.last().and_then(|newest| newest.begun_at());
    let after = |days: u16| move |at: DateTime<Utc>| at + TimeDelta::days(days.into());
    Ok(newest.map(|at| (after(schedule.keep_days)(at), after(schedule.keys_keep_days)(at))))
}

/// Removes what is over of the backups of tenants that were destroyed: of them the newest goes, too.
pub async fn tidy_destroyed(app: &App) -> Result<(), SavingError> {
    let store = app.desk.store();
    let living: BTreeSet<TenantId> = store.tenants().await?.into_iter().map(|(tenant, _)| tenant).collect();
    let archive: &Archive = app.backups.archive();
    for tenant in archive.tenants().await? {
        // What another installation keeps here is no business of this one.
        if living.contains(&tenant) || store.destruction(&tenant).await?.is_none() {
            continue;
        }
        let Some(hold) = store.try_hold(&tenant).await? else { continue };
        let schedule = store.backup_schedule(&tenant).await?.as_ref().map(Schedule::from).unwrap_or_default();
        let removed = app.backups.tidy(&hold, keep(&schedule, Newest::Goes), &told(&tenant)).await?;
        let Removed { backups, objects, bytes } = removed;
        if objects > 0 {
            tracing::info!(%tenant, backups, objects, bytes, "backups of a destroyed tenant whose time was over are gone");
        }
        if archive.list(&tenant).await?.is_empty() {
            store.forget_saved(&tenant).await?;
        }
    }
    Ok(())
}
