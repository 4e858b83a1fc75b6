//! A clock that jumps back.

use chrono::TimeDelta;
use serde_json::json;
use tests::{Receiver, World};

#[tokio::test]
async fn a_clock_that_jumps_back_keeps_every_order_and_repeats_stay_repeats() {
    let world = World::new().await;
    let other = world.another_process().await;
    let receiver = Receiver::start().await;
    let hook = json!({"url": receiver.url(), "events": ["ticket.*"]});
    let _ = world.acme().post("/api/webhooks", hook).await.expect(201);
    let body = json!({"title": "Printer", "customer": {"email": "ann@acme.example"}});
    let open = || world.acme().post("/api/tickets", body.clone()).header("idempotency-key", "one");
    let ticket = open().await.expect(201);
    let path = format!("/api/tickets/{}", ticket.id());
    world.app.webhooks.settle(&world.acme.log).await.unwrap();

    world.pass(TimeDelta::hours(-5));
    let _ = world.acme().patch(&path, json!({"priority": "high"})).await.expect(200);
    let _ = other.acme().post(&format!("{path}/messages"), json!({"body": "Still?"})).await.expect(201);
    assert_eq!(open().await.expect(201).header("idempotency-replayed"), Some("true"));
    let _ = world.acme.ticket("Elsewhere").await;
    world.app.webhooks.settle(&world.acme.log).await.unwrap();

    let events = world.acme.log.read(0, 100).await.unwrap();
    assert!(events.is_sorted_by_key(|event| event.recorded_at), "time in the log stands until the clock has come past");
    let told: Vec<u64> = receiver
        .take()
        .iter()
        .filter(|one| one.body["data"]["id"] == json!(ticket.id()))
        .map(|one| one.body["sequence"].as_u64().unwrap())
        .collect();
    assert_eq!(told, (1..=told.len() as u64).collect::<Vec<_>>(), "in the order of the ticket, and at once");
    let timeline = world.acme().all(&format!("{path}/timeline")).await;
    assert_eq!(told.len(), timeline.len());
    let _ = world.globex().get(&path).await.refused(404, "not_found");
}
