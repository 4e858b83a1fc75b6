//! What the tests on real clusters share.

use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::time::{sleep, timeout};
use tokio_postgres::NoTls;

use crate::private_postgres::{Durability, PrivatePostgres, SUPERUSER, Settings};

pub(super) fn settings(directory: &Path) -> Settings {
    Settings { directory: directory.to_owned(), durability: Durability::None, max_connections: 30 }
}

pub(super) async fn start(directory: &Path) -> PrivatePostgres {
    PrivatePostgres::start(settings(directory), &|line| println!("{line}")).await.expect("a running server")
}

/// The one text that a statement answers.
pub(super) async fn query(url: &str, statement: &str) -> Result<String, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let connection = tokio::spawn(connection);
    let answer = client.query_one(statement, &[]).await.map(|row| row.get(0));
    drop(client);
    connection.await.expect("the connection's task").ok();
    answer
}

/// Commits something that a restart must not lose.
pub(super) async fn keep_a_fact(postgres: &PrivatePostgres) {
    let url = postgres.url(SUPERUSER, "postgres");
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.expect("a connection");
    let connection = tokio::spawn(connection);
    let made = client.batch_execute("CREATE TABLE fact (id int PRIMARY KEY); INSERT INTO fact VALUES (1)").await;
    made.expect("a table with a row");
    drop(client);
    connection.await.expect("the connection's task").expect("a clean end");
}

pub(super) async fn count_facts(postgres: &PrivatePostgres) -> String {
    query(&postgres.url(SUPERUSER, "postgres"), "SELECT count(*)::text FROM fact").await.expect("the table of before")
}

/// Kills the server, and answers the process id that it had.
pub(super) fn kill(postgres: &PrivatePostgres) -> i32 {
    let process = postgres.process_id().expect("a running server");
    kill_process(Pid::from_raw(process).expect("a process id"), Signal::KILL).expect("our own child");
    process
}

/// Waits for something that another process is about to do.
pub(super) async fn until(is_so: impl AsyncFn() -> bool) {
    let wait = async {
        while !is_so().await {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(Duration::from_secs(30), wait).await.expect("it to happen within 30 s");
}
