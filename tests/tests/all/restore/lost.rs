//! Everything of a tenant is gone but its backup.

use api::restore::{Source, begin, run};
use event_store::GivenKey;
use event_store::Store;
use serde_json::json;
use tests::{Database, World};

use super::{Until, acme, log, restore, save, wish};
use crate::files::{content, upload};

#[tokio::test]
async fn a_tenant_whose_schema_is_gone_comes_back_whole() {
    let world = World::new().await;
    let file = upload(world.acme(), "a.txt", "text/plain", "all of it").await;
    let body = json!({"title": "Printer", "body": "It burns.", "attachments": [file.id()],
        "customer": {"name": "Ann Other", "email": "ann@acme.example"}});
    let ticket = world.acme().post("/api/tickets", body).await.expect(201);
    let other = world.globex.ticket("Of globex").await;
    let before = world.acme().all("/api/tickets").await;
    let saved = save(&world).await;
    world.app.files.vault().remove(files::Name::file("acme", &file.id())).await.unwrap();
    world.superuser().await.batch_execute("DROP SCHEMA tenant_acme CASCADE").await.unwrap();

    let record = restore(&world, wish(Until::End)).await;
    assert_eq!((record.epoch, record.position), (2, Some(saved.header.position)));
    let shown = world.acme().get(&format!("/api/tickets/{}", ticket.id())).await.expect(200);
    assert_eq!((&shown["title"], &shown["ticket_id"]), (&json!("Printer"), &json!("T-001")));
    assert_eq!(world.acme().all("/api/tickets").await, before);
    let served = content(world.acme(), &format!("/api/files/{}/content", file.id())).await;
    assert_eq!(served, (200, b"all of it".to_vec()));
    let taken = json!({"name": "Another", "email": "ann@acme.example"});
    let _ = world.acme().post("/api/customers", taken).await.refused(409, "taken");
    let next = world.acme.ticket("The next").await;
    assert_eq!(next["ticket_id"], "T-002");
    let _ = world.globex().get(&format!("/api/tickets/{}", other.id())).await.expect(200);
}

#[tokio::test]
async fn a_restored_log_is_sealed_under_another_name_beside_the_checkpoints_of_the_one_before() {
    let world = World::new().await;
    world.acme.ticket("Printer").await;
    world.app.sealer.settle(&world.acme.log).await.unwrap();
    save(&world).await;
    restore(&world, wish(Until::End)).await;
    let log = log(&world, &acme()).await;
    let sealed = world.app.sealer.settle(&log).await.unwrap();
    assert_eq!(sealed, log.head().await.unwrap().position);
    assert_eq!(log.last_checkpoint().await.unwrap().unwrap().checkpoint.origin, "localhost/acme/e2");
    let events = log.read(0, 1000).await.unwrap();
    let restored = events.iter().find(|event| event.event_type == "tenant.restored").unwrap();
    assert!(restored.payload["checkpoint"].as_str().unwrap().starts_with("localhost/acme\n"));
}

#[tokio::test]
async fn a_tenant_comes_back_in_an_empty_installation_of_another_master_key() {
    let world = World::new().await;
    let file = upload(world.acme(), "a.txt", "text/plain", "all of it").await;
    let body = json!({"title": "Printer", "body": "It burns.", "attachments": [file.id()],
        "customer": {"name": "Ann Other", "email": "ann@acme.example"}});
    let ticket = world.acme().post("/api/tickets", body).await.expect(201);
    save(&world).await;
    let archive = world.app.backups.archive().clone();

    let mut settings = Database::empty().await.store_settings();
    settings.master_key = std::sync::Arc::new(GivenKey::new([9; 32]));
    settings.clock = world.clock.clone();
    let store = Store::open(settings, migrations::CONTROL, migrations::TENANT, &|_| {}).await.unwrap();
    let other = world.app_on(store);
    assert!(
        Source::foreign(archive.clone(), &acme(), &GivenKey::new([9; 32])).await.is_err(),
        "that is not the key of the backup"
    );
    let source = Source::foreign(archive, &acme(), &GivenKey::new([7; 32])).await.unwrap();
    let begun = begin(&other, wish(Until::End), source, "operator").await.unwrap();
    let record = run(&other, begun, &|_| {}).await.unwrap();
    assert_eq!(record.epoch, 2);
    let there = world.acme().at(&world.serve(other).await);
    let shown = there.get(&format!("/api/tickets/{}", ticket.id())).await.expect(200);
    assert_eq!((&shown["title"], &shown["customer"]["name"]), (&json!("Printer"), &json!("Ann Other")));
    let served = content(&there, &format!("/api/files/{}/content", file.id())).await;
    assert_eq!(served, (200, b"all of it".to_vec()));
    let _ = there.patch(&format!("/api/tickets/{}", ticket.id()), json!({"title": "It works"})).await.expect(200);
}
