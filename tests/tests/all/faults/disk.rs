//! A disk that is full.

use std::fmt::Display;

use serde_json::json;
use tests::{Alone, Answer, SmallDisk, World};

/// As long as a message may be, so that a few do not find room in the pages that the tables have.
const LONG: usize = 100_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_writes_keeps_what_was_acknowledged_and_lets_all_go_on_when_there_is_room() {
    let Some(disk) = SmallDisk::mount("tables", 80) else {
        // Only root may mount a small disk, and a quota of PostgreSQL's own there is none.
        return;
    };
    let alone = Alone::start("full-disk").await;
    alone.move_to(disk.path()).await;
    let world = World::on(alone.database.clone()).await;
    let text = world.random.letters(LONG);
    let write = async |number: usize| write(&world, &text, number).await;
    let mut acknowledged = vec![write(0).await.expect(201).id()];

    disk.fill();
    let refused = loop {
        let answer = write(acknowledged.len()).await;
        if answer.status >= 400 {
            break answer;
        }
        acknowledged.push(answer.id());
    };
    let refused = refused.refused(503, "storage_full");
    assert_eq!(refused.header("retry-after"), Some("30"));
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("made room")), "{}", refused.text);
    let elsewhere = json!({"title": "Theirs", "body": text, "customer": {"email": "bob@globex.example"}});
    let _ = world.globex().post("/api/tickets", elsewhere.clone()).await.refused(503, "storage_full");
    // What is read must be recorded first: reads go on as long as there is room for that, and no longer.
    let first = format!("/api/tickets/{}", acknowledged[0]);
    let refused = loop {
        let answer = world.acme().get(&first).await;
        if answer.status >= 400 {
            break answer;
        }
    };
    let _ = refused.refused(503, "storage_full");
    assert_eq!(alone.restarts(), 0, "PostgreSQL itself stands it");

    disk.free();
    let _ = world.acme().get(&first).await.expect(200);
    acknowledged.push(write(acknowledged.len()).await.expect(201).id());
    let _ = world.globex().post("/api/tickets", elsewhere).await.expect(201);
    assert_listed(&world, &acknowledged).await;
    assert_eq!(write(0).await.expect(201).id(), acknowledged[0], "what was kept of commands is there, too");
    drop(world);
    alone.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_of_postgresqls_own_log_stops_it_and_all_goes_on_when_there_is_room() {
    let Some(disk) = SmallDisk::mount("wal", 200) else {
        return;
    };
    let alone = Alone::start("full-wal").await.move_wal_to(disk.path()).await;
    let world = World::on(alone.database.clone()).await;
    let text = world.random.letters(LONG);
    let mut acknowledged = vec![write(&world, &text, 0).await.expect(201).id()];

    disk.fill();
    // What room it has left itself is used first.
    let refused = loop {
        let answer = write(&world, &text, acknowledged.len()).await;
        if answer.status >= 400 {
            break answer;
        }
        acknowledged.push(answer.id());
    };
    assert_to_come_again(refused);

    disk.free();
    // As a client does: again under the same key until it is answered.
    let written = loop {
        let answer = write(&world, &text, acknowledged.len()).await;
        if answer.status < 300 {
            break answer.id();
        }
        assert_to_come_again(answer);
    };
    acknowledged.push(written);
    let _ = world.globex.ticket("Theirs").await;
    assert_listed(&world, &acknowledged).await;
    drop(world);
    alone.stop().await;
}

/// PostgreSQL stops where it must not fail to write its log, and says so itself where it may.
fn assert_to_come_again(answer: Answer) {
    let code = if answer["code"] == "storage_full" { "storage_full" } else { "unavailable" };
    assert!(answer.refused(503, code).header("retry-after").is_some());
}

async fn write(world: &World, text: &str, number: impl Display) -> Answer {
    let body = json!({"title": format!("Ticket {number}"), "body": text, "customer": {"email": "ann@acme.example"}});
    world.acme().post("/api/tickets", body).header("idempotency-key", &format!("key-{number}")).await
}

/// Each of these once, and nothing else: what was refused is there only under its second try.
async fn assert_listed(world: &World, acknowledged: &[String]) {
    world.settle().await;
    let listed = world.acme().all("/api/tickets").await;
    let mut listed: Vec<_> = listed.iter().map(|ticket| ticket["id"].as_str().unwrap().to_owned()).collect();
    let mut expected = acknowledged.to_vec();
    listed.sort_unstable();
    expected.sort_unstable();
    assert_eq!(listed, expected);
}
