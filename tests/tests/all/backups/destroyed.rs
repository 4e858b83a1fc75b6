//! What becomes of the backups of a tenant that is deleted.

use chrono::TimeDelta;
use serde_json::json;
use tests::{Tenant, World};

use super::save;

async fn doomed(world: &World, query: &str) -> Tenant {
    let alice = world.operator("alice").await;
    // The roles of the others are shared with the databases of other tests.
    let hooli = world.new_tenant("hooli").await;
    let _ = hooli.ticket("Printer").await;
    let _ = save(world, &hooli).await;
    let _ = save(world, &world.acme).await;
    let _ = alice.delete(&format!("/tenants/hooli?grace_days=0{query}")).await.expect(202);
    hooli
}

async fn certificate(world: &World, tenant: &Tenant) -> String {
    assert!(api::destroy(&world.app, tenant.log.tenant()).await.unwrap());
    world.app.desk.store().destruction(tenant.log.tenant()).await.unwrap().unwrap().certificate.unwrap()
}

#[tokio::test]
async fn they_stay_until_their_own_time_is_over_and_the_certificate_says_until_when() {
    let world = World::new().await;
    let hooli = doomed(&world, "").await;
    let certificate = certificate(&world, &hooli).await;
    let line = "\nbackups kept until 2026-12-22T09:00:01.000000Z, their keys until 2026-11-29T09:00:01.000000Z\n";
    assert!(certificate.contains(line), "{certificate}");
    let (archive, tenant) = (world.app.backups.archive(), hooli.log.tenant());
    let keys = async || archive.vault().list("hooli", "keys").await.unwrap().len();
    api::tidy_destroyed(&world.app).await.unwrap();
    assert_eq!((archive.list(tenant).await.unwrap().len(), keys().await), (1, 1));
    world.pass(TimeDelta::days(8));
    api::tidy_destroyed(&world.app).await.unwrap();
    assert_eq!((archive.list(tenant).await.unwrap().len(), keys().await), (1, 0), "nothing personal is readable");
    world.pass(TimeDelta::days(23));
    api::tidy_destroyed(&world.app).await.unwrap();
    assert_eq!(archive.list(tenant).await.unwrap(), []);
    assert_eq!(world.app.desk.store().backup_page(tenant, None, 10).await.unwrap(), []);
    assert_eq!(archive.tenants().await.unwrap(), [world.acme.log.tenant().clone()], "those of others stay");
}

#[tokio::test]
async fn they_are_destroyed_with_it_where_that_was_wished() {
    let world = World::new().await;
    let hooli = doomed(&world, "&backups=delete").await;
    let certificate = certificate(&world, &hooli).await;
    assert!(certificate.contains("\nbackups destroyed\n"), "{certificate}");
    let (archive, tenant) = (world.app.backups.archive(), hooli.log.tenant());
    assert_eq!(archive.tenants().await.unwrap(), [world.acme.log.tenant().clone()]);
    assert_eq!(world.app.desk.store().backup_page(tenant, None, 10).await.unwrap(), []);
}

#[tokio::test]
async fn a_tenant_that_is_let_stay_keeps_them() {
    let world = World::new().await;
    let alice = world.operator("alice").await;
    let _ = alice.delete("/tenants/acme?backups=burn").await.refused(400, "invalid_parameter");
    let _ = alice.delete("/tenants/acme?backups=delete").await.expect(202);
    let tenant = world.acme.log.tenant();
    assert!(world.app.desk.store().deletes_backups(tenant).await.unwrap());
    let _ = alice.delete("/tenants/acme").await.expect(202);
    assert!(world.app.desk.store().deletes_backups(tenant).await.unwrap(), "what was said stays");
    let _ = alice.post("/tenants/acme/restore", json!({})).await.expect(200);
    assert!(!world.app.desk.store().deletes_backups(tenant).await.unwrap());
}

#[tokio::test]
async fn what_is_no_tenant_of_this_installation_is_not_touched() {
    let world = World::new().await;
    let vault = world.app.backups.archive().vault();
    let name = files::Name::of("elsewhere", "log", "x");
    vault.put(name, "theirs".into()).await.unwrap();
    world.pass(TimeDelta::days(1000));
    api::tidy_destroyed(&world.app).await.unwrap();
    assert_eq!(vault.get(name).await.unwrap(), "theirs");
}
