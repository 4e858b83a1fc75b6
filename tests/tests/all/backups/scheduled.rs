//! Backups that are made by themselves.

use api::{Zones, save_due};
use backups::{BackupId, Days, Schedule};
use chrono::{NaiveTime, TimeDelta};
use event_store::Clock;
use files::Vault;
use metrics_exporter_prometheus::PrometheusBuilder;
use tests::World;

async fn made(world: &World) -> Vec<BackupId> {
    world.app.backups.archive().list(world.acme.log.tenant()).await.unwrap()
}

async fn due(world: &World, zones: &mut Zones) -> usize {
    save_due(&world.app, zones).await.unwrap();
    made(world).await.len()
}

#[tokio::test]
async fn a_tenant_is_saved_once_each_night_by_its_clocks() {
    let world = World::new().await;
    let mut zones = Zones::default();
    // It is nine in the morning, and the tenants were made just now.
    assert_eq!(due(&world, &mut zones).await, 0, "what was made since the last time is saved at the next one");
    world.pass(TimeDelta::minutes(17 * 60 + 29));
    assert_eq!(due(&world, &mut zones).await, 0, "a minute too early");
    world.pass(TimeDelta::minutes(1));
    assert_eq!(due(&world, &mut zones).await, 1);
    assert_eq!(due(&world, &mut zones).await, 1, "once");
    world.pass(TimeDelta::hours(23));
    assert_eq!(due(&world, &mut zones).await, 1);
    world.pass(TimeDelta::hours(1));
    assert_eq!(due(&world, &mut zones).await, 2);
    assert_eq!(world.app.backups.archive().list(world.globex.log.tenant()).await.unwrap().len(), 2);
    // Nobody was there for a week: one is enough.
    world.pass(TimeDelta::days(7));
    assert_eq!(due(&world, &mut zones).await, 3);
    world.pass(TimeDelta::days(31));
    assert_eq!(due(&world, &mut zones).await, 1, "and what need not be kept goes");
}

#[tokio::test]
async fn a_schedule_of_its_own_is_kept_and_a_suspended_tenant_is_saved_too() {
    let world = World::new().await;
    let mut zones = Zones::default();
    let at = NaiveTime::from_hms_opt(12, 0, 0).unwrap();
    // It is Sunday, 22 November 2026.
    let schedule = Schedule { at, days: Days::Weekly(chrono::Weekday::Tue), ..Schedule::default() };
    let (store, tenant) = (world.app.desk.store(), world.acme.log.tenant());
    store.set_backup_schedule(tenant, &(&schedule).into()).await.unwrap();
    store.interrupt(tenant, event_store::Interruption::Suspend).await.unwrap();
    world.pass(TimeDelta::days(2));
    assert_eq!(due(&world, &mut zones).await, 0);
    world.pass(TimeDelta::hours(3));
    assert_eq!(due(&world, &mut zones).await, 1);
    world.pass(TimeDelta::days(6));
    assert_eq!(due(&world, &mut zones).await, 1);
}

#[tokio::test]
async fn of_two_processes_that_find_a_tenant_due_one_saves_it() {
    let world = World::new().await;
    let other = world.another_process().await;
    let shared = world.app.backups.archive().vault().clone();
    let app = other.app.clone().with_backups(shared);
    world.pass(TimeDelta::hours(20));
    let (mut ours, mut theirs) = (Zones::default(), Zones::default());
    let (one, two) = tokio::join!(save_due(&world.app, &mut ours), save_due(&app, &mut theirs));
    one.unwrap();
    two.unwrap();
    for tenant in [&world.acme, &world.globex] {
        assert_eq!(world.app.backups.archive().list(tenant.log.tenant()).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn one_that_fails_keeps_nobody_else_waiting_is_told_and_is_tried_again() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let metrics = recorder.handle();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let world = World::new().await;
    let mut zones = Zones::default();
    let superuser = world.superuser().await;
    let _ = world.acme.ticket("Printer").await;
    superuser.batch_execute("UPDATE tenant_acme.head SET position = position + 1").await.unwrap();
    world.pass(TimeDelta::hours(20));
    assert_eq!(due(&world, &mut zones).await, 0);
    assert_eq!(world.app.backups.archive().list(world.globex.log.tenant()).await.unwrap().len(), 1);
    assert!(metrics.render().contains("ledgerdesk_backup_failures_total{tenant=\"acme\"} 1"), "{}", metrics.render());
    superuser.batch_execute("UPDATE tenant_acme.head SET position = position - 1").await.unwrap();
    assert_eq!(due(&world, &mut zones).await, 0, "not at once");
    world.pass(TimeDelta::minutes(15));
    assert_eq!(due(&world, &mut zones).await, 1);
    world.pass(TimeDelta::seconds(90));
    due(&world, &mut zones).await;
    assert!(metrics.render().contains("ledgerdesk_backup_age_seconds{tenant=\"acme\"} 90"), "{}", metrics.render());
    assert!(world.clock.now() > made(&world).await[0].begun_at().unwrap());
}

#[tokio::test]
async fn a_store_that_refuses_is_told_of_each_tenant() {
    let world = World::new().await;
    let store = tests::ObjectStore::start().await;
    let nowhere = Vault::open("s3://no-such-bucket", store.variables()).unwrap();
    let app = world.app.clone().with_backups(nowhere);
    world.pass(TimeDelta::hours(20));
    save_due(&app, &mut Zones::default()).await.unwrap();
    for standing in app.desk.store().backup_standings(None).await.unwrap() {
        let (_, why) = standing.failed.unwrap();
        assert!(standing.saved.is_none() && why.contains("NoSuchBucket"), "{why}");
    }
}
