//! A migration that fails for one tenant.

use event_store::{Migration, Store, StoreError, TenantId};
use tests::{Database, World};

/// Fails where a tenant has a table of this name.
const BREAKS: Migration =
    Migration { number: 9001, name: "tenant/9001_half.sql", sql: "CREATE TABLE half (one integer PRIMARY KEY);" };
const FOLLOWS: Migration =
    Migration { number: 9002, name: "tenant/9002_follows.sql", sql: "ALTER TABLE half ADD COLUMN two integer;" };

/// Starts a program that brings both.
async fn start(database: &Database) -> (Store, Vec<String>) {
    let told = std::sync::Mutex::new(vec![]);
    let tenant: Vec<Migration> = migrations::TENANT.iter().copied().chain([BREAKS, FOLLOWS]).collect();
    let progress = |line: &str| told.lock().unwrap().push(line.to_owned());
    let store = Store::open(database.store_settings(), migrations::CONTROL, &tenant, &progress).await.unwrap();
    (store, told.into_inner().unwrap())
}

#[tokio::test]
async fn a_tenant_whose_migration_fails_is_named_and_left_out_others_serve_and_the_next_start_goes_on() {
    let world = World::new().await;
    let superuser = world.superuser().await;
    superuser.batch_execute("CREATE TABLE tenant_acme.half (in_the_way integer)").await.unwrap();
    let (acme, globex): (TenantId, TenantId) = ("acme".parse().unwrap(), "globex".parse().unwrap());

    let (store, told) = start(&world.database).await;
    assert_eq!(told, ["tenant globex: tenant/9001_half.sql", "tenant globex: tenant/9002_follows.sql"]);
    let refused = store.log(&acme).await.unwrap_err();
    assert!(matches!(&refused, StoreError::NotMigrated { tenant, .. } if *tenant == acme), "{refused}");
    let text = refused.to_string();
    for part in ["tenant acme", "tenant/9001_half.sql", "tenant_acme", "already exists"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    store.log(&globex).await.unwrap().head().await.unwrap();

    // A server on it: one tenant is told to wait, the other notices nothing, and the workers work.
    let app = world.app_on(store);
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let workers = api::Workers::start(app.clone(), stopping).await.unwrap();
    let base = world.serve(app).await;
    let refused = world.acme().at(&base).get("/api/tickets").await.refused(503, "unavailable");
    assert!(refused.header("retry-after").is_some());
    let _ = world.globex().at(&base).get("/api/tickets").await.expect(200);
    stop.send(true).unwrap();
    workers.run().await;

    superuser.batch_execute("DROP TABLE tenant_acme.half").await.unwrap();
    let (store, told) = start(&world.database).await;
    assert_eq!(told, ["tenant acme: tenant/9001_half.sql", "tenant acme: tenant/9002_follows.sql"]);
    store.log(&acme).await.unwrap().head().await.unwrap();
    assert_eq!(start(&world.database).await.1, [""; 0]);
}
