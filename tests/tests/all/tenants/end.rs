//! A tenant is deleted: restored within a time, and destroyed after it. Nothing is left but a certificate.

use ::files::Vault;
use chrono::TimeDelta;
use commands::files::FileSettings;
use event_store::{
    Store,
    proof::{Note, VerifierKey},
    tree::SealSettings,
};
use serde_json::json;
use tests::World;

/// Whatever in the database has the name of a tenant: schemas, roles, rows of the control plane.
async fn left_of(world: &World, tenant: &str) -> Vec<String> {
    let superuser = world.superuser().await;
    let mut left = vec![];
    for sql in [
        "SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname ~ $1",
        "SELECT 'role ' || rolname FROM pg_roles WHERE rolname ~ ('^tenant_' || $1 || '_' || (
             SELECT substr(encode(sha256(convert_to(current_database()::text, 'utf8')), 'hex'), 1, 8)))",
        "SELECT 'tenants' FROM control.tenants WHERE tenant = $1",
        "SELECT 'hosts ' || host FROM control.hosts WHERE tenant = $1",
        "SELECT 'moved' FROM control.moved WHERE tenant = $1",
        "SELECT 'erasures' FROM control.erasures WHERE tenant = $1",
    ] {
        left.extend(superuser.query(sql, &[&tenant]).await.unwrap().iter().map(|row| row.get::<_, String>(0)));
    }
    left
}

#[tokio::test]
async fn a_deleted_tenant_can_be_restored_until_its_time_is_over() {
    let world = World::new().await;
    let alice = world.operator("alice").await;
    let ticket = world.acme.ticket("Printer").await;
    let deleted = alice.delete("/tenants/acme").await.expect(202);
    assert_eq!(deleted["status"], "suspended");
    let after: chrono::DateTime<chrono::Utc> = deleted["delete_after"].as_str().unwrap().parse().unwrap();
    assert_eq!((after - event_store::Clock::now(&*world.clock)).num_days(), 30);
    let _ = world.acme().get("/api/tickets").await.refused(403, "tenant_suspended");
    // Neither a second call nor resuming changes that.
    let again = alice.delete("/tenants/acme?grace_days=0").await.expect(202);
    assert_eq!(again["delete_after"], deleted["delete_after"]);
    assert_eq!(alice.post("/tenants/acme/resume", json!({})).await.expect(200)["status"], "suspended");
    world.pass(TimeDelta::days(29));
    assert!(!api::destroy(&world.app, world.acme.log.tenant()).await.unwrap());
    let restored = alice.post("/tenants/acme/restore", json!({})).await.expect(200);
    assert_eq!((&restored["status"], &restored["delete_after"]), (&json!("active"), &json!(null)));
    world.pass(TimeDelta::days(2));
    assert!(world.app.desk.store().doomed().await.unwrap().is_empty());
    let _ = world.acme().get(&format!("/api/tickets/{}", ticket.id())).await.expect(200);
    let _ = alice.delete("/tenants/acme?grace_days=4000").await.refused(400, "invalid_parameter");
    let _ = alice.delete("/tenants/nobody").await.refused(404, "not_found");
}

#[tokio::test]
async fn of_a_destroyed_tenant_nothing_is_left_but_a_certificate_that_verifies() {
    let world = World::new().await;
    let files = std::env::temp_dir().join(format!("ledgerdesk-end-{}", std::process::id()));
    let settings = SealSettings { directory: Some(files.clone()), ..world.app.sealer.settings().clone() };
    let vault = Vault::in_directory(&files.join("objects")).unwrap();
    let app = world.app.clone().with_sealing(settings).with_files(vault, FileSettings::default());
    let alice = world.operator("alice").await;
    // The roles of the others are shared with the databases of other tests.
    let initech = world.new_tenant("initech").await;
    let _ = initech.ticket("Printer").await;
    let served = initech.api.at(&world.serve(app.clone()).await);
    let _ = crate::files::upload(&served, "a.txt", "text/plain", "What it says.").await.expect(201);
    let objects = || std::fs::read_dir(files.join("objects/tenants/initech/files")).map_or(0, Iterator::count);
    assert_eq!(objects(), 1);
    let erased = initech.customer("Gone").await;
    let _ = initech.api.post(&format!("/api/customers/{}/erase", erased.id()), json!({})).await.expect(200);
    app.sealer.settle(&initech.log).await.unwrap();
    let there = left_of(&world, "initech").await;
    let counted = |kind: &str| there.iter().filter(|left| left.starts_with(kind)).count();
    assert_eq!((counted("schema "), counted("role "), counted("hosts ")), (2, 2, 1), "{there:?}");
    assert!(files.join("initech").exists());
    let others = left_of(&world, "globex").await;
    let _ = alice.delete("/tenants/initech?grace_days=0").await.expect(202);
    let events = initech.log.head().await.unwrap().position;

    assert!(api::destroy(&app, initech.log.tenant()).await.unwrap());
    assert_eq!(left_of(&world, "initech").await, Vec::<String>::new());
    assert_eq!(left_of(&world, "globex").await, others);
    assert_eq!((objects(), files.join("initech").exists()), (0, false));
    let _ = std::fs::remove_dir_all(&files);

    let _ = alice.get("/tenants/initech").await.refused(410, "tenant_destroyed");
    let certificate: Note = alice.get("/tenants/initech/certificate").await.expect(200).text.parse().unwrap();
    let key: VerifierKey = api::certificate_key(&app).unwrap().to_string().parse().unwrap();
    key.verify(&certificate).unwrap();
    assert!(certificate.text.starts_with("ledgerdesk destruction 1\nlog localhost/initech\n"), "{}", certificate.text);
    assert!(certificate.text.contains(&format!("\nevents_destroyed {events}\n")), "{}", certificate.text);
    let _ = alice.get("/tenants/globex/certificate").await.refused(404, "not_found");

    // Nobody gets in, nobody takes its place, and the others work.
    let _ = initech.api.get("/api/tickets").await.refused(401, "unauthorized");
    let again = json!({"tenant_id": "initech", "name": "Acme"});
    let _ = alice.post("/tenants", again).await.refused(410, "tenant_destroyed");
    let _ = world.globex.ticket("Printer").await;
    assert!(!api::destroy(&app, initech.log.tenant()).await.unwrap_or(false));
}

#[tokio::test]
async fn an_end_that_was_interrupted_goes_on_and_certifies_what_was_counted_first() {
    let world = World::new().await;
    let alice = world.operator("alice").await;
    // The roles of the others are shared with the databases of other tests.
    let initech = world.new_tenant("initech").await;
    let _ = initech.ticket("Printer").await;
    let _ = alice.delete("/tenants/initech?grace_days=0").await.expect(202);
    let (store, tenant) = (world.app.desk.store(), initech.log.tenant());
    assert!(store.begin_destruction(tenant, &json!({"events": 7, "root": null})).await.unwrap());
    store.destroy(tenant).await.unwrap();
    // Past the point of no return, nothing brings it back.
    let _ = alice.post("/tenants/initech/restore", json!({})).await.refused(409, "tenant_not_in_use");
    let settings = world.database.store_settings();
    let other = Store::open(settings, migrations::CONTROL, migrations::TENANT, &|_| {}).await.unwrap();
    assert_eq!(other.doomed().await.unwrap(), std::slice::from_ref(tenant));
    assert!(api::destroy(&world.app_on(other), tenant).await.unwrap());
    let certificate = alice.get("/tenants/initech/certificate").await.expect(200).text;
    assert!(certificate.contains("\nevents_destroyed 7\n"), "{certificate}");
    assert_eq!(left_of(&world, "initech").await, Vec::<String>::new());
}
