//! PostgreSQL restarts under load.

use std::collections::BTreeSet;

use api::Workers;
use chrono::TimeDelta;
use serde_json::json;
use tests::{Alone, Receiver, World};
use tokio::sync::watch;

const WRITERS: usize = 4;
const TICKETS: usize = 15;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn appends_read_models_and_webhooks_go_on_after_postgresql_restarts() {
    let alone = Alone::start("restart").await;
    let world = World::on(alone.database.clone()).await;
    let receiver = Receiver::start().await;
    let hook = json!({"url": receiver.url(), "events": ["ticket.created"]});
    let _ = world.acme().post("/api/webhooks", hook).await.expect(201);
    let (stop, stopping) = watch::channel(false);
    let workers = tokio::spawn(Workers::start(world.app.clone(), stopping).await.unwrap().run());
    let (written, progress) = watch::channel(0);
    // As a client does: again under the same key until it is answered.
    let create = async |name: &str, email: &str| loop {
        let body = json!({"title": name, "customer": {"email": email}});
        let answer = world.acme().post("/api/tickets", body).header("idempotency-key", name).await;
        if answer.status < 300 {
            return;
        }
        let answer = answer.refused(503, "unavailable");
        assert!(answer.header("retry-after").is_some());
    };
    let write = async |writer: usize| {
        for turn in 0..TICKETS {
            create(&format!("{writer}-{turn}"), &format!("ann{writer}@acme.example")).await;
            written.send_modify(|count| *count += 1);
        }
    };
    let restart = async {
        for after in [10, 30] {
            progress.clone().wait_for(|count| *count >= after).await.unwrap();
            alone.restart().await;
        }
    };
    tokio::join!(futures_util::future::join_all((0..WRITERS).map(write)), restart);
    assert!(alone.restarts() >= 1, "it came back");
    // The workers work on, without having been started anew.
    create("last", "last@acme.example").await;
    // What was on its way when the database went is due again when its lease has run out.
    world.pass(TimeDelta::minutes(2));
    receiver.wait_until(|one| one.body["data"]["title"] == "last").await;
    stop.send(true).unwrap();
    workers.await.unwrap();
    for _ in 0..3 {
        world.pass(TimeDelta::minutes(2));
        world.app.webhooks.settle(&world.acme.log).await.unwrap();
    }
    let told: BTreeSet<_> =
        receiver.take().iter().map(|one| one.body["data"]["title"].as_str().unwrap().to_owned()).collect();
    let listed = world.acme().all("/api/tickets").await;
    let titles: BTreeSet<_> = listed.iter().map(|ticket| ticket["title"].as_str().unwrap().to_owned()).collect();
    assert_eq!((listed.len(), titles.len()), (WRITERS * TICKETS + 1, WRITERS * TICKETS + 1));
    assert_eq!(told, titles);
    assert!(world.globex().get("/api/tickets").await.expect(200).column("id").is_empty());
    alone.stop().await;
}
