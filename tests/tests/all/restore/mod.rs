//! Tenants are restored from backups.

mod bucket;
mod copies;
mod drills;
mod erased;
mod feed;
mod forks;
mod in_place;
mod interrupted;
mod lost;
mod webhooks;

use api::restore::{RestoreError, RestoreWish, Source, begin, run};
use backups::{Kind, Manifest};
use chrono::{DateTime, TimeDelta, Utc};
use commands::restore::check_claims;
use event_store::{
    Clock as _, Log, TenantId,
    restore::{ClaimDifferences, RestoreRecord, Until},
};
use tests::World;

fn acme() -> TenantId {
    "acme".parse().unwrap()
}

/// Acme in place, from what fits best.
fn wish(until: Until) -> RestoreWish {
    RestoreWish {
        tenant: acme(),
        backup: None,
        until,
        into: None,
        sandbox_days: None,
        reason: Some("a drill".to_owned()),
    }
}

async fn try_restore(world: &World, wish: RestoreWish) -> Result<RestoreRecord, RestoreError> {
    let begun = begin(&world.app, wish, Source::own(&world.app), "operator").await?;
    run(&world.app, begun, &|_| {}).await
}

/// Restores, and sees that what it has made holds together.
async fn restore(world: &World, wish: RestoreWish) -> RestoreRecord {
    let record = try_restore(world, wish).await.unwrap();
    let log = log(world, &record.tenant).await;
    assert_eq!(log.epoch(), record.epoch);
    assert_eq!(check_claims(&log).await.unwrap(), ClaimDifferences::default());
    let head = log.head().await.unwrap().position;
    let events = log.read(0, 10_000).await.unwrap();
    assert_eq!(events.len() as u64, head);
    let restored = &events[usize::try_from(record.position.unwrap()).unwrap()];
    assert_eq!(restored.event_type, "tenant.restored");
    record
}

async fn log(world: &World, tenant: &TenantId) -> Log {
    world.app.desk.store().log(tenant).await.unwrap()
}

async fn save(world: &World) -> Manifest {
    let hold = world.app.desk.store().hold(&acme()).await.unwrap();
    let manifest = world.app.backups.save(&hold, &log(world, &acme()).await, Kind::Manual).await.unwrap();
    world.pass(TimeDelta::seconds(1));
    manifest
}

/// This instant; what comes is later.
fn now(world: &World) -> DateTime<Utc> {
    let now = world.clock.now();
    world.pass(TimeDelta::seconds(1));
    now
}
