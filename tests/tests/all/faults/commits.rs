//! A connection that is lost in the middle of a commit: whether it happened, its ids tell.

use event_store::Keep;
use serde_json::json;
use tests::{Database, Fault, Wire, World};

use super::{commit, numbers};

const APPEND: &str = "INSERT INTO events";

/// Appends a few, of which every second one loses its connection at this moment, in the two forms of an append: the
/// first one reads the head, those that follow assume it.
async fn lose(keep: Keep, fault: Fault) {
    let (wire, database) = Wire::before(&Database::new().await);
    let world = World::on(database).await;
    let log = &world.acme.log;
    for number in 1..=8 {
        if number % 2 == 0 {
            wire.set(APPEND, fault);
        }
        let appended = log.append(commit(number, keep, "once")).await.unwrap();
        assert_eq!((appended.position, appended.outcome), (2 + number, json!({"number": number})));
        assert!(!appended.replayed, "it was this very call that did it");
        assert_eq!(u64::from(wire.count()), number / 2, "the trap sprang at this append");
    }
    assert_eq!(numbers(log).await, (1..=8).collect::<Vec<_>>());
    assert!(numbers(&world.globex.log).await.is_empty());
}

#[tokio::test]
async fn a_commit_that_happened_unheard_is_found_by_its_command_id() {
    lose(Keep::Day, Fault::CutAfter).await;
}

#[tokio::test]
async fn a_commit_that_happened_unheard_and_whose_outcome_nobody_keeps_is_found_by_its_event_ids() {
    lose(Keep::Nothing, Fault::CutAfter).await;
}

#[tokio::test]
async fn a_commit_that_never_arrived_is_sent_again() {
    lose(Keep::Day, Fault::CutBefore).await;
    lose(Keep::Nothing, Fault::CutBefore).await;
}

#[tokio::test]
async fn a_batch_that_is_lost_in_its_commit_is_found_commit_by_commit() {
    let (wire, database) = Wire::before(&Database::new().await);
    let world = World::on(database).await;
    let log = &world.acme.log;
    wire.set(APPEND, Fault::CutAfter);
    let together = (1..=20)
        .map(|number| log.append(commit(number, if number % 2 == 0 { Keep::Day } else { Keep::Nothing }, "once")));
    for (appended, number) in futures_util::future::join_all(together).await.into_iter().zip(1..) {
        assert_eq!(appended.unwrap().outcome, json!({"number": number}));
    }
    assert_eq!(wire.count(), 1);
    let mut written = numbers(log).await;
    written.sort_unstable();
    assert_eq!(written, (1..=20).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_request_whose_commit_is_lost_is_answered_as_if_nothing_had_been() {
    let (wire, database) = Wire::before(&Database::new().await);
    let world = World::on(database).await;
    for fault in [Fault::CutAfter, Fault::CutBefore] {
        wire.set(APPEND, fault);
        let body = json!({"title": format!("{fault:?}"), "customer": {"email": "ann@acme.example"}});
        let ticket = world.acme().post("/api/tickets", body.clone()).header("idempotency-key", &format!("{fault:?}"));
        let ticket = ticket.await.expect(201);
        let again = world.acme().post("/api/tickets", body).header("idempotency-key", &format!("{fault:?}"));
        assert_eq!(again.await.expect(201).id(), ticket.id());
    }
    assert_eq!(wire.count(), 2);
    let mut titles = world.acme().get("/api/tickets").await.expect(200).column("title");
    titles.sort_by_key(ToString::to_string);
    assert_eq!(titles, ["CutAfter", "CutBefore"]);
    assert!(world.globex().get("/api/tickets").await.expect(200).column("id").is_empty());
}
