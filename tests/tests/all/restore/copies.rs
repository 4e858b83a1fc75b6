//! A backup becomes a new tenant.

use commands::api_keys::KeyGrant;
use domain::text::Name;
use event_store::TenantId;
use serde_json::json;
use tests::{Api, Receiver, World};

use super::{Until, acme, log, restore, save, try_restore, wish};
use crate::files::{content, upload};

async fn copy(world: &World) -> Api {
    let mut copy = wish(Until::End);
    copy.into = Some("acme-copy".parse().unwrap());
    let record = restore(world, copy).await;
    assert_eq!((record.epoch, record.tenant.as_str()), (1, "acme-copy"));
    with_a_key(world, &record.tenant).await
}

/// A program that may do everything in it.
pub(super) async fn with_a_key(world: &World, tenant: &TenantId) -> Api {
    let log = log(world, tenant).await;
    assert_eq!(log.identity(), &acme());
    let grant = KeyGrant::new(Name::try_new("tests").unwrap(), vec!["*".to_owned()]);
    let (_, key) = world.app.desk.issue_key(&log, &world.request(), &*world.random, grant).await.unwrap();
    world.acme().with_key(key.reveal())
}

#[tokio::test]
async fn a_copy_has_everything_and_lives_apart() {
    let world = World::new().await;
    let file = upload(world.acme(), "a.txt", "text/plain", "all of it").await;
    let body = json!({"title": "Printer", "body": "It burns.", "attachments": [file.id()],
        "customer": {"name": "Ann Other", "email": "ann@acme.example"}});
    let ticket = world.acme().post("/api/tickets", body).await.expect(201);
    save(&world).await;
    let copy = copy(&world).await;

    let path = format!("/api/tickets/{}", ticket.id());
    let shown = copy.get(&path).await.expect(200);
    assert_eq!((&shown["title"], &shown["customer"]["name"]), (&json!("Printer"), &json!("Ann Other")));
    let served = content(&copy, &format!("/api/files/{}/content", file.id())).await;
    assert_eq!(served, (200, b"all of it".to_vec()));
    let tenant = copy.get("/api/tenant").await.expect(200);
    assert_eq!((&tenant["tenant_id"], &tenant["domain"]), (&json!("acme-copy"), &json!("acme-copy.localhost")));
    // What is sealed from now on opens, and neither sees the other's.
    let _ = copy.patch(&path, json!({"title": "Another title"})).await.expect(200);
    let own = copy.post("/api/customers", json!({"name": "Eve", "email": "eve@copy.example"})).await.expect(201);
    assert_eq!(copy.get(&format!("/api/customers/{}", own.id())).await.expect(200)["name"], "Eve");
    assert_eq!(world.acme().get(&path).await.expect(200)["title"], "Printer");
    let _ = world.acme().get(&format!("/api/customers/{}", own.id())).await.refused(404, "not_found");
    let uploaded = upload(&copy, "b.txt", "text/plain", "of the copy").await;
    assert_eq!(content(&copy, &format!("/api/files/{}/content", uploaded.id())).await.1, b"of the copy");
    let keys = copy.all("/api/keys").await;
    assert_eq!(keys.len(), 1, "nobody gets in with a key of the tenant that was copied");
}

#[tokio::test]
async fn a_copy_sends_nothing_to_the_receivers_of_the_tenant_that_was_copied() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let hook = json!({"url": receiver.url(), "events": ["*"]});
    let first = world.acme().post("/api/webhooks", hook.clone()).await.expect(201);
    let _ = world.acme().post("/api/webhooks", hook).await.expect(201);
    world.acme.ticket("Printer").await;
    world.app.webhooks.settle(&world.acme.log).await.unwrap();
    receiver.take();
    save(&world).await;
    let copy = copy(&world).await;
    let _ = copy
        .post("/api/tickets", json!({"title": "x", "customer": {"name": "Z", "email": "z@z.example"}}))
        .await
        .expect(201);
    let log = log(&world, &"acme-copy".parse().unwrap()).await;
    world.app.webhooks.settle(&log).await.unwrap();
    assert_eq!(receiver.take().len(), 0);
    let shown = copy.get(&format!("/api/webhooks/{}", first.id())).await.expect(200);
    assert_eq!(shown["active"], false);
}

#[tokio::test]
async fn an_id_that_is_taken_is_refused() {
    let world = World::new().await;
    save(&world).await;
    let mut taken = wish(Until::End);
    taken.into = Some("globex".parse().unwrap());
    let refused = try_restore(&world, taken).await.unwrap_err().to_string();
    assert!(refused.contains("there is a tenant globex already"), "{refused}");
}
