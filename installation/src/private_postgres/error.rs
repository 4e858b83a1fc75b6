//! Why the private PostgreSQL does not run, and what to do about it.

use std::path::PathBuf;
use std::process::ExitStatus;

/// Why the private PostgreSQL does not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PostgresError {
    /// There is no PostgreSQL on the machine.
    #[error(
        "no PostgreSQL server programs (postgres and initdb) on this machine: install PostgreSQL 15 or later (Debian: apt-get install postgresql; macOS: brew install postgresql@17), or set database.url (DATABASE_URL) to a PostgreSQL server"
    )]
    NoPrograms,
    /// There is one, and it cannot do what we need.
    #[error(
        "the PostgreSQL programs on this machine are too old ({found}): install PostgreSQL 15 or later, or set database.url (DATABASE_URL) to a PostgreSQL server"
    )]
    ProgramsTooOld {
        /// The versions that were found.
        found: String,
    },
    /// The data were written by another major version.
    #[error("the data in {} were written by PostgreSQL {cluster_major}, and this machine has {found}: install PostgreSQL {cluster_major} beside it, or move the data over with pg_upgrade", cluster.display())]
    OtherMajor {
        /// The data directory of PostgreSQL.
        cluster: PathBuf,
        /// Who wrote it.
        cluster_major: u32,
        /// What there is instead.
        found: String,
    },
    /// Something else is where the data should be.
    #[error("{} holds something that is not a PostgreSQL data directory: move it away, or choose another data.directory", path.display())]
    NotACluster {
        /// Where the data should be.
        path: PathBuf,
    },
    /// `PostgreSQL` refuses to run as root, and there is nobody else.
    #[error(
        "PostgreSQL refuses to run as root, and this machine has neither a user postgres nor nobody: start Ledgerdesk as an ordinary user"
    )]
    NoAccount,
    /// The data belong to somebody else, and only root could become that user.
    #[error("{} belongs to the user with id {owner}: start Ledgerdesk as that user (or as root), or choose another data.directory", cluster.display())]
    ForeignCluster {
        /// The data directory of PostgreSQL.
        cluster: PathBuf,
        /// Its owner's user id.
        owner: u32,
    },
    /// `PostgreSQL` could not reach its data.
    #[error("started as root, PostgreSQL runs as the user {account}, who may not enter {}: run `chmod o+x` on it, or choose a data.directory (LEDGERDESK_DATA) elsewhere, such as /var/lib/ledgerdesk", parent.display())]
    Unreachable {
        /// The first directory on the way that is closed.
        parent: PathBuf,
        /// Who could not enter it.
        account: String,
    },
    /// One data directory, one server.
    #[error("another Ledgerdesk{} is running on {}: stop it first, or choose another data.directory", holder.as_ref().map(|id| format!(" (process {id})")).unwrap_or_default(), directory.display())]
    AlreadyRunning {
        /// The data directory.
        directory: PathBuf,
        /// Its process id, where known.
        holder: Option<String>,
    },
    /// Somebody else may have made it, to listen in.
    #[error("the socket directory {} is not a directory of our own with mode 700: remove it", path.display())]
    UnsafeSocketDirectory {
        /// The directory.
        path: PathBuf,
    },
    /// No place for the socket.
    #[error(
        "no directory for PostgreSQL's socket with a path short enough (under 93 bytes, without commas and quotes): set TMPDIR to a short one"
    )]
    NoSocketDirectory,
    /// `initdb` failed.
    #[error("PostgreSQL could not make its data directory {}; initdb says:\n{output}", cluster.display())]
    Initdb {
        /// The data directory of PostgreSQL.
        cluster: PathBuf,
        /// Its output.
        output: String,
    },
    /// The server ended before it was ready.
    #[error("PostgreSQL ended at its start ({status}); more is in {}:\n{last_words}", log.display())]
    Ended {
        /// How it ended.
        status: ExitStatus,
        /// The last lines of its log.
        last_words: String,
        /// Its log.
        log: PathBuf,
    },
    /// The server of an earlier run does not go away.
    #[error("a PostgreSQL that was left running on {} (process {process}) does not stop: end that process, then start again", cluster.display())]
    OrphanStays {
        /// The data directory of PostgreSQL.
        cluster: PathBuf,
        /// Its process id.
        process: i32,
    },
    /// Our own server does not go away.
    #[error(
        "PostgreSQL did not stop: the next start ends it, and recovers from its log; nothing that was acknowledged is lost"
    )]
    StaysRunning,
    /// Stopped while it was being started.
    #[error("stopped before PostgreSQL was ready: start again")]
    Stopping,
    /// A file or process operation failed.
    #[error("cannot {action} {}: check who owns it, its permissions and the free space", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The server says it is ready, and yet cannot be reached.
    #[error("PostgreSQL runs but refuses a connection: see postgres.log in the data directory")]
    Connect(#[source] tokio_postgres::Error),
}

/// Makes an [`PostgresError::Io`] out of what the system said.
pub(super) fn cannot(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> PostgresError {
    let path = path.into();
    move |source| PostgresError::Io { action, path, source }
}
