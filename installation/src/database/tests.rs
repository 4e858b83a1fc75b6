use tokio_postgres::NoTls;

use super::*;
use crate::scratch::Scratch;

async fn run(url: &str, statements: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let connection = tokio::spawn(connection);
    let outcome = client.batch_execute(statements).await;
    drop(client);
    connection.await.unwrap().ok();
    outcome
}

#[tokio::test]
async fn a_configured_database_is_taken_as_it_is() {
    let mut config = Config::default();
    config.database.url = Some("postgresql://s@db/desk".to_owned());
    let database = Database::open(&config, &|_| {}).await.unwrap();
    assert_eq!((database.server_url(), database.admin_url()), ("postgresql://s@db/desk", "postgresql://s@db/desk"));
    assert!(!database.is_private());
    database.stop().await.unwrap();

    config.database.admin_url = Some("postgresql://a@db/desk".to_owned());
    let database = Database::attach(&config).await.unwrap();
    assert_eq!(database.admin_url(), "postgresql://a@db/desk");
    assert_eq!(database.restarts(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_database_has_its_roles_and_is_shared_with_tools() {
    let directory = Scratch::new();
    let mut config = Config::default();
    config.data.directory = directory.path().join("data");

    let server = Database::open(&config, &|_| {}).await.unwrap();
    assert!(server.is_private());
    // A tenant as migrations make it: its role, its schema, and the server's way into it.
    let tenant =
        "CREATE SCHEMA t1; CREATE ROLE t1 LOGIN; GRANT USAGE ON SCHEMA t1 TO t1; GRANT t1 TO ledgerdesk_server;
                  CREATE TABLE t1.events (position bigint PRIMARY KEY); GRANT SELECT, INSERT ON t1.events TO t1";
    run(server.admin_url(), tenant).await.unwrap();
    let write = "INSERT INTO t1.events SELECT count(*) FROM t1.events";
    run(server.server_url(), write).await.expect_err("the server's role has no rights of its own");
    run(server.server_url(), &format!("BEGIN; SET LOCAL ROLE t1; {write}; COMMIT")).await.unwrap();
    run(server.server_url(), "CREATE TABLE public.mine ()").await.expect_err("the server's role makes nothing");
    run(server.admin_url(), "CREATE ROLE strong SUPERUSER").await.expect_err("the admin is no superuser");

    let tool = Database::attach(&config).await.unwrap();
    assert_eq!((tool.server_url(), tool.admin_url()), (server.server_url(), server.admin_url()));
    assert!(tool.is_private());
    tool.stop().await.unwrap();
    run(server.admin_url(), "SELECT * FROM t1.events").await.expect("a tool does not stop what it has not started");
    server.stop().await.unwrap();

    let tool = Database::attach(&config).await.unwrap();
    run(tool.admin_url(), "SELECT 1 / count(*) FROM t1.events").await.expect("the row of before");
    let url = tool.admin_url().to_owned();
    tool.stop().await.unwrap();
    run(&url, "SELECT 1").await.expect_err("a tool stops what it has started");
}
