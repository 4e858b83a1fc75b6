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

#[tokio::test]
async fn of_secrets_that_are_made_at_once_one_stays() {
    let world = World::new().await;
    let other = world.another_process().await;
    let receiver = Receiver::start().await;
    let hook = webhook(&world, &receiver, &["ticket.created"]).await;
    let path = format!("/api/webhooks/{}/rotate-secret", hook.id());
    let rotations = (0..12).map(|n| [&world, &other][n % 2].acme().post(&path, json!({})).into_future());
    let rotated = futures_util::future::join_all(rotations).await;
    for answer in &rotated {
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    world.pass(TimeDelta::hours(25));
    world.acme.ticket("Printer").await;
    settle(&world).await;
    let received = receiver.take();
    assert_eq!(received[0].header("webhook-signature").split(' ').count(), 1, "the others had their day");
    assert_eq!(rotated.iter().filter(|one| received[0].is_signed_by(one["secret"].as_str().unwrap())).count(), 1);
}

#[tokio::test]
async fn a_secret_whose_webhook_was_never_made_takes_no_place_for_long() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let hook = webhook(&world, &receiver, &["ticket.created"]).await;
    // As a process leaves it that dies in between.
    let left = "INSERT INTO tenant_acme.webhook_secrets
                SELECT 'whk_00000000000070008000000000000099', gen_random_uuid(), sealed, created_at
                FROM tenant_acme.webhook_secrets";
    world.superuser().await.batch_execute(left).await.unwrap();
    let kept = async || {
        world.app.webhooks.prune(&world.acme.log).await.unwrap();
        let sql = "SELECT string_agg(webhook_id, ',') FROM tenant_acme.webhook_secrets";
        world.superuser().await.query_one(sql, &[]).await.unwrap().get::<_, String>(0)
    };
    assert!(kept().await.contains(','), "it may be just being made");
    world.pass(TimeDelta::days(2));
    assert_eq!(kept().await, hook.id());
}
