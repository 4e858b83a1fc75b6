//! Webhooks as a resource.

use serde_json::json;
use tests::{Receiver, World};

use super::{settle, webhook};

#[tokio::test]
async fn a_webhook_is_made_changed_and_deleted_and_its_secret_is_shown_once() {
    let world = World::new().await;
    let acme = world.acme();
    let made = acme
        .post(
            "/api/webhooks",
            json!({"url": "https://crm.example.com/hook", "events": ["ticket.*", "customer.created"], "description": "CRM"}),
        )
        .await
        .expect(201);
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_") && secret.len() == 50, "{secret}");
    let path = format!("/api/webhooks/{}", made.id());
    assert_eq!(made.header("location"), Some(path.as_str()));
    let shown = acme.get(&path).await.expect(200);
    assert_eq!(shown["events"], json!(["customer.created", "ticket.*"]));
    assert_eq!((&shown["active"], &shown["include_imported"]), (&json!(true), &json!(false)));
    assert_eq!(shown["ordering"], "per_ticket");
    let list = acme.get("/api/webhooks").await.expect(200);
    assert_eq!(list["data"][0], shown.body);
    let _ = acme.get(&path).header("if-none-match", &shown.etag()).await.expect(304);

    let changed = acme
        .patch(&path, json!({"events": ["*"], "description": null, "active": false, "ordering": "none"}))
        .header("if-match", &shown.etag())
        .await
        .expect(200);
    assert_eq!((&changed["events"], &changed["description"]), (&json!(["*"]), &json!(null)));
    assert_eq!((&changed["active"], &changed["disabled_reason"]), (&json!(false), &json!("requested")));
    let stale = acme
        .patch(&path, json!({"active": true}))
        .header("if-match", &shown.etag())
        .await
        .refused(412, "version_mismatch");
    assert_eq!(stale["changed_fields"], json!(["events", "description", "ordering", "active"]));
    for answer in [&shown, &list, &changed] {
        assert!(!answer.text.contains("whsec_"), "{}", answer.text);
    }
    let _ = acme.delete(&path).await.expect(204);
    let _ = acme.get(&path).await.refused(404, "not_found");
    let _ = acme.patch(&path, json!({"active": true})).await.refused(404, "not_found");
    assert_eq!(acme.get("/api/webhooks").await.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn what_cannot_be_sent_to_is_told_at_once() {
    let world = World::new().await;
    let refused = async |body: serde_json::Value, pointer: &str| {
        let answer = world.acme().post("/api/webhooks", body.clone()).await.refused(422, "validation_failed");
        assert!(answer.names(pointer, "invalid_value"), "{body}: {}", answer.text);
    };
    for url in [
        "crm.example.com",
        "http://crm.example.com#x",
        "https://10.0.0.1/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest/",
        "https://2852039166/",
        "https://user:password@crm.example.com/",
        "ftp://crm.example.com/",
    ] {
        refused(json!({"url": url, "events": ["*"]}), "/url").await;
    }
    for events in [json!([]), json!(["ticket.fly"]), json!(["ticket"]), json!([""])] {
        let answer = world.acme().post("/api/webhooks", json!({"url": "https://a.example/", "events": events})).await;
        let _ = answer.refused(422, "validation_failed");
    }
    refused(json!({"url": "https://a.example/", "events": ["*"], "ordering": "random"}), "/ordering").await;
    assert_eq!(world.acme().get("/api/webhooks").await.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn the_rights_are_of_their_own() {
    let world = World::new().await;
    let reader = world.acme.with_scopes(&["webhooks:read"]).await;
    let stranger = world.acme.with_scopes(&["tickets:*"]).await;
    let body = json!({"url": "https://a.example/", "events": ["*"]});
    let made = world.acme().post("/api/webhooks", body.clone()).await.expect(201);
    let path = format!("/api/webhooks/{}", made.id());
    let _ = reader.get(&path).await.expect(200);
    let _ = reader.get(&format!("{path}/deliveries")).await.expect(200);
    let _ = reader.post("/api/webhooks", body).await.refused(403, "insufficient_scope");
    let _ = reader.patch(&path, json!({"active": false})).await.refused(403, "insufficient_scope");
    let _ = reader.delete(&path).await.refused(403, "insufficient_scope");
    for (action, body) in [("test", json!({})), ("replay", json!({"from_position": 1})), ("rotate-secret", json!({}))] {
        let _ = reader.post(&format!("{path}/{action}"), body).await.refused(403, "insufficient_scope");
    }
    let _ = stranger.get(&path).await.refused(403, "insufficient_scope");
    let _ = stranger.get("/api/webhooks").await.refused(403, "insufficient_scope");
}

#[tokio::test]
async fn a_secret_stands_nowhere_in_clear_and_the_url_not_in_the_log() {
    let world = World::new().await;
    let url = "https://hooks.example.com/services/T0K3N";
    let made = world.acme().post("/api/webhooks", json!({"url": url, "events": ["*"]})).await.expect(201);
    let rotated = world.acme().post(&format!("/api/webhooks/{}/rotate-secret", made.id()), json!({})).await.expect(200);
    let database = world.superuser().await;
    for secret in [&made["secret"], &rotated["secret"]] {
        let secret = secret.as_str().unwrap().trim_start_matches("whsec_");
        let row = database
            .query_one(
                "SELECT count(*) FROM tenant_acme.webhook_secrets WHERE position($1::text::bytea IN sealed) > 0",
                &[&secret],
            )
            .await
            .unwrap();
        assert_eq!(row.get::<_, i64>(0), 0);
        let found = format!("%{secret}%");
        let events = "SELECT count(*) FROM tenant_acme.events WHERE payload::text LIKE $1 OR metadata::text LIKE $1";
        assert_eq!(database.query_one(events, &[&found]).await.unwrap().get::<_, i64>(0), 0);
        let outcomes = "SELECT count(*) FROM tenant_acme.commands WHERE outcome::text LIKE $1";
        assert_eq!(database.query_one(outcomes, &[&found]).await.unwrap().get::<_, i64>(0), 0);
    }
    let events = "SELECT count(*) FROM tenant_acme.events WHERE payload::text LIKE '%T0K3N%'";
    assert_eq!(database.query_one(events, &[]).await.unwrap().get::<_, i64>(0), 0);
}

#[tokio::test]
async fn a_repeat_of_a_creation_is_refused_and_makes_no_second_one() {
    let world = World::new().await;
    let send = || {
        let body = json!({"url": "https://a.example/", "events": ["*"]});
        world.acme().post("/api/webhooks", body).header("idempotency-key", "once")
    };
    let _ = send().await.expect(201);
    let _ = send().await.refused(422, "idempotency_key_reused");
    assert_eq!(world.acme().get("/api/webhooks").await.expect(200)["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_tenant_has_at_most_fifty() {
    let world = World::new().await;
    let body = json!({"url": "https://a.example/", "events": ["*"]});
    let first = world.acme().post("/api/webhooks", body.clone()).await.expect(201);
    for _ in 1..50 {
        let _ = world.acme().post("/api/webhooks", body.clone()).await.expect(201);
    }
    let _ = world.acme().post("/api/webhooks", body.clone()).await.refused(409, "too_many_webhooks");
    let _ = world.acme().delete(&format!("/api/webhooks/{}", first.id())).await.expect(204);
    let _ = world.acme().post("/api/webhooks", body).await.expect(201);
}

#[tokio::test]
async fn a_test_is_a_marked_sample_that_is_sent_once_also_while_disabled() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let hook = webhook(&world, &receiver, &["customer.created"]).await;
    let path = format!("/api/webhooks/{}", hook.id());
    let _ = world.acme().patch(&path, json!({"active": false})).await.expect(200);
    let send = || world.acme().post(&format!("{path}/test"), json!({"event": "ticket.resolved"}));
    let queued = send().header("idempotency-key", "t").await.expect(202);
    assert_eq!((&queued["origin"], &queued["status"]), (&json!("test"), &json!("pending")));
    assert_eq!(send().header("idempotency-key", "t").await.expect(202).id(), queued.id());
    assert_eq!(settle(&world).await, 1);
    let received = receiver.take();
    assert_eq!(received[0].body["test"], true);
    assert_eq!(received[0].body["event"], "ticket.resolved");
    assert!(received[0].is_signed_by(hook["secret"].as_str().unwrap()));
    let delivery = world.acme().get(&format!("{path}/deliveries/{}", queued.id())).await.expect(200);
    assert_eq!((&delivery["status"], &delivery["attempts"]), (&json!("delivered"), &json!(1)));

    receiver.answer([tests::Reply::Status(500)]);
    let queued = send().await.expect(202);
    assert_eq!(settle(&world).await, 1);
    let delivery = world.acme().get(&format!("{path}/deliveries/{}", queued.id())).await.expect(200);
    assert_eq!((&delivery["status"], &delivery["last_response_status"]), (&json!("failed"), &json!(500)));
    let answer = world.acme().post(&format!("{path}/test"), json!({"event": "customer.created"})).await;
    assert!(answer.refused(422, "validation_failed").names("/event", "invalid_value"));

    let other = world.acme().post(&format!("{path}/test"), json!({"event": "ticket.closed"}));
    let other = other.header("idempotency-key", "t").await.expect(202);
    assert_eq!(other["event"], "ticket.closed", "another test under the same key is one of its own");
}
