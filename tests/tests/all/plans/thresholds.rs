//! Thresholds: somebody is told of each once in a month; and what is paused goes out once it may.

use chrono::TimeDelta;
use event_store::Clock;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Receiver, World};

use super::agree;
use crate::webhooks::{settle, webhook};

/// Which limits and thresholds it was told of.
fn told(receiver: &Receiver) -> Vec<Value> {
    let mut received = receiver.take();
    received.sort_by_key(|one| one.body["position"].as_u64());
    received.iter().map(|one| json!([one.body["data"]["limit"], one.body["data"]["percent"]])).collect()
}

/// Opens tickets, and has both processes look at what is used.
async fn open(worlds: [&World; 2], count: usize) {
    for _ in 0..count {
        let _ = worlds[0].acme.ticket("Printer").await;
    }
    let said = join_all(worlds.map(|world| world.app.desk.say_thresholds(&world.acme.log)));
    said.await.into_iter().for_each(Result::unwrap);
}

#[tokio::test]
async fn a_threshold_is_told_once_in_a_month_and_waits_while_the_plan_has_no_webhooks() {
    let world = World::new().await;
    let other = world.another_process().await;
    let (alice, receiver) = (world.operator("alice").await, Receiver::start().await);
    let _ = webhook(&world, &receiver, &["plan.threshold_reached"]).await;
    let open = |count| open([&world, &other], count);
    let until = world.clock.now() + TimeDelta::days(3);
    let _ = agree(&alice, "tickets_per_month", json!({"limit": 5, "until": until})).await;
    open(3).await;
    settle(&world).await;
    assert_eq!(told(&receiver), [] as [Value; 0]);
    open(1).await;
    settle(&world).await;
    assert_eq!(told(&receiver), [json!(["tickets_per_month", 80])]);

    // Without webhooks in the plan nothing goes out, and nothing is lost.
    let _ = agree(&alice, "webhooks", json!({"included": false})).await;
    open(2).await;
    open(1).await;
    let _ = agree(&alice, "storage_bytes", json!({"limit": 100})).await;
    let _ = world.acme().call(Method::POST, "/api/files").raw("text/plain", vec![b'x'; 85]).await.expect(201);
    let _ = agree(&alice, "agents", json!({"limit": 1})).await;
    let _ = world.acme.agent("Eve").await;
    open(0).await;
    settle(&world).await;
    assert_eq!(told(&receiver), [] as [Value; 0]);
    let _ = alice.delete("/tenants/acme/overrides/webhooks?reason=paid").await.expect(200);
    settle(&world).await;
    let waited = [("tickets_per_month", 100), ("storage_bytes", 80), ("agents", 80), ("agents", 100)];
    assert_eq!(told(&receiver), waited.map(|(limit, percent)| json!([limit, percent])));

    // What was agreed upon until then is over by itself.
    let limit = async || world.acme().get("/api/entitlements").await.expect(200)["limits"]["tickets_per_month"].clone();
    assert_eq!(limit().await, json!({"limit": 5, "source": "override", "until": until}));
    world.pass(TimeDelta::days(3));
    assert_eq!(limit().await, json!({"limit": null, "source": "plan", "until": null}));
    assert_eq!(world.acme.ticket("Printer").await.header("plan-limit"), None);

    world.pass(TimeDelta::days(31));
    let _ = agree(&alice, "tickets_per_month", json!({"limit": 1})).await;
    open(1).await;
    settle(&world).await;
    let anew = told(&receiver);
    assert!(anew.contains(&json!(["tickets_per_month", 80])) && anew.contains(&json!(["tickets_per_month", 100])));
}

#[tokio::test]
async fn seats_that_another_process_gives_after_they_were_counted_are_counted() {
    let world = World::new().await;
    let other = world.another_process().await;
    let alice = world.operator("alice").await;
    let _ = agree(&alice, "agents", json!({"limit": 5})).await;
    // Both have counted once, and go on from there.
    open([&world, &other], 0).await;
    let mut made = vec![];
    for name in ["Eve", "Bob", "Cem"] {
        made.push(world.acme.agent(name).await.id());
    }
    let reached = async || {
        let log = &world.acme.log;
        let sql = "SELECT payload::text FROM events WHERE event_type = 'tenant.threshold_reached' ORDER BY position";
        let rows = log.query(sql, &[]).await.unwrap();
        let told = rows.iter().map(|row| serde_json::from_str::<Value>(row.get(0)).unwrap());
        told.map(|told| (told["percent"].as_u64().unwrap(), told["used"].as_u64().unwrap())).collect::<Vec<_>>()
    };
    open([&other, &other], 0).await;
    assert_eq!(reached().await, []);
    // One goes, and comes back with somebody who is only invited.
    let path = format!("/api/agents/{}", made[0]);
    let _ = world.acme().patch(&path, json!({"active": false})).await.expect(200);
    open([&other, &other], 0).await;
    let _ = world.acme().patch(&path, json!({"active": true})).await.expect(200);
    let invite = json!({"email": "inn@x.example", "name": "Inn"});
    let invited = world.acme().post("/api/invitations", invite).await.expect(201);
    open([&other, &other], 0).await;
    assert_eq!(reached().await, [(80, 4)]);
    // An invitation ends without an event.
    world.pass(TimeDelta::days(8));
    let _ = world.acme.agent("Dan").await;
    open([&other, &other], 0).await;
    assert_eq!(reached().await, [(80, 4)]);
    let _ = world.acme.agent("Fay").await;
    open([&other, &other], 0).await;
    assert_eq!(reached().await, [(80, 4), (100, 5)], "{}", invited.text);
    let usage = world.acme().get("/api/usage").await.expect(200);
    assert_eq!(usage["limits"]["agents"]["used"], 5);
}
