//! A receiver that fails again and again is tried seldom, and what waits goes out once it is mended.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Answer, Receiver, Reply, World};

use super::{deliveries, reply, settle, webhook};

async fn shown(world: &World, hook: &Answer) -> Value {
    world.acme().get(&format!("/api/webhooks/{}", hook.id())).await.expect(200).body
}

#[tokio::test]
async fn after_ten_failures_in_a_row_one_delivery_at_a_time_tries_until_one_is_taken() {
    let world = World::new().await;
    let (down, up) = (Receiver::start().await, Receiver::start().await);
    let hook = webhook(&world, &down, &["ticket.created"]).await;
    webhook(&world, &up, &["ticket.created"]).await;
    down.answer_always(Reply::Status(500));
    for number in 0..30 {
        world.acme.ticket(&format!("Printer {number}")).await;
    }
    settle(&world).await;
    assert_eq!(down.take().len(), 16, "twice what may be on its way at once: then the breaker is open");
    assert_eq!(up.take().len(), 30, "others are not concerned");
    let health = &shown(&world, &hook).await["health"];
    assert_eq!(health["consecutive_failures"], 16);
    assert!(health["paused_until"].is_string());
    for _ in 0..5 {
        assert_eq!(settle(&world).await, 0, "it is left alone");
        world.pass(TimeDelta::minutes(5));
        assert_eq!(settle(&world).await, 1, "one tries");
    }
    assert_eq!(down.take().len(), 5);
    let attempts: Vec<i64> = deliveries(&world, &hook).await.iter().map(|d| d["attempts"].as_i64().unwrap()).collect();
    assert_eq!((attempts.len(), attempts.iter().sum::<i64>()), (30, 21));

    down.answer_always(Reply::Status(204));
    world.pass(TimeDelta::minutes(5));
    settle(&world).await;
    assert!(down.take().len() > 8, "the first that it takes opens the way for all that is due");
    let health = &shown(&world, &hook).await["health"];
    assert_eq!((&health["consecutive_failures"], &health["paused_until"]), (&json!(0), &json!(null)));
    world.pass(TimeDelta::hours(5));
    settle(&world).await;
    assert!(deliveries(&world, &hook).await.iter().all(|delivery| delivery["status"] == "delivered"));
}

#[tokio::test]
async fn a_test_goes_out_while_the_endpoint_is_left_alone() {
    let world = World::new().await;
    let down = Receiver::start().await;
    let hook = webhook(&world, &down, &["ticket.created"]).await;
    down.answer_always(Reply::Status(500));
    for number in 0..16 {
        world.acme.ticket(&format!("Printer {number}")).await;
    }
    settle(&world).await;
    down.take();
    let _ = world.acme().post(&format!("/api/webhooks/{}/test", hook.id()), json!({})).await.expect(202);
    assert_eq!(settle(&world).await, 1);
    assert_eq!(down.take()[0].body["test"], true);
}

/// A webhook whose first ticket's first event failed three times, so that the next attempt is half an hour away.
async fn waiting(world: &World, receiver: &Receiver) -> (Answer, Answer) {
    let hook = webhook(world, receiver, &["ticket.*"]).await;
    receiver.answer([500, 500, 500].map(Reply::Status));
    let ticket = world.acme.ticket("Printer").await;
    settle(world).await;
    for minutes in [1, 6] {
        world.pass(TimeDelta::minutes(minutes));
        assert_eq!(settle(world).await, 1);
    }
    reply(world, &ticket, "Hello?").await;
    assert_eq!(settle(world).await, 0, "the second waits behind the first");
    assert_eq!(receiver.take().len(), 3);
    (hook, ticket)
}

fn told(receiver: &Receiver) -> Vec<u64> {
    receiver.take().iter().map(|one| one.body["sequence"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn whoever_enables_or_moves_an_endpoint_need_not_wait_for_the_schedule() {
    let world = World::new().await;
    let (broken, mended) = (Receiver::start().await, Receiver::start().await);
    let (hook, _) = waiting(&world, &broken).await;
    let path = format!("/api/webhooks/{}", hook.id());
    let _ = world.acme().patch(&path, json!({"active": false})).await.expect(200);
    let _ = world.acme().patch(&path, json!({"active": true})).await.expect(200);
    broken.answer([Reply::Status(503)]);
    assert_eq!(settle(&world).await, 1);
    assert_eq!(told(&broken), [1], "not mended yet");
    let _ = world.acme().patch(&path, json!({"url": mended.url()})).await.expect(200);
    assert_eq!(settle(&world).await, 2);
    assert_eq!(told(&mended), [1, 2]);
}

#[tokio::test]
async fn a_delivery_that_waits_is_attempted_now_when_somebody_asks_for_it() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let (hook, _) = waiting(&world, &receiver).await;
    receiver.answer([Reply::With(429, "retry-after", "3600".to_owned())]);
    let path = format!("/api/webhooks/{}/replay", hook.id());
    // The second, which waits behind the first: the first goes before it.
    let second = deliveries(&world, &hook).await.remove(0);
    let wish = json!({"delivery_id": second["id"]});
    let begun = world.acme().post(&path, wish.clone()).await.expect(202);
    assert_eq!((&begun["kind"], &begun["queued"]), (&json!("delivery"), &json!(0)), "nothing is sent twice");
    assert_eq!(settle(&world).await, 1);
    assert_eq!(settle(&world).await, 0, "it asked for an hour of peace");
    let _ = world.acme().post(&path, wish).await.expect(202);
    assert_eq!(settle(&world).await, 2);
    assert_eq!(told(&receiver), [1, 1, 2]);
    assert!(deliveries(&world, &hook).await.iter().all(|delivery| delivery["status"] == "delivered"));
}

#[tokio::test]
async fn replaying_what_failed_attempts_what_waits_too() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let (hook, _) = waiting(&world, &receiver).await;
    let wish = json!({"failed_since": "2026-01-01T00:00:00Z"});
    let _ = world.acme().post(&format!("/api/webhooks/{}/replay", hook.id()), wish).await.expect(202);
    assert_eq!(settle(&world).await, 2);
    assert_eq!(told(&receiver), [1, 2]);
}
