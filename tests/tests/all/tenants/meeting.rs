//! What a process does when it meets a tenant, and how it finds work that nobody told it of.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

use api::Workers;
use event_store::{Migration, Store, StoreError};
use serde_json::json;
use tests::{Database, Receiver, World};
use tokio::sync::watch;

#[tokio::test]
async fn nobody_is_served_before_what_must_be_done_for_their_tenant_was_done_once() {
    let world = World::new().await;
    let store = world.app.desk.store().clone();
    let asked = Arc::new(AtomicU32::new(0));
    let admission = {
        let asked = Arc::clone(&asked);
        move |log: event_store::Log| {
            let first = log.tenant().as_str() == "acme" && asked.fetch_add(1, Ordering::Relaxed) == 0;
            let refused = StoreError::NotReady { tenant: log.tenant().clone(), reason: "not today".to_owned() };
            let admitted = if first { Err(refused) } else { Ok(()) };
            Box::pin(std::future::ready(admitted)) as futures_util::future::BoxFuture<'static, _>
        }
    };
    store.admit_by(admission);
    let refused = world.acme().get("/api/tickets").await.refused(503, "unavailable");
    assert!(refused.header("retry-after").is_some() && !refused.text.contains("not today"), "{}", refused.text);
    let _ = world.globex().get("/api/tickets").await.expect(200);
    let all = futures_util::future::join_all((0..8).map(|_| world.acme().get("/api/tickets").into_future())).await;
    assert!(all.iter().all(|answer| answer.status == 200));
    assert_eq!(asked.load(Ordering::Relaxed), 2, "tried anew by whoever came next, and then never again");
    // Who is met anew is admitted anew.
    store.forget_log(world.acme.log.tenant());
    let _ = world.acme().get("/api/tickets").await.expect(200);
    assert_eq!(asked.load(Ordering::Relaxed), 3);
    store.admit_all();
}

/// Starts a program that brings a table to every tenant; gives what it said.
async fn start(database: &Database) -> (Store, Vec<String>) {
    let half =
        Migration { number: 9001, name: "tenant/9001_half.sql", sql: "CREATE TABLE half (one integer PRIMARY KEY);" };
    let tenant: Vec<Migration> = migrations::TENANT.iter().copied().chain([half]).collect();
    let told = Mutex::new(vec![]);
    let progress = |line: &str| told.lock().unwrap().push(line.to_owned());
    let store = Store::open(database.store_settings(), migrations::CONTROL, &tenant, &progress).await.unwrap();
    let mut told = told.into_inner().unwrap();
    // Two are brought up to date at the same time.
    told.sort();
    (store, told)
}

#[tokio::test]
async fn a_schema_that_was_put_back_by_hand_is_brought_up_to_date_when_it_is_met() {
    let world = World::new().await;
    let told = start(&world.database).await.1;
    assert_eq!(told, ["tenant acme: tenant/9001_half.sql", "tenant globex: tenant/9001_half.sql"]);
    let superuser = world.superuser().await;
    let put_back = "DROP TABLE tenant_acme.half; DELETE FROM tenant_acme.migrations WHERE number = 9001";
    superuser.batch_execute(put_back).await.unwrap();
    let (store, told) = start(&world.database).await;
    assert_eq!(told, [""; 0], "the control plane knows nothing of it");
    store.log(world.acme.log.tenant()).await.unwrap();
    superuser.query("SELECT one FROM tenant_acme.half", &[]).await.unwrap();
    // An older program, which knows nothing of that table, serves on.
    let _ = world.acme().get("/api/tickets").await.expect(200);
}

#[tokio::test]
async fn what_a_process_left_that_is_no_more_is_found_by_looking() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let hook = json!({"url": receiver.url(), "events": ["ticket.created"]});
    let _ = world.acme().post("/api/webhooks", hook).await.expect(201);
    world.acme.ticket("Left behind").await;
    let other = world.another_process().await;
    let (stop, stopping) = watch::channel(false);
    let workers = tokio::spawn(Workers::start(other.app.clone(), stopping).await.unwrap().run());
    receiver.wait_for(1).await;
    assert_eq!(receiver.take()[0].body["data"]["title"], "Left behind");
    stop.send(true).unwrap();
    workers.await.unwrap();
}
