//! A database that takes its time.

use std::time::Duration;

use event_store::{AppendError, Keep, StoreError};
use serde_json::json;
use tests::{Database, Fault, Wire, World};

use super::{commit, numbers};

#[tokio::test]
async fn a_write_whose_rows_are_slow_is_answered_as_not_visible_yet_and_seen_later() {
    let (wire, database) = Wire::before(&Database::new().await);
    let world = World::on(database).await;
    world.acme.ticket("First").await;
    wire.set("UPDATE subscriptions SET checkpoint", Fault::HoldAfter);
    let body = json!({"title": "Second", "customer": {"email": "ann@acme.example"}});
    let accepted = world.acme().post("/api/tickets", body).await.expect(202);
    assert_eq!((accepted.header("helpdesk-visible"), &accepted["visible"]), (Some("false"), &json!(false)));
    assert_eq!(wire.count(), 1);
    // Others are not in its way: neither reads, nor another tenant's writes.
    let _ = world.acme().get("/api/tickets").await.expect(200);
    assert_eq!(world.globex.ticket("Elsewhere").await.header("helpdesk-visible"), Some("true"));
    wire.release();
    world.settle().await;
    let position = accepted.position();
    let listed = world.acme().get(&format!("/api/tickets?min_position={position}")).await.expect(200);
    assert_eq!(listed.column("title").len(), 2);
}

#[tokio::test]
async fn an_append_whose_flush_takes_too_long_is_given_up_and_its_command_id_tells_the_outcome() {
    let (wire, database) = Wire::before(&Database::new().await);
    let world = World::on(Database { patience: Duration::from_millis(500), ..database }).await;
    let log = &world.acme.log;
    log.append(commit(1, Keep::Day, "x")).await.unwrap();
    wire.set("INSERT INTO events", Fault::HoldAfter);
    let given_up = log.append(commit(2, Keep::Day, "x")).await;
    assert!(matches!(given_up, Err(AppendError::Store(StoreError::NoAnswer { .. }))), "{given_up:?}");
    // It stands, whoever asks, and the next waits behind it no longer than the first did.
    assert_eq!(numbers(&world.another_process().await.acme.log).await, [1, 2]);
    let behind = log.append(commit(3, Keep::Day, "x")).await;
    assert!(matches!(behind, Err(AppendError::Store(StoreError::NoAnswer { .. }))), "{behind:?}");
    wire.release();
    let again = log.append(commit(2, Keep::Day, "x")).await.unwrap();
    assert!(again.replayed, "it had happened");
    log.append(commit(3, Keep::Day, "x")).await.unwrap();
    assert_eq!(numbers(log).await, [1, 2, 3]);
}

#[tokio::test]
async fn a_request_whose_flush_takes_too_long_is_told_to_ask_again_with_the_same_key() {
    let (wire, database) = Wire::before(&Database::new().await);
    let world = World::on(Database { patience: Duration::from_millis(500), ..database }).await;
    let wish = || {
        let body = json!({"title": "Slow", "customer": {"email": "ann@acme.example"}});
        world.acme().post("/api/tickets", body).header("idempotency-key", "one")
    };
    wire.set("INSERT INTO events", Fault::HoldBefore);
    let refused = wish().await.refused(503, "unavailable");
    assert!(refused["detail"].as_str().unwrap().contains("same Idempotency-Key"), "{}", refused.text);
    assert!(refused.header("retry-after").is_some());
    wire.release();
    let ticket = wish().await.expect(201);
    // The repeat waits for the lists, too, although its first time never came so far.
    assert_eq!(world.acme().get("/api/tickets").await.expect(200).column("id"), [ticket["id"].clone()]);
}
