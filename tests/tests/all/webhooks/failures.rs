//! Receivers that are down, slow, lost, busy or gone.

use std::time::Duration;

use chrono::TimeDelta;
use reactions::webhooks::{WebhookSettings, Webhooks};
use serde_json::json;
use tests::{Receiver, Reply, World};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{deliveries, settle, webhook};

/// Attempts whatever is due, after each of the longest pauses of the schedule.
async fn attempt_all(world: &World) -> u64 {
    let mut attempts = settle(world).await;
    for minutes in [1, 6, 35, 140, 340, 680, 950, 1350, 1600] {
        world.pass(TimeDelta::minutes(minutes));
        attempts += settle(world).await;
    }
    attempts
}

#[tokio::test]
async fn an_endpoint_that_is_down_is_tried_ten_times_and_comes_back_in_between() {
    let world = World::new().await;
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", closed.local_addr().unwrap());
    drop(closed);
    let hook = world.acme().post("/api/webhooks", json!({"url": url, "events": ["ticket.created"]})).await.expect(201);
    world.acme.ticket("Printer").await;
    assert_eq!(settle(&world).await, 1);
    let first = &deliveries(&world, &hook).await[0];
    assert_eq!(
        (&first["status"], &first["attempts"], &first["last_response_status"]),
        (&json!("pending"), &json!(1), &json!(null))
    );
    assert!(first["last_error"].as_str().unwrap().starts_with("no connection"), "{first}");
    assert_eq!(settle(&world).await, 0, "not before its time");
    assert_eq!(attempt_all(&world).await, 9);
    let last = &deliveries(&world, &hook).await[0];
    assert_eq!(
        (&last["status"], &last["attempts"], &last["next_attempt_at"]),
        (&json!("failed"), &json!(10), &json!(null))
    );
    let path = format!("/api/webhooks/{}/deliveries/{}", hook.id(), last["id"].as_str().unwrap());
    let shown = world.acme().get(&path).await.expect(200);
    assert_eq!(shown["attempt_log"].as_array().unwrap().len(), 10);

    let receiver = Receiver::start().await;
    let _ =
        world.acme().patch(&format!("/api/webhooks/{}", hook.id()), json!({"url": receiver.url()})).await.expect(200);
    world.acme.ticket("Another").await;
    settle(&world).await;
    assert_eq!(receiver.take().len(), 1, "what comes later goes on");
}

#[tokio::test]
async fn a_server_error_is_tried_again_by_the_schedule_and_then_taken() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let hook = webhook(&world, &receiver, &["ticket.created"]).await;
    receiver.answer([Reply::Status(500), Reply::Status(503), Reply::Status(404)]);
    world.acme.ticket("Printer").await;
    settle(&world).await;
    world.pass(TimeDelta::seconds(4));
    assert_eq!(settle(&world).await, 0);
    world.pass(TimeDelta::seconds(2));
    assert_eq!(settle(&world).await, 1);
    world.pass(TimeDelta::minutes(4));
    assert_eq!(settle(&world).await, 0);
    world.pass(TimeDelta::minutes(2));
    assert_eq!(settle(&world).await, 1);
    world.pass(TimeDelta::minutes(34));
    assert_eq!(settle(&world).await, 1);
    let received = receiver.take();
    assert_eq!(received.len(), 4);
    assert!(
        received
            .iter()
            .all(|one| one.body == received[0].body && one.header("webhook-id") == received[0].header("webhook-id"))
    );
    let numbers: Vec<&str> = received.iter().map(|one| one.header("helpdesk-attempt")).collect();
    assert_eq!(numbers, ["1", "2", "3", "4"]);
    assert!(received.iter().all(|one| one.is_signed_by(hook["secret"].as_str().unwrap())), "each with its own time");
    assert_eq!(deliveries(&world, &hook).await[0]["status"], "delivered");
    let health = &world.acme().get(&format!("/api/webhooks/{}", hook.id())).await.expect(200)["health"];
    assert_eq!(health["failing_since"], json!(null));
}

#[tokio::test]
async fn the_status_counts_whatever_becomes_of_the_rest_of_the_answer() {
    let world = World::new().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        let mut request = vec![];
        // The body is one JSON object, and the last thing that is sent.
        while !request.ends_with(b"}}") {
            assert!(connection.read_buf(&mut request).await.unwrap() > 0);
        }
        connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nthanks").await.unwrap();
    });
    let hook = world.acme().post("/api/webhooks", json!({"url": url, "events": ["ticket.created"]})).await.expect(201);
    world.acme.ticket("Printer").await;
    settle(&world).await;
    serving.await.unwrap();
    assert_eq!(deliveries(&world, &hook).await[0]["status"], "delivered");
}

#[tokio::test]
async fn what_ended_a_month_ago_is_forgotten_and_what_is_pending_is_not() {
    let world = World::new().await;
    let (receiver, down) = (Receiver::start().await, Receiver::start().await);
    let hook = webhook(&world, &receiver, &["ticket.created"]).await;
    let held = webhook(&world, &down, &["ticket.created"]).await;
    down.answer([Reply::Status(500)]);
    world.acme.ticket("Printer").await;
    settle(&world).await;
    let _ = world.acme().patch(&format!("/api/webhooks/{}", held.id()), json!({"active": false})).await.expect(200);
    world.pass(TimeDelta::days(29));
    assert_eq!(world.app.webhooks.prune(&world.acme.log).await.unwrap(), 0);
    world.pass(TimeDelta::days(2));
    assert_eq!(world.app.webhooks.prune(&world.acme.log).await.unwrap(), 1);
    assert!(deliveries(&world, &hook).await.is_empty());
    assert_eq!(deliveries(&world, &held).await.len(), 1);
    let _ = world.acme().delete(&format!("/api/webhooks/{}", held.id())).await.expect(204);
    world.pass(TimeDelta::days(31));
    assert_eq!(world.app.webhooks.prune(&world.acme.log).await.unwrap(), 1);
    let left = "SELECT (SELECT count(*) FROM tenant_acme.webhook_deliveries)
                + (SELECT count(*) FROM tenant_acme.webhook_attempts)";
    assert_eq!(world.superuser().await.query_one(left, &[]).await.unwrap().get::<_, i64>(0), 0);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let world = World::new().await;
    let (receiver, elsewhere) = (Receiver::start().await, Receiver::start().await);
    let hook = webhook(&world, &receiver, &["ticket.created"]).await;
    receiver
        .answer([301, 302, 303, 307, 308].map(|status| Reply::With(status, "location", elsewhere.url().to_owned())));
    world.acme.ticket("Printer").await;
    settle(&world).await;
    assert_eq!(elsewhere.received().len(), 0);
    let delivery = &deliveries(&world, &hook).await[0];
    assert_eq!(delivery["status"], "pending");
    assert!(delivery["last_error"].as_str().unwrap().contains("redirects are not followed"), "{delivery}");
    attempt_all(&world).await;
    assert_eq!((elsewhere.received().len(), receiver.received().len()), (0, 6));
}

#[tokio::test]
async fn gone_disables_the_endpoint_at_once_and_says_why() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let hook = webhook(&world, &receiver, &["ticket.created"]).await;
    let other = Receiver::start().await;
    webhook(&world, &other, &["webhook.disabled"]).await;
    receiver.answer([Reply::Status(410)]);
    world.acme.ticket("Printer").await;
    settle(&world).await;
    world.acme.ticket("Another").await;
    attempt_all(&world).await;
    assert_eq!(receiver.received().len(), 1);
    let shown = world.acme().get(&format!("/api/webhooks/{}", hook.id())).await.expect(200);
    assert_eq!((&shown["active"], &shown["disabled_reason"]), (&json!(false), &json!("gone")));
    assert_eq!(deliveries(&world, &hook).await[0]["status"], "failed");
    let told = other.take();
    assert_eq!((told.len(), &told[0].body["data"]["id"]), (1, &hook["id"]), "others are told");
    let trail = world.acme().get(&format!("/api/audit?filter[target_id]={}", hook.id())).await.expect(200);
    assert!(trail.text.contains("webhook.disabled"), "{}", trail.text);
}

#[tokio::test]
async fn retry_after_is_honoured_for_the_whole_endpoint() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let hook = webhook(&world, &receiver, &["ticket.created"]).await;
    receiver.answer([Reply::With(429, "retry-after", "600".to_owned())]);
    world.acme.ticket("First").await;
    settle(&world).await;
    world.acme.ticket("Second").await;
    world.pass(TimeDelta::seconds(590));
    assert_eq!(settle(&world).await, 0, "not even others");
    let health = world.acme().get(&format!("/api/webhooks/{}", hook.id())).await.expect(200)["health"].clone();
    assert!(health["hold_until"].is_string());
    world.pass(TimeDelta::seconds(11));
    assert_eq!(settle(&world).await, 2);
    assert_eq!(receiver.take().len(), 3);
}

#[tokio::test]
async fn five_days_of_failures_disable_an_endpoint_and_one_success_in_between_does_not() {
    let world = World::new().await;
    let (dead, moody) = (Receiver::start().await, Receiver::start().await);
    let dead_hook = webhook(&world, &dead, &["ticket.created"]).await;
    let moody_hook = webhook(&world, &moody, &["ticket.created"]).await;
    dead.answer_always(Reply::Status(500));
    moody.answer_always(Reply::Status(500));
    for day in 0..7 {
        world.acme.ticket("Printer").await;
        settle(&world).await;
        if day == 3 {
            moody.answer([Reply::Status(200)]);
        }
        world.pass(TimeDelta::days(1));
    }
    settle(&world).await;
    let standing = async |hook: &tests::Answer| {
        let shown = world.acme().get(&format!("/api/webhooks/{}", hook.id())).await.expect(200);
        (shown["active"].clone(), shown["disabled_reason"].clone())
    };
    assert_eq!(standing(&dead_hook).await, (json!(false), json!("failing")));
    assert_eq!(standing(&moody_hook).await, (json!(true), json!(null)));

    dead.answer_always(Reply::Status(200));
    let path = format!("/api/webhooks/{}", dead_hook.id());
    let _ = world.acme().patch(&path, json!({"active": true})).await.expect(200);
    dead.take();
    settle(&world).await;
    assert!(!dead.take().is_empty(), "what was pending goes out once it is enabled");
    assert_eq!(standing(&dead_hook).await, (json!(true), json!(null)));
}

#[tokio::test]
async fn a_slow_endpoint_times_out_and_delays_no_other() {
    let world = World::new().await;
    let (slow, quick) = (Receiver::start().await, Receiver::start().await);
    let slow_hook = webhook(&world, &slow, &["ticket.created"]).await;
    webhook(&world, &quick, &["ticket.created"]).await;
    slow.answer_always(Reply::Silence);
    let settings =
        WebhookSettings { allow_loopback: true, timeout: Duration::from_secs(2), ..WebhookSettings::default() };
    let webhooks = Webhooks::new(world.app.desk.clone(), world.random.clone(), settings);
    for number in 0..30 {
        world.acme.ticket(&format!("Printer {number}")).await;
    }
    let (stop, stopping) = tokio::sync::oneshot::channel::<()>();
    let log = world.acme.log.clone();
    let worker = tokio::spawn(async move { webhooks.run(&log, async { drop(stopping.await) }).await });
    let began = tokio::time::Instant::now();
    quick.wait_for(30).await;
    assert!(slow.received().len() <= 8, "no more than its cap at once, none of which came back");
    assert!(began.elapsed() < Duration::from_secs(60));
    slow.wait_for(9).await;
    stop.send(()).unwrap();
    worker.await.unwrap();
    let failed = deliveries(&world, &slow_hook).await;
    let timed_out = failed.iter().filter(|one| one["last_error"] == "no answer within 2s").count();
    assert!(timed_out >= 9, "what was on its way came back before the worker ended: {timed_out}");
}
