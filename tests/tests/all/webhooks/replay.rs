//! Sending again.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Answer, Receiver, Reply, World};

use super::{deliveries, reply, settle, webhook};

fn path(hook: &Answer) -> String {
    format!("/api/webhooks/{}/replay", hook.id())
}

#[tokio::test]
async fn one_delivery_is_sent_again_with_the_same_id_and_body() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let hook = webhook(&world, &receiver, &["ticket.created"]).await;
    world.acme.ticket("Printer").await;
    settle(&world).await;
    let first = deliveries(&world, &hook).await.remove(0);
    let wish = json!({"delivery_id": first["id"]});
    let send = || world.acme().post(&path(&hook), wish.clone()).header("idempotency-key", "again");
    let begun = send().await.expect(202);
    assert_eq!((&begun["kind"], &begun["queued"]), (&json!("delivery"), &json!(1)));
    assert_eq!(send().await.expect(202).id(), begun.id());
    assert_eq!(settle(&world).await, 1);
    let received = receiver.take();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].raw, received[1].raw);
    assert_eq!(received[0].header("webhook-id"), received[1].header("webhook-id"));
    let again = &deliveries(&world, &hook).await[0];
    assert_eq!((&again["origin"], &again["replay_of"]), (&json!("replay"), &first["id"]));

    // Another wish under the same key is not told that it was this one.
    let other = world.acme().post(&path(&hook), json!({"from_position": 1})).header("idempotency-key", "again");
    let other = other.await.expect(202);
    assert_eq!(&other["kind"], &json!("from_position"));
    assert_ne!(other.id(), begun.id());
}

#[tokio::test]
async fn everything_that_failed_since_an_instant_is_sent_again_once() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let hook = webhook(&world, &receiver, &["ticket.created"]).await;
    for title in ["Early", "Late"] {
        receiver.answer_always(Reply::Status(500));
        world.acme.ticket(title).await;
        for _ in 0..100 {
            settle(&world).await;
            world.pass(TimeDelta::hours(1));
        }
        // A success in between, or it would be disabled.
        receiver.answer_always(Reply::Status(200));
        world.acme.ticket("Fine").await;
        settle(&world).await;
        receiver.take();
    }
    let titles = |receiver: &Receiver| -> Vec<Value> {
        receiver.take().iter().map(|one| one.body["data"]["title"].clone()).collect()
    };
    let failed = format!("/api/webhooks/{}/deliveries?filter[status]=failed", hook.id());
    let failed = world.acme().all(&failed).await;
    assert_eq!(failed.len(), 2);
    let late = json!({"failed_since": failed[0]["finished_at"]});
    let _ = world.acme().post(&path(&hook), late.clone()).await.expect(202);
    settle(&world).await;
    assert_eq!(titles(&receiver), ["Late"]);
    let _ = world.acme().post(&path(&hook), late).await.expect(202);
    settle(&world).await;
    assert_eq!(titles(&receiver), json!([]).as_array().unwrap().clone(), "they were sent again already");
    let _ = world.acme().post(&path(&hook), json!({"failed_since": "2026-01-01T00:00:00Z"})).await.expect(202);
    settle(&world).await;
    assert_eq!(titles(&receiver), ["Early"]);
}

#[tokio::test]
async fn every_event_since_a_position_comes_in_order_and_what_happens_meanwhile_comes_after() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let ticket = world.acme.ticket("Printer").await;
    for turn in 0..250 {
        reply(&world, &ticket, &format!("Turn {turn}")).await;
    }
    let hook = webhook(&world, &receiver, &["ticket.*"]).await;
    let begun = world.acme().post(&path(&hook), json!({"from_position": 1})).await.expect(202);
    assert_eq!((&begun["kind"], &begun["finished_at"]), (&json!("from_position"), &json!(null)));
    let _ = world.acme().post(&path(&hook), json!({"from_position": 1})).await.refused(409, "replay_running");
    reply(&world, &ticket, "Meanwhile").await;
    world.app.webhooks.catch_up(&world.acme.log).await.unwrap();
    let shown = world.acme().get(&format!("/api/webhooks/{}", hook.id())).await.expect(200);
    assert_eq!(shown["replay"]["id"], begun["id"]);

    // It goes on in another process.
    let other = world.another_process().await;
    settle(&other).await;
    reply(&world, &ticket, "Afterwards").await;
    settle(&world).await;
    let told: Vec<u64> = receiver.take().iter().map(|one| one.body["sequence"].as_u64().unwrap()).collect();
    assert_eq!(told, (1..=253).collect::<Vec<_>>(), "each once, in order, without a hole");
    let shown = world.acme().get(&format!("/api/webhooks/{}", hook.id())).await.expect(200);
    assert_eq!(shown["replay"], json!(null));
    let page = world.acme().get(&format!("/api/webhooks/{}/deliveries?limit=100", hook.id())).await.expect(200);
    assert_eq!(page["meta"]["has_more"], true);
    assert_eq!(deliveries(&world, &hook).await.len(), 253);
}

#[tokio::test]
async fn a_replay_queues_no_more_than_the_endpoint_takes() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    for ticket in 0..10 {
        let ticket = world.acme.ticket(&format!("Ticket {ticket}")).await;
        let path = format!("/api/tickets/{}", ticket.id());
        for turn in 0..12 {
            let (priority, status) = if turn % 2 == 0 { ("high", "in_progress") } else { ("low", "pending") };
            let changes =
                json!({"priority": priority, "status": status, "tags": [turn.to_string()], "type": turn.to_string()});
            let _ = world.acme().patch(&path, changes).await.expect(200);
        }
    }
    let events = world.acme().get("/api/events?limit=1000&types=ticket.*").await.expect(200);
    let events = events["data"].as_array().unwrap().len();
    assert!(events > 550, "{events}");
    let hook = webhook(&world, &receiver, &["ticket.*"]).await;
    receiver.answer_always(Reply::Status(500));
    let _ = world.acme().post(&path(&hook), json!({"from_position": 1})).await.expect(202);
    settle(&world).await;
    let shown = world.acme().get(&format!("/api/webhooks/{}", hook.id())).await.expect(200);
    let pending = shown["pending"].as_u64().unwrap();
    assert!((500..events as u64).contains(&pending), "{pending}");
    assert_eq!(shown["replay"]["finished_at"], json!(null));
    receiver.answer_always(Reply::Status(200));
    receiver.take();
    world.pass(TimeDelta::seconds(6));
    settle(&world).await;
    assert_eq!(receiver.take().len(), events);
}

#[tokio::test]
async fn a_replay_is_exactly_one_thing_and_possible() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let hook = webhook(&world, &receiver, &["ticket.created"]).await;
    for body in [
        json!({}),
        json!({"from_position": 1, "failed_since": "2026-01-01T00:00:00Z"}),
        json!({"from_position": 1, "delivery_id": null}),
        json!({"from_position": 1_000_000}),
        json!({"from_position": -1}),
        json!({"failed_since": "yesterday"}),
        json!({"delivery_id": "dlv_00000000000000000000000000000000"}),
        json!({"delivery_id": "tkt_0"}),
    ] {
        let _ = world.acme().post(&path(&hook), body).await.refused(422, "validation_failed");
    }
    let _ = world.acme().patch(&format!("/api/webhooks/{}", hook.id()), json!({"active": false})).await.expect(200);
    let _ = world.acme().post(&path(&hook), json!({"from_position": 1})).await.refused(409, "webhook_disabled");
}
