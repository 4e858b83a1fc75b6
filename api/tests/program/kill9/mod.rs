//! kill -9 of the server, of PostgreSQL, of both, and of two servers on one tenant, while 32 clients write: no
//! acknowledged command is lost, none happens twice, and neither the log nor a stream has a hole. Who follows the feed
//! sees every position once; who is told by webhooks is told everything, in order.
//!
//! Real processes with full durability. `LEDGERDESK_SOAK_SECONDS` says how long [`soak`] goes on, `LEDGERDESK_SOAK_SEED`
//! what is killed when.

mod check;
mod clients;
mod follower;
mod receiver;
mod soak;

use std::{collections::BTreeMap, time::Duration};

use clients::Clients;
use follower::Follower;
use receiver::Receiver;
use serde_json::json;

use crate::server::{Scratch, Server};

/// How long the clients write before something is killed.
const LOAD: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_loses_and_doubles_nothing() {
    let scratch = Scratch::new("server");
    let mut server = Server::start(&scratch, &[]).await;
    let clients = Clients::start(&[&server]).await;
    tokio::time::sleep(LOAD).await;
    server.kill();
    server.restart().await;
    check::all_is_there(&server, &clients.finish().await).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_postgresql_loses_and_doubles_nothing() {
    let scratch = Scratch::new("postgres");
    let server = Server::start(&scratch, &[]).await;
    let clients = Clients::start(&[&server]).await;
    tokio::time::sleep(LOAD).await;
    let killed = scratch.kill_postgres();
    scratch.postgres_after(killed).await;
    tokio::time::sleep(LOAD).await;
    check::all_is_there(&server, &clients.finish().await).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_killed_lose_and_double_nothing() {
    let scratch = Scratch::new("both");
    let mut server = Server::start(&scratch, &[]).await;
    let clients = Clients::start(&[&server]).await;
    tokio::time::sleep(LOAD).await;
    server.kill();
    let _ = scratch.kill_postgres();
    server.restart().await;
    check::all_is_there(&server, &clients.finish().await).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_on_one_tenant_and_one_killed_lose_and_double_nothing() {
    let scratch = Scratch::new("two");
    let first = Server::start(&scratch, &[]).await;
    let beside = Scratch::new("two-beside");
    let environment = scratch.database_of_its_server().await;
    let mut second = Server::start_with_key(&beside, &environment, first.key()).await;
    let clients = Clients::start(&[&first, &second]).await;
    tokio::time::sleep(LOAD).await;
    second.kill();
    second.restart().await;
    tokio::time::sleep(LOAD).await;
    let acknowledged = clients.finish().await;
    check::all_is_there(&first, &acknowledged).await;
    check::all_is_there(&second, &acknowledged).await;
    second.stop().await;
    first.stop().await;
}

/// What was on its way when a server was killed is sent again once its lease has run out: after a minute.
const LEASE: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread")]
async fn who_follows_the_feed_sees_every_position_once_across_restarts() {
    let scratch = Scratch::new("feed");
    let mut server = Server::start(&scratch, &[]).await;
    let follower = Follower::start(&server);
    let clients = Clients::start(&[&server]).await;
    tokio::time::sleep(LOAD).await;
    server.terminate().await;
    server.restart().await;
    tokio::time::sleep(LOAD).await;
    server.kill();
    server.restart().await;
    check::all_is_there(&server, &clients.finish().await).await;
    let end = check::last_position(&server).await;
    let connections = follower.reaches(end, LEASE).await;
    assert!(connections >= 3, "it was to come back twice: {connections}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_loses_no_webhook_and_keeps_the_order_of_every_ticket() {
    let scratch = Scratch::new("webhooks");
    let mut server = Server::start(&scratch, &[]).await;
    let receiver = Receiver::start(&server).await;
    let mut tickets = vec![];
    for number in 0..8 {
        let customer = json!({"name": "Ann", "email": format!("ann-{number}@example.com")});
        let body = json!({"title": format!("Ticket {number}"), "customer": customer});
        let ticket = server.post("/api/tickets", &format!("ticket-{number}"), &body).await;
        tickets.push(ticket["id"].as_str().unwrap().to_owned());
    }
    // Written as fast as it goes, so that whenever it is killed something is committed and not delivered.
    for round in 0..3 {
        let talk = |ticket: &String| {
            let (server, path) = (&server, format!("/api/tickets/{ticket}/messages"));
            let ticket = ticket.clone();
            async move {
                for turn in 0..12 {
                    let name = format!("{ticket}-{round}-{turn}");
                    server.post(&path, &name, &json!({"body": format!("round {round}, turn {turn}")})).await;
                }
            }
        };
        futures_util::future::join_all(tickets.iter().map(talk)).await;
        server.kill();
        server.restart().await;
    }
    let mut versions = BTreeMap::new();
    for id in tickets {
        let ticket = server.get(&format!("/api/tickets/{id}")).await;
        let version = ticket["version"].as_u64().unwrap();
        assert!(version >= 37, "{ticket}");
        versions.insert(id, version);
    }
    receiver.has_all(&versions, LEASE).await;
    server.stop().await;
}
