//! What can go wrong, in words that say what to do next.

use std::time::Duration;

use tokio_postgres::error::SqlState;

use crate::{commit::StreamId, tenancy::TenantId};

/// The store could not do what it was asked for; nothing was changed, or the outcome is unknown where it says so.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// PostgreSQL refused, or could not be reached.
    #[error("the database could not answer: {}", describe(.0))]
    Database(#[source] tokio_postgres::Error),
    /// No connection could be made.
    #[error("no database connection: {0}; is PostgreSQL running?")]
    Pool(String),
    /// No connection came free in time.
    #[error(
        "all {size} database connections of this process were busy for {} seconds: raise database.pool_size", wait.as_secs()
    )]
    PoolExhausted {
        /// `database.pool_size`.
        size: usize,
        /// How long it was waited.
        wait: Duration,
    },
    /// One tenant had its share of the connections in use.
    #[error(
        "all {seats} connections that one tenant may use at once in this process were busy for {} seconds: the others are \
         not kept waiting; if this tenant is to do more at once, raise database.pool_size, of which each may use half",
        wait.as_secs()
    )]
    TenantBusy {
        /// How many it may use.
        seats: usize,
        /// How long it was waited.
        wait: Duration,
    },
    /// The database took a commit and did not say what became of it.
    #[error(
        "the database gave no answer for {} seconds: the outcome is unknown, and the same command id will tell", wait.as_secs()
    )]
    NoAnswer {
        /// How long it was waited.
        wait: Duration,
    },
    /// There is no room on a disk of the database. Nothing was changed.
    #[error("a disk of the database is full: {0}; make room on it, and all goes on by itself")]
    DiskFull(String),
    /// There is no such tenant (or it is not active).
    #[error("there is no tenant {0}")]
    UnknownTenant(TenantId),
    /// A key of this log cannot be opened with the master key that was given.
    #[error(
        "the key of {what} cannot be opened with this master key: is keys.master_key_file the one of this installation?"
    )]
    WrongMasterKey {
        /// Whose key.
        what: String,
    },
    /// The database is under another master key than the one that was given.
    #[error(
        "this database is under the master key {expected}, and the one that was given is {given}: give the one that \
         `ledgerdesk master-key rotate` made last, by keys.master_key_file or LEDGERDESK_MASTER_KEY; a backup needs the \
         one of its day"
    )]
    OtherMasterKey {
        /// The id of the one that it needs.
        expected: String,
        /// The id of the one that it got.
        given: String,
    },
    /// A sealed field whose ciphertext was changed, or moved to another place.
    #[error("a sealed field at {pointer} of {stream} {sequence} is not what was written there")]
    SealBroken {
        /// JSON pointer within the payload.
        pointer: String,
        /// The stream.
        stream: StreamId,
        /// The event.
        sequence: u64,
    },
    /// A position is missing: the log was changed from outside.
    #[error("position {0} is missing from the log: it was changed from outside; restore it from a backup")]
    Hole(u64),
    /// A row that this program did not write.
    #[error("row {position} of the log is not in the form that this program writes: {reason}")]
    Malformed {
        /// Where.
        position: u64,
        /// Why.
        reason: String,
    },
    /// A table of a tenant is gone.
    #[error("schema {schema} has no table {table}: it was changed from outside; restore it from a backup")]
    NoTable {
        /// Whose.
        schema: String,
        /// Which.
        table: String,
    },
    /// The tree over the log does not hold together.
    #[error("the proof of the log is broken: {0}; run `replay-tool verify --live`")]
    Proof(String),
    /// What must be done before a tenant is served could not be done.
    #[error("tenant {tenant} is not served yet: {reason}; it is tried again with the next request")]
    NotReady {
        /// Whose.
        tenant: TenantId,
        /// Why.
        reason: String,
    },
    /// The tenant's schema is not of this program's version: the reason is that of the migration that failed.
    #[error("tenant {tenant} is not served: {reason}; mend the cause and start again")]
    NotMigrated {
        /// Whose.
        tenant: TenantId,
        /// What the migration failed with.
        reason: String,
    },
    /// A migration failed.
    #[error("migration {name} of schema {schema} failed and was undone: {}", describe(.source))]
    Migration {
        /// The schema.
        schema: String,
        /// The file.
        name: &'static str,
        /// What PostgreSQL said.
        source: tokio_postgres::Error,
    },
}

/// Why a commit was not appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Somebody else wrote to the stream first: load it again and decide again.
    #[error("{stream} is at version {actual}, not {expected}")]
    Conflict {
        /// Which stream.
        stream: StreamId,
        /// What the commit was based on.
        expected: u64,
        /// What it is.
        actual: u64,
    },
    /// A unique value belongs to another.
    #[error("this {kind} belongs to {owner}")]
    ClaimTaken {
        /// Which kind of value.
        kind: String,
        /// Whose it is.
        owner: String,
    },
    /// The same command id with another request.
    #[error("this command id was used for another request")]
    CommandReused,
    /// One commit over the limit.
    #[error("this commit has {found} bytes; at most {limit} are accepted")]
    TooLarge {
        /// Bytes of all payloads.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// Something would be sealed for somebody whose keys were destroyed.
    #[error("{subject} was erased: nothing is recorded about them any more")]
    SubjectErased {
        /// Who.
        subject: String,
    },
    /// A personal marker that is not `{"subject": text, "value": text}`.
    #[error("the personal field at {pointer} of a draft {event_type} is not of the form {{subject, value}}")]
    MalformedMarker {
        /// JSON pointer within the payload.
        pointer: String,
        /// The draft.
        event_type: String,
    },
    /// The store failed; whether the commit happened, its command id will tell.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The process is shutting down.
    #[error("this process is shutting down")]
    ShuttingDown,
}

impl StoreError {
    /// The same failure once more: for all who were in one batch.
    pub(crate) fn same(&self) -> Self {
        match self {
            Self::DiskFull(what) => Self::DiskFull(what.clone()),
            Self::PoolExhausted { size, wait } => Self::PoolExhausted { size: *size, wait: *wait },
            Self::TenantBusy { seats, wait } => Self::TenantBusy { seats: *seats, wait: *wait },
            error => Self::Pool(error.to_string()),
        }
    }
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        if error.code() == Some(&SqlState::DISK_FULL) {
            Self::DiskFull(describe(&error))
        } else {
            Self::Database(error)
        }
    }
}

impl From<tokio_postgres::Error> for AppendError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Store(error.into())
    }
}

/// The driver's own Display says only "db error"; what PostgreSQL said is in the source.
fn describe(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(db) => format!("{} ({})", db.message(), db.code().code()),
        None => {
            std::error::Error::source(error).map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
        }
    }
}
