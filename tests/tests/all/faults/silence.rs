//! Connections that stop answering and are not closed: a network, or a machine, that hangs.

use std::time::Duration;

use api::Workers;
use event_store::is_transient;
use serde_json::json;
use tests::{Database, Receiver, Wire, World};
use tokio::sync::watch;

/// Longer than a busy machine lets a live connection wait.
const SILENCE: Duration = Duration::from_secs(5);

async fn world() -> (Wire, World) {
    let (wire, database) = Wire::before(&Database::new().await);
    (wire, World::on(Database { silence: SILENCE, ..database }).await)
}

#[tokio::test]
async fn a_question_on_a_silent_connection_ends_and_the_next_one_finds_another() {
    let (wire, world) = world().await;
    let (acme, globex) = (world.acme.log.begin().await.unwrap(), world.globex.log.begin().await.unwrap());
    wire.silence();
    for tx in [acme, globex] {
        let given_up = event_store::StoreError::from(tx.query_one("SELECT 1", &[]).await.unwrap_err());
        assert!(is_transient(&given_up), "{given_up}");
    }
    let _ = world.acme().get("/api/tickets").await.expect(200);
    let _ = world.globex().get("/api/tickets").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_read_models_and_webhooks_go_on_when_every_connection_has_fallen_silent() {
    let (wire, world) = world().await;
    let receiver = Receiver::start().await;
    let hook = json!({"url": receiver.url(), "events": ["ticket.created"]});
    let _ = world.acme().post("/api/webhooks", hook).await.expect(201);
    let (stop, stopping) = watch::channel(false);
    let workers = tokio::spawn(Workers::start(world.app.clone(), stopping).await.unwrap().run());
    world.acme.ticket("Before").await;
    receiver.wait_for(1).await;
    for round in 0..2 {
        wire.silence();
        let body = json!({"title": format!("Round {round}"), "customer": {"email": "ann@acme.example"}});
        // As a client does: again under the same key until it is answered.
        let ticket = loop {
            let wish = world.acme().post("/api/tickets", body.clone());
            let answer = wish.header("idempotency-key", &format!("round {round}")).await;
            if answer.status < 300 {
                break answer;
            }
            let _ = answer.refused(503, "unavailable");
        };
        receiver.wait_until(|one| one.body["data"]["id"] == json!(ticket.id())).await;
        // The connection that folds may be the last to be given up.
        let path = format!("/api/tickets?min_position={}", ticket.position());
        let listed = loop {
            let answer = world.acme().get(&path).await;
            if answer.status == 200 {
                break answer;
            }
            let _ = answer.refused(503, "behind");
        };
        assert_eq!(listed.column("id").len(), 2 + round);
    }
    stop.send(true).unwrap();
    workers.await.unwrap();
    assert!(world.globex().get("/api/tickets").await.expect(200).column("id").is_empty());
}
