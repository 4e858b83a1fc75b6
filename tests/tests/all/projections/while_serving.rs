//! The whole product at work while its read models are rebuilt: nobody notices.
//!
//! How long writers wait meanwhile, and on a million events, is what `cargo bench --bench rebuild` measures.

use projections::{Group, Pace, RebuildSettings, Then, rebuild};
use serde_json::json;
use tests::{Answer, Api, World};
use tokio::{sync::watch, task::JoinSet};

use super::{assert_same_as_the_log, elsewhere, life::Life};
use crate::analytics::{number, reader};

const REBUILDS: i32 = 2;
const CONSIDERATE: RebuildSettings = RebuildSettings { pace: Pace::Considerate, then: Then::Switch };

/// Opens tickets and answers them, and must see each of it at once: a row of a generation that is over would not have
/// it.
async fn write(api: Api, name: String, over: watch::Receiver<bool>) {
    let mut turn = 0;
    while !*over.borrow() {
        turn += 1;
        let word = format!("{name}x{turn}");
        let customer = json!({"name": "Ann", "email": format!("{name}@example.com")});
        let opened = api.post("/api/tickets", json!({"title": word, "body": "Help!", "customer": customer})).await;
        let ticket = opened.expect(201).id();
        let messages = format!("/api/tickets/{ticket}/messages");
        let replied = api.post(&messages, json!({"body": "Soon."})).await.expect(201);
        assert_eq!(replied.header("helpdesk-visible"), Some("true"));
        let shown = api.get(&messages).await.expect(200);
        assert_eq!(shown.column("body"), ["Help!", "Soon."], "{}", shown.text);
        let found = api.get(&format!("/api/tickets?q={word}")).await.expect(200);
        assert_eq!(found.column("id"), [json!(ticket)], "{}", found.text);
    }
}

/// Looks again and again; what it counts never becomes less.
async fn watch(api: Api, path: &'static str, count: fn(&Answer) -> u64, over: watch::Receiver<bool>) {
    let mut seen = 0;
    while !*over.borrow() {
        let answer = api.get(path).await.expect(200);
        let now = count(&answer);
        assert!(now >= seen, "{path}: from {seen} back to {now}");
        seen = now;
    }
}

fn position(answer: &Answer) -> u64 {
    answer["as_of"]["position"].as_u64().unwrap()
}

fn items(answer: &Answer) -> u64 {
    answer["data"].as_array().unwrap().len() as u64
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_who_reads_or_writes_notices_a_rebuild() {
    let world = World::new().await;
    let acme = &world.acme;
    Life::new(31).live(&acme.log, 100, 1_000).await;
    world.settle().await;
    let (end, over) = watch::channel(false);
    let mut work = JoinSet::new();
    for number in 0..3 {
        work.spawn(write(acme.api.clone(), format!("writer{number}"), over.clone()));
    }
    let lists = ["/api/tickets?sort=-updated_at&limit=100", "/api/customers?limit=100", "/api/audit?limit=100"];
    for path in lists {
        work.spawn(watch(acme.api.clone(), path, items, over.clone()));
    }
    work.spawn(watch(acme.api.clone(), "/api/analytics", position, over.clone()));
    let analyst = reader(&world, acme).await;
    work.spawn(async move {
        let mut seen = 0;
        while !*over.borrow() {
            let now = number(&analyst, "SELECT count(*) FROM tickets").await;
            assert!(now >= seen, "from {seen} tickets back to {now}");
            seen = now;
        }
    });
    let log = elsewhere(&world, &acme.log).await;
    for generation in 2..2 + REBUILDS {
        assert_eq!(rebuild(&log, Group::Desk, CONSIDERATE, &|_| {}).await.unwrap().generation, generation);
    }
    end.send_replace(true);
    while let Some(done) = work.join_next().await {
        done.unwrap();
    }
    world.settle().await;
    assert_same_as_the_log(&acme.log).await;
}
