//! Fewer connections than there is work.

use std::time::Duration;

use api::Workers;
use event_store::{AppendError, Keep, StoreError};
use serde_json::json;
use tests::{Database, World};
use tokio::sync::watch;

use super::{commit, numbers};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_connections_serve_everybody_because_nobody_waits_for_a_second_while_holding_one() {
    let database = Database { pool_size: 2, ..Database::new().await };
    let world = World::on(database).await;
    let (stop, stopping) = watch::channel(false);
    let workers = tokio::spawn(Workers::start(world.app.clone(), stopping).await.unwrap().run());
    let customer = async |tenant: &tests::Tenant, number: usize| {
        let ticket = tenant.ticket(&format!("Ticket {number}")).await;
        let path = format!("/api/tickets/{}", ticket.id());
        let _ = tenant.api.post(&format!("{path}/messages"), json!({"body": "hello"})).await.expect(201);
        let _ = tenant.api.patch(&path, json!({"priority": "high"})).await.expect(200);
        for read in [path.as_str(), &format!("{path}/timeline"), "/api/tickets", "/api/events?limit=5"] {
            let _ = tenant.api.get(read).await.expect(200);
        }
        let hook = json!({"url": "https://example.com/hook", "events": ["team.created"]});
        let _ = tenant.api.post("/api/webhooks", hook).await.expect(201);
        let _ = tenant.api.get("/api/analytics").await.expect(200);
        let _ = tenant.api.get("/api/audit").await.expect(200);
    };
    let all = (0..12).map(|number| customer(if number % 2 == 0 { &world.acme } else { &world.globex }, number));
    futures_util::future::join_all(all).await;
    stop.send(true).unwrap();
    workers.await.unwrap();
}

#[tokio::test]
async fn who_gets_no_connection_is_told_which_setting_is_too_small_and_writes_nothing() {
    let database = Database { pool_size: 2, patience: Duration::from_millis(100), ..Database::new().await };
    let world = World::on(database).await;
    let log = &world.acme.log;
    let busy = (log.begin().await.unwrap(), world.globex.log.begin().await.unwrap());
    let together = futures_util::future::join_all((1..=3).map(|number| log.append(commit(number, Keep::Day, "x"))));
    for refused in together.await {
        let Err(AppendError::Store(error @ StoreError::PoolExhausted { size: 2, .. })) = refused else {
            panic!("{refused:?}");
        };
        assert!(error.to_string().contains("database.pool_size"), "{error}");
    }
    let refused = world.acme().get("/api/tickets").await.refused(503, "unavailable");
    assert_eq!(refused.header("retry-after"), Some("1"));
    drop(busy);
    log.append(commit(4, Keep::Day, "x")).await.unwrap();
    assert_eq!(numbers(log).await, [4]);
}
