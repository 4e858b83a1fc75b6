//! Changing over to another secret.

use chrono::TimeDelta;
use serde_json::json;
use tests::{Receiver, World};

use super::{settle, webhook};

#[tokio::test]
async fn for_a_day_both_secrets_sign_and_then_only_the_new_one() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let hook = webhook(&world, &receiver, &["ticket.created"]).await;
    let old = hook["secret"].as_str().unwrap().to_owned();
    let path = format!("/api/webhooks/{}/rotate-secret", hook.id());
    let rotated = world.acme().post(&path, json!({})).header("idempotency-key", "r").await.expect(200);
    let new = rotated["secret"].as_str().unwrap().to_owned();
    assert_ne!(old, new);
    let _ =
        world.acme().post(&path, json!({})).header("idempotency-key", "r").await.refused(422, "idempotency_key_reused");
    world.acme.ticket("First").await;
    settle(&world).await;
    world.pass(TimeDelta::hours(25));
    world.acme.ticket("Second").await;
    settle(&world).await;
    let received = receiver.take();
    assert!(received[0].is_signed_by(&old) && received[0].is_signed_by(&new));
    assert_eq!(received[0].header("webhook-signature").split(' ').count(), 2);
    assert!(!received[1].is_signed_by(&old) && received[1].is_signed_by(&new));
}

#[tokio::test]
async fn rotating_again_and_again_keeps_the_signatures_few_and_the_newest_first() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let hook = webhook(&world, &receiver, &["ticket.created"]).await;
    let mut newest = String::new();
    for _ in 0..8 {
        let path = format!("/api/webhooks/{}/rotate-secret", hook.id());
        world.pass(TimeDelta::minutes(1));
        newest = world.acme().post(&path, json!({})).await.expect(200)["secret"].as_str().unwrap().to_owned();
    }
    world.acme.ticket("Printer").await;
    settle(&world).await;
    let received = receiver.take();
    let signatures: Vec<&str> = received[0].header("webhook-signature").split(' ').collect();
    assert_eq!(signatures.len(), 4);
    assert!(received[0].is_signed_by(&newest));
}
