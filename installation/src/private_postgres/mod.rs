//! A private PostgreSQL: made and run by us over the machine's PostgreSQL programs, for an installation that was given
//! no database.
//!
//! It holds these promises: nobody reaches it but its own user and root (a socket, no TCP); one data directory is
//! served once; it comes back by itself when it dies; it survives the death of ours without harm; and it never runs as
//! root. It deliberately does not upgrade the data of an older major version, and makes no backups.

mod account;
mod cluster;
mod error;
mod launch;
mod lock;
mod log_file;
mod orphan;
mod parameters;
mod pid_file;
mod processes;
mod programs;
mod server;
mod socket;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rustix::process::Signal;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

pub use self::error::PostgresError;
use self::launch::{Ending, Postmaster};
use self::lock::DirectoryLock;
use self::pid_file::PidFile;
pub use self::programs::find_program;
use self::server::{Server, can_connect};

/// The role that initdb makes; ours are made with it.
pub(crate) const SUPERUSER: &str = "postgres";

/// How long a server may take for its last checkpoint before it is told to leave without one.
const FAST_STOP: Duration = Duration::from_secs(60);
/// How long a server may take that was told to leave at once.
const IMMEDIATE_STOP: Duration = Duration::from_secs(10);
/// The longest pause between two attempts to bring a server back.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How long [`PrivatePostgres::find_running`] waits for a server that is just starting.
const JUST_STARTING: Duration = Duration::from_secs(10);

/// How a private PostgreSQL is to run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The data directory of the installation; the cluster is `postgres` in it, beside its socket, lock and log.
    pub directory: PathBuf,
    /// Whether data outlive a crash.
    pub durability: Durability,
    /// The most connections at once.
    pub max_connections: u16,
}

/// Whether data outlive a crash of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// What was acknowledged is on the disk.
    Full,
    /// The disk is never waited for: for tests only, whose data nobody wants back. What was acknowledged still outlives
    /// the death of PostgreSQL, though not that of the machine.
    None,
}

/// A running private PostgreSQL.
///
/// Stop it with [`stop`](Self::stop). A dropped one is told to stop, and nobody waits for it.
#[derive(Debug)]
pub struct PrivatePostgres {
    socket: PathBuf,
    restarts: Arc<AtomicU64>,
    supervisor: JoinHandle<()>,
    postmaster: StopOnDrop,
}

/// A PostgreSQL that another process of ours runs.
#[derive(Debug, Clone)]
pub struct Running {
    socket: PathBuf,
}

#[derive(Debug)]
struct StopOnDrop(Arc<Postmaster>);

impl PrivatePostgres {
    /// Starts the PostgreSQL of a data directory, after making both where they do not exist, and waits until it takes
    /// connections. `progress` is told, in words for people, what takes more than a moment.
    ///
    /// Must be called in a Tokio runtime, which then brings the server back whenever it dies.
    pub async fn start(settings: Settings, progress: &(dyn Fn(&str) + Send + Sync)) -> Result<Self, PostgresError> {
        let server = Server::prepare(settings, progress).await?;
        let postmaster = StopOnDrop(Arc::clone(&server.postmaster));
        let ending = server.start(progress).await?;
        let socket = server.socket.path().to_owned();
        let restarts = Arc::new(AtomicU64::new(0));
        let supervisor = tokio::spawn(supervise(server, ending, Arc::clone(&restarts)));
        Ok(Self { socket, restarts, supervisor, postmaster })
    }

    /// Whether a data directory has one, running or not.
    pub fn is_in(directory: &Path) -> bool {
        cluster::path_in(directory).exists()
    }

    /// The PostgreSQL that another process runs on this data directory, if there is one. Starts nothing; waits up to
    /// ten seconds for one that is just starting.
    ///
    /// A server whose process was killed is not found: nobody would keep it running.
    pub async fn find_running(directory: &Path) -> Option<Running> {
        let directory = directory.canonicalize().ok()?;
        let cluster = cluster::path_in(&directory);
        let deadline = Instant::now() + JUST_STARTING;
        while DirectoryLock::is_held(&directory) {
            if let Ok(PidFile::Written { socket: Some(socket), ready: true, .. }) = PidFile::read(&cluster) {
                let running = Running { socket };
                if can_connect(&running.url(SUPERUSER, "postgres")).await.is_ok() {
                    return Some(running);
                }
            }
            if Instant::now() >= deadline {
                break;
            }
            sleep(Duration::from_millis(100)).await;
        }
        None
    }

    /// A connection URL for a role and a database, for libpq and tokio-postgres. Names a socket; there is no password.
    pub fn url(&self, user: &str, database: &str) -> String {
        socket::url(&self.socket, user, database)
    }

    /// How often the server has died and come back.
    pub fn restarts(&self) -> u64 {
        self.restarts.load(Ordering::Relaxed)
    }

    /// The process id of the server; `None` while it is down.
    pub fn process_id(&self) -> Option<i32> {
        self.postmaster.0.process().map(|process| process.as_raw_nonzero().get())
    }

    /// Stops the server: open connections are cut, what was committed is kept. Takes under a tenth of a second unless
    /// there is much to write. When this returns the data directory is free for another.
    pub async fn stop(self) -> Result<(), PostgresError> {
        let Self { mut supervisor, postmaster, .. } = self;
        postmaster.0.stop(Signal::INT);
        if timeout(FAST_STOP, &mut supervisor).await.is_ok() {
            return Ok(());
        }
        tracing::warn!(
            "PostgreSQL does not finish its last checkpoint: stopping it without; it recovers at its next start"
        );
        postmaster.0.stop(Signal::QUIT);
        timeout(IMMEDIATE_STOP, supervisor).await.map(drop).map_err(|_| PostgresError::StaysRunning)
    }
}

impl Running {
    /// A connection URL for a role and a database, as [`PrivatePostgres::url`] gives it.
    pub fn url(&self, user: &str, database: &str) -> String {
        socket::url(&self.socket, user, database)
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stop(Signal::INT);
    }
}

/// Brings the server back whenever it ends without having been told to.
async fn supervise(server: Server, mut ending: Ending, restarts: Arc<AtomicU64>) {
    loop {
        let status = match ending.await {
            Ok(Ok(status)) => status.to_string(),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "its thread has ended".to_owned(),
        };
        if server.postmaster.is_stopping() {
            break;
        }
        tracing::error!(%status, "PostgreSQL has died: starting it again; commands in flight have failed and can be repeated");
        let Some(next) = revive(&server).await else { break };
        ending = next;
        let count = restarts.fetch_add(1, Ordering::Relaxed) + 1;
        tracing::warn!(restarts = count, "PostgreSQL runs again");
    }
    server.socket.leave();
}

/// Tries until the server runs, or is to stop (`None`).
async fn revive(server: &Server) -> Option<Ending> {
    let mut pause = Duration::from_millis(100);
    let progress = |line: &str| tracing::warn!("{line}");
    loop {
        match server.start(&progress).await {
            Ok(ending) => return Some(ending),
            Err(_) if server.postmaster.is_stopping() => return None,
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "PostgreSQL does not come back: trying again"
                );
            }
        }
        tokio::select! {
            () = sleep(pause) => pause = (pause * 2).min(LONGEST_PAUSE),
            () = server.postmaster.stopping() => return None,
        }
    }
}
