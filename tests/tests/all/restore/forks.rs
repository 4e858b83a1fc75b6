//! A tenant is copied without anybody's keys, to try things on.

use chrono::TimeDelta;
use event_store::TenantId;
use serde_json::{Value, json};
use tests::{Api, Receiver, World};

use super::{Until, log, restore, save, try_restore, wish};

fn sandbox() -> TenantId {
    "acme-sandbox".parse().unwrap()
}

async fn fork(world: &World, until: Until) -> Api {
    let mut fork = wish(until);
    (fork.into, fork.sandbox_days) = (Some(sandbox()), Some(14));
    let record = restore(world, fork).await;
    super::copies::with_a_key(world, &record.tenant).await
}

#[tokio::test]
async fn a_sandbox_has_the_numbers_and_nothing_of_the_people() {
    let world = World::new().await;
    let ann = json!({"name": "Ann Other", "email": "ann@acme.example", "phone": "+41 44 123 45 67"});
    let ann = world.acme().post("/api/customers", ann).await.expect(201);
    let body = json!({"title": "Printer on fire", "body": "The one of Ann Other burns.", "customer_id": ann.id()});
    let ticket = world.acme().post("/api/tickets", body).await.expect(201);
    save(&world).await;
    let fork = fork(&world, Until::End).await;

    let tenant = fork.get("/api/tenant").await;
    assert_eq!(tenant.header("helpdesk-sandbox"), Some("true"));
    let sandbox = &tenant.expect(200)["sandbox"];
    assert_eq!(sandbox["tenant_id"], "acme");
    assert_eq!(world.acme().get("/api/tenant").await.expect(200)["sandbox"], Value::Null);
    assert_eq!(world.acme().get("/api/tenant").await.header("helpdesk-sandbox"), None);

    let path = format!("/api/tickets/{}", ticket.id());
    let (real, shown) = (world.acme().get(&path).await.expect(200), fork.get(&path).await.expect(200));
    for same in ["number", "status", "priority", "created_at"] {
        assert_eq!(shown[same], real[same], "{same}");
    }
    let title = shown["title"].as_str().unwrap();
    assert_eq!(title.len(), "Printer on fire".len());
    assert_ne!(title, "Printer on fire");
    let customer_path = format!("/api/customers/{}", real["customer"]["id"].as_str().unwrap());
    let customer = fork.get(&customer_path).await.expect(200);
    assert!(customer["name"].as_str().unwrap().starts_with("Customer "), "{}", customer.text);
    assert!(customer["email"].as_str().unwrap().ends_with("@masked.invalid"), "{}", customer.text);
    // What is shown is found, and taken.
    let found = fork.all(&format!("/api/customers?filter[email]={}", customer["email"].as_str().unwrap())).await;
    assert_eq!(found.len(), 1);
    let twin = json!({"name": "Twin", "email": customer["email"]});
    let _ = fork.post("/api/customers", twin).await.refused(409, "taken");
    let free = json!({"name": "Ann", "email": "ann@acme.example"});
    let own = fork.post("/api/customers", free).await.expect(201);
    assert_eq!(fork.get(&format!("/api/customers/{}", own.id())).await.expect(200)["name"], "Ann");
    // No row of it has a word of what was written.
    let log = log(&world, &super::forks::sandbox()).await;
    for event in log.read(0, 1_000).await.unwrap().iter().take_while(|event| event.event_type != "tenant.restored") {
        let text = event.payload.to_string();
        assert!(!["Ann Other", "burns", "acme.example", "Printer"].iter().any(|word| text.contains(word)), "{text}");
    }
    let events = fork.get("/api/events?limit=1000").await.expect(200).text;
    assert!(!events.contains("Ann Other") && !events.contains("Printer on fire"));
}

#[tokio::test]
async fn a_sandbox_sends_nothing() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let hook = json!({"url": receiver.url(), "events": ["*"]});
    let made = world.acme().post("/api/webhooks", hook.clone()).await.expect(201);
    save(&world).await;
    let fork = fork(&world, Until::End).await;
    let _ = fork.post("/api/webhooks", hook).await.refused(403, "sandbox_muted");
    let path = format!("/api/webhooks/{}", made.id());
    let _ = fork.post(&format!("{path}/test"), json!({})).await.refused(403, "sandbox_muted");
    // Its address is not there, so there is nowhere to send to; and if it were, nothing is claimed.
    let _ = fork.patch(&path, json!({"active": true})).await;
    let _ = fork
        .post("/api/tickets", json!({"title": "x", "customer": {"name": "Z", "email": "z@z.example"}}))
        .await
        .expect(201);
    world.app.webhooks.settle(&log(&world, &sandbox()).await).await.unwrap();
    assert_eq!(receiver.take().len(), 0);
}

#[tokio::test]
async fn a_sandbox_ends_by_itself_and_the_tenant_stays() {
    let world = World::new().await;
    save(&world).await;
    let fork = fork(&world, Until::End).await;
    world.pass(TimeDelta::days(13));
    assert!(!api::destroy(&world.app, &sandbox()).await.unwrap());
    let _ = fork.get("/api/tickets").await.expect(200);
    world.pass(TimeDelta::days(2));
    let store = world.app.desk.store();
    assert_eq!(store.doomed().await.unwrap(), [sandbox()]);
    assert!(api::destroy(&world.app, &sandbox()).await.unwrap());
    assert!(store.tenant(&sandbox()).await.unwrap().is_none());
    assert!(store.destruction(&sandbox()).await.unwrap().unwrap().certificate.is_some());
    let _ = world.acme().get("/api/tickets").await.expect(200);
    let mut again = wish(Until::End);
    (again.into, again.sandbox_days) = (Some(sandbox()), Some(1));
    let refused = try_restore(&world, again).await.unwrap_err().to_string();
    assert!(refused.contains("destroyed"), "{refused}");
}
