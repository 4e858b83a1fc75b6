//! What a server does beside the requests, and what an operator sees of it.

use api::Workers;
use chrono::TimeDelta;
use metrics_exporter_prometheus::PrometheusBuilder;
use reactions::webhooks::parked_keys;
use serde_json::json;
use tests::{Receiver, Reply, World};
use tokio::sync::watch;

use super::{deliveries, settle, webhook};

#[tokio::test]
async fn a_tenant_that_another_process_makes_while_this_one_serves_is_told_too() {
    let world = World::new().await;
    let (stop, stopping) = watch::channel(false);
    let workers = tokio::spawn(Workers::start(world.app.clone(), stopping).await.unwrap().run());
    let operator = world.another_process().await;
    let initech = operator.new_tenant("initech").await;
    let (ours, theirs) = (Receiver::start().await, Receiver::start().await);
    webhook(&world, &ours, &["ticket.created"]).await;
    let body = json!({"url": theirs.url(), "events": ["ticket.created"]});
    let _ = initech.api.post("/api/webhooks", body).await.expect(201);
    initech.ticket("Theirs").await;
    world.acme.ticket("Ours").await;
    theirs.wait_for(1).await;
    ours.wait_for(1).await;
    stop.send(true).unwrap();
    workers.await.unwrap();
    assert_eq!(theirs.take()[0].body["data"]["title"], "Theirs");
    assert_eq!(ours.take()[0].body["data"]["title"], "Ours");
}

#[tokio::test]
async fn one_tenant_whose_read_models_cannot_be_made_ready_keeps_nobody_else_waiting() {
    let world = World::new().await;
    world.acme.ticket("Unreadable").await;
    let breaks = "UPDATE tenant_acme.events SET event_version = '99' WHERE event_type = 'ticket.opened';
                  UPDATE tenant_acme.subscriptions SET version = 1 WHERE name = 'desk'";
    world.superuser().await.batch_execute(breaks).await.unwrap();
    let receiver = Receiver::start().await;
    let body = json!({"url": receiver.url(), "events": ["ticket.created"]});
    let _ = world.globex().post("/api/webhooks", body).await.expect(201);
    let (stop, stopping) = watch::channel(false);
    let workers = tokio::spawn(Workers::start(world.app.clone(), stopping).await.unwrap().run());
    world.globex.ticket("Theirs").await;
    receiver.wait_for(1).await;
    stop.send(true).unwrap();
    workers.await.unwrap();
}

#[tokio::test]
async fn the_gauges_tell_how_much_waits_and_for_how_long() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let metrics = recorder.handle();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let world = World::new().await;
    let (down, gone) = (Receiver::start().await, Receiver::start().await);
    webhook(&world, &down, &["ticket.created"]).await;
    down.answer_always(Reply::Status(500));
    webhook(&world, &gone, &["customer.created"]).await;
    gone.answer([Reply::Status(410)]);
    for number in 0..3 {
        world.acme.ticket(&format!("Printer {number}")).await;
    }
    let measured = async |name: &str| {
        for tenant in [&world.acme, &world.globex] {
            world.app.webhooks.measure(&tenant.log).await.unwrap();
        }
        let text = metrics.render();
        let line = text.lines().find(|line| line.starts_with(name) && line.contains("tenant=\"acme\""));
        line.unwrap_or_else(|| panic!("no {name} in {text}")).rsplit(' ').next().unwrap().parse::<f64>().unwrap()
    };
    assert!(measured("ledgerdesk_consumer_lag_positions").await >= 6.0, "nothing is queued yet");
    settle(&world).await;
    assert!(measured("ledgerdesk_consumer_lag_positions").await < 0.5);
    assert!((measured("ledgerdesk_webhook_deliveries_pending").await - 3.0).abs() < 0.5);
    assert!(measured("ledgerdesk_webhook_oldest_due_seconds").await < 0.5, "they wait for their time");
    assert!((measured("ledgerdesk_webhook_endpoints_disabled").await - 1.0).abs() < 0.5);
    assert!(measured("ledgerdesk_consumer_parked").await < 0.5);
    world.pass(TimeDelta::seconds(100));
    let oldest = measured("ledgerdesk_webhook_oldest_due_seconds").await;
    assert!((94.0..=96.0).contains(&oldest), "due after five seconds, and nobody came: {oldest}");
    let text = metrics.render();
    assert!(text.contains("ledgerdesk_webhook_attempts_total{outcome=\"refused\"} 4"), "{text}");
    assert!(text.contains("ledgerdesk_webhook_deliveries_pending{tenant=\"globex\"} 0"), "{text}");
}

#[tokio::test]
async fn nothing_is_sent_unsigned() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let hook = webhook(&world, &receiver, &["ticket.created"]).await;
    let lose = "DELETE FROM tenant_acme.webhook_secrets";
    world.superuser().await.batch_execute(lose).await.unwrap();
    world.acme.ticket("Printer").await;
    settle(&world).await;
    assert!(receiver.received().is_empty());
    let parked = parked_keys(&world.acme.log, 9).await.unwrap();
    assert!(parked.len() == 1 && parked[0].reason.contains("rotate-secret"), "{parked:?}");
    let delivery = deliveries(&world, &hook).await.remove(0);
    assert_eq!((&delivery["status"], &delivery["attempts"]), (&json!("pending"), &json!(0)));
    assert!(delivery["last_error"].as_str().unwrap().contains("fault of its own"), "{delivery}");
    let path = format!("/api/webhooks/{}/rotate-secret", hook.id());
    let secret = world.acme().post(&path, json!({})).await.expect(200)["secret"].as_str().unwrap().to_owned();
    world.pass(TimeDelta::minutes(6));
    settle(&world).await;
    assert!(receiver.take()[0].is_signed_by(&secret), "tried anew by itself");
    assert!(parked_keys(&world.acme.log, 9).await.unwrap().is_empty());
}
