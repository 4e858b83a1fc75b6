//! kill -9 of the server, of PostgreSQL, of both, and of two servers on one tenant, while 32 clients write: no
//! acknowledged command is lost, none happens twice, and neither the log nor a stream has a hole.
//!
//! Real processes with full durability. `LEDGERDESK_SOAK_SECONDS` makes the load before each kill longer.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

#[path = "kill9/check.rs"]
mod check;
#[path = "kill9/clients.rs"]
mod clients;
#[path = "kill9/server.rs"]
mod server;

use std::time::Duration;

use clients::Clients;
use server::{Scratch, Server};

/// How long the clients write before something is killed.
fn load() -> Duration {
    let soak = std::env::var("LEDGERDESK_SOAK_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    Duration::from_secs(soak.unwrap_or(2))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_loses_and_doubles_nothing() {
    let scratch = Scratch::new("server");
    let mut server = Server::start(&scratch, &[]).await;
    let clients = Clients::start(&[&server]);
    tokio::time::sleep(load()).await;
    server.kill();
    server.restart().await;
    check::all_is_there(&server, clients.finish().await).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_postgresql_loses_and_doubles_nothing() {
    let scratch = Scratch::new("postgres");
    let server = Server::start(&scratch, &[]).await;
    let clients = Clients::start(&[&server]);
    tokio::time::sleep(load()).await;
    scratch.kill_postgres();
    tokio::time::sleep(load()).await;
    check::all_is_there(&server, clients.finish().await).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_killed_lose_and_double_nothing() {
    let scratch = Scratch::new("both");
    let mut server = Server::start(&scratch, &[]).await;
    let clients = Clients::start(&[&server]);
    tokio::time::sleep(load()).await;
    server.kill();
    scratch.kill_postgres();
    server.restart().await;
    check::all_is_there(&server, clients.finish().await).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_on_one_tenant_and_one_killed_lose_and_double_nothing() {
    let scratch = Scratch::new("two");
    let first = Server::start(&scratch, &[]).await;
    let beside = Scratch::new("two-beside");
    let environment = scratch.database_of_its_server().await;
    let mut second = Server::start_with_key(&beside, &environment, first.key()).await;
    let clients = Clients::start(&[&first, &second]);
    tokio::time::sleep(load()).await;
    second.kill();
    second.restart().await;
    tokio::time::sleep(load()).await;
    let acknowledged = clients.finish().await;
    check::all_is_there(&first, acknowledged.clone()).await;
    check::all_is_there(&second, acknowledged).await;
    second.stop().await;
    first.stop().await;
}
