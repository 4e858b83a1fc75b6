//! Who saw what: the access log, a table beside the log, append-only as that is.
//!
//! An entry is given to PostgreSQL before what it tells of is shown ([`Log::record_access`]). One task per log merges all
//! waiting entries into one statement, which numbers them 1, 2, 3, … without holes, on any number of processes. It commits
//! without waiting for the disk: a killed process loses nothing, a killed PostgreSQL or machine its last fraction of a
//! second, so that of what is there every number up to the last is there. What an event says of it
//! ([`Log::access_digest`]) is on disk with all entries before it.
//!
//! It knows operations and kinds of access only as names.

mod client;
mod digest;
mod line;
mod writer;

use chrono::{DateTime, Utc};
use tokio::sync::oneshot;
use tokio_postgres::{Row, types::Type};

use crate::{
    envelope::Client,
    error::StoreError,
    log::Log,
    read::{signed, unsigned},
    store::PATIENCE,
};

pub(crate) use writer::{Waiting, write};

pub use client::SealedClient;
pub use digest::{AccessDigest, NO_DIGEST};

/// So many times the patience with one connection, until an entry is given up, and with it what it tells of.
const PATIENCES: u32 = 3;

/// Something that is about to be shown.
#[derive(Clone, Debug)]
pub struct Access {
    /// Who sees it, as in an event.
    pub actor: String,
    /// In which session; none of a key.
    pub session: Option<String>,
    /// By which operation of the API.
    pub operation: String,
    /// How: view, list, search, ….
    pub kind: String,
    /// Ids of what is shown.
    pub targets: Vec<String>,
    /// Of how many things; none: nobody has counted.
    pub seen: Option<u32>,
    /// What was asked for. Nothing personal.
    pub query: Option<String>,
    /// The HTTP request.
    pub request_id: Option<String>,
    /// The status that it is answered with.
    pub status: u16,
    /// Network address and user agent.
    pub client: Option<Client>,
}

/// An entry as it is stored.
#[derive(Clone, Debug)]
pub struct StoredAccess {
    /// 1, 2, 3, ….
    pub number: u64,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Who.
    pub actor: String,
    /// In which session.
    pub session: Option<String>,
    /// By which operation.
    pub operation: String,
    /// How.
    pub kind: String,
    /// What was shown.
    pub targets: Vec<String>,
    /// Of how many things.
    pub seen: Option<u32>,
    /// What was asked for.
    pub query: Option<String>,
    /// The HTTP request.
    pub request_id: Option<String>,
    /// The status that it was answered with.
    pub status: u16,
    /// Network address and user agent.
    pub client: Option<SealedClient>,
}

/// What [`StoredAccess::of`] reads.
pub const COLUMNS: &str = "number, recorded_at, actor, session, operation, kind, targets, seen, query, request_id, status, client_key, client";

impl StoredAccess {
    /// A row of [`COLUMNS`].
    pub fn of(row: &Row) -> Self {
        let client = row.get::<_, Option<String>>("client_key").zip(row.get("client"));
        Self {
            number: unsigned(row.get("number")),
            recorded_at: row.get("recorded_at"),
            actor: row.get("actor"),
            session: row.get("session"),
            operation: row.get("operation"),
            kind: row.get("kind"),
            targets: row.get("targets"),
            seen: row.get::<_, Option<i32>>("seen").and_then(|seen| u32::try_from(seen).ok()),
            query: row.get("query"),
            request_id: row.get("request_id"),
            status: u16::try_from(row.get::<_, i32>("status")).unwrap_or_default(),
            client: client.map(|(key, sealed)| SealedClient { key, sealed }),
        }
    }
}

impl Log {
    /// Records that something is about to be shown. When it answers, PostgreSQL has it.
    pub async fn record_access(&self, access: Access) -> Result<(), StoreError> {
        let limit = self.inner.pool.timeouts().wait.unwrap_or(PATIENCE) * PATIENCES;
        let answer = tokio::time::timeout(limit, self.record_whenever(access)).await;
        answer.unwrap_or(Err(StoreError::NoAnswer { wait: limit }))
    }

    async fn record_whenever(&self, mut access: Access) -> Result<(), StoreError> {
        let client = match access.client.take() {
            Some(client) => self.inner.seal_client(&access, &client).await?,
            None => None,
        };
        let (answer, answered) = oneshot::channel();
        let closed = || StoreError::Pool("this process is shutting down".to_owned());
        self.accesses.send(Waiting { access, client, answer }).await.map_err(|_| closed())?;
        answered.await.map_err(|_| closed())?
    }

    /// At most `limit` entries after `number`, in order, without holes: but for the first ones, where those are not here.
    pub async fn read_accesses(&self, after: u64, limit: u32) -> Result<Vec<StoredAccess>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM access_log WHERE number > $1 ORDER BY number LIMIT $2");
        let rows = self.query(&sql, &[(&signed(after), Type::INT8), (&i64::from(limit), Type::INT8)]).await?;
        Ok(rows.iter().map(StoredAccess::of).collect())
    }
}
