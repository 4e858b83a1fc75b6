//! What an earlier run can leave in the data directory, and that the next start copes with it.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::process::Pid;

use super::fixture::{count_facts, keep_a_fact, query, start, until};
use crate::PrivatePostgres;
use crate::private_postgres::account::Account;
use crate::private_postgres::pid_file::PidFile;
use crate::private_postgres::processes::serves;
use crate::private_postgres::programs::Programs;
use crate::private_postgres::{SUPERUSER, cluster, socket};
use crate::scratch::Scratch;

/// A process that does not outlive its test, even one that fails.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server without a supervisor, as a killed one leaves it where nothing tells a process of its parent's death.
async fn leave_a_server(data: &Path) -> Ended {
    let cluster = cluster::path_in(data);
    let account = Account::for_cluster(&cluster).unwrap();
    let programs = Programs::find(std::env::var_os("PATH").as_deref(), &cluster, None).unwrap();
    let mut command = Command::new(programs.postgres());
    account.apply(&mut command);
    command.arg("-D").arg(&cluster).args(["-c", "listen_addresses=", "-c", "fsync=off"]);
    command.arg("-c").arg(format!("unix_socket_directories={}", data.join("socket").display()));
    let orphan = Ended(command.current_dir("/").stderr(Stdio::null()).spawn().unwrap());
    until(async || matches!(PidFile::read(&cluster), Ok(PidFile::Written { ready: true, .. }))).await;
    orphan
}

async fn cluster_with_a_fact() -> Scratch {
    let data = Scratch::new();
    let postgres = start(data.path()).await;
    keep_a_fact(&postgres).await;
    postgres.stop().await.unwrap();
    data
}

async fn the_next_start_finds_the_fact(data: &Scratch) {
    let postgres = start(data.path()).await;
    assert_eq!(count_facts(&postgres).await, "1");
    postgres.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_orphan_is_ended_and_never_taken_over() {
    let data = cluster_with_a_fact().await;
    let mut orphan = leave_a_server(data.path()).await;
    let url = socket::url(&data.path().join("socket"), SUPERUSER, "postgres");
    assert_eq!(query(&url, "SELECT count(*)::text FROM fact").await.unwrap(), "1");
    assert!(PrivatePostgres::find_running(data.path()).await.is_none(), "nobody keeps an orphan running");

    let postgres = start(data.path()).await;
    assert!(orphan.0.try_wait().unwrap().is_some_and(|status| status.success()), "it was stopped cleanly");
    assert_eq!(count_facts(&postgres).await, "1");
    postgres.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_orphan_that_is_still_a_zombie_is_not_taken_for_a_server() {
    let data = cluster_with_a_fact().await;
    let mut orphan = leave_a_server(data.path()).await;
    orphan.0.kill().unwrap();
    // Its parent, this test, has not collected it: kill(pid, 0) says that it is alive.
    the_next_start_finds_the_fact(&data).await;
    assert!(orphan.0.try_wait().unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn stale_and_broken_lock_files_are_cleared_away() {
    let data = cluster_with_a_fact().await;
    let pid_file = data.path().join("postgres/postmaster.pid");
    let socket = data.path().join("socket");

    fs::write(&pid_file, "").unwrap();
    the_next_start_finds_the_fact(&data).await;

    // The process id is somebody else's by now: ours.
    let stale = format!("{}\n{}\n1700000000\n5432\n", std::process::id(), data.path().join("postgres").display());
    fs::write(&pid_file, &stale).unwrap();
    fs::write(socket.join(".s.PGSQL.5432.lock"), &stale).unwrap();
    fs::write(socket.join(".s.PGSQL.5432"), "").unwrap();
    the_next_start_finds_the_fact(&data).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unfinished_cluster_is_made_anew() {
    let data = Scratch::new();
    let unfinished = data.path().join("postgres.unfinished-1");
    fs::create_dir(&unfinished).unwrap();
    fs::write(unfinished.join("PG_VERSION"), "15\n").unwrap();
    let postgres = start(data.path()).await;
    assert!(!unfinished.exists());
    postgres.stop().await.unwrap();
}

/// Not a test of its own: the process that the next one kills. It serves until its standard input ends, so that it goes
/// with the test that started it.
#[tokio::test(flavor = "multi_thread")]
async fn serves_until_it_is_killed() {
    let Some(data) = std::env::var_os(SERVED) else { return };
    let postgres = start(Path::new(&data)).await;
    keep_a_fact(&postgres).await;
    println!("\nserving by {}", postgres.process_id().unwrap());
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await.unwrap().unwrap();
}

const SERVED: &str = "LEDGERDESK_TEST_SERVED_DIRECTORY";

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_can_be_killed() {
    let data = Scratch::new();
    let mut supervisor = Command::new(std::env::current_exe().unwrap());
    supervisor.args(["--exact", "private_postgres::tests::left_behind::serves_until_it_is_killed", "--nocapture"]);
    supervisor.env(SERVED, data.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut supervisor = Ended(supervisor.spawn().unwrap());
    let mut lines = BufReader::new(supervisor.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let serving = lines.find_map(|line| line.strip_prefix("serving by ")?.parse().ok());
    let server = Pid::from_raw(serving.expect("the line that it serves")).unwrap();
    assert!(PrivatePostgres::find_running(data.path()).await.is_some());

    supervisor.0.kill().unwrap();
    the_next_start_finds_the_fact(&data).await;
    assert!(!serves(server, &cluster::path_in(data.path())), "its server has ended");
}
