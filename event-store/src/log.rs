//! The log of one tenant.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock, atomic::Ordering},
};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use deadpool_postgres::Pool;
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch};
use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};

use crate::{
    access,
    append::{self, Pending},
    commit::{Appended, CommandId, Commit, StoredOutcome, StreamId},
    consumers::Consumers,
    database::{self, TenantTx},
    envelope::RecordedEvent,
    error::{AppendError, StoreError},
    look_up::LookUps,
    news::News,
    read,
    seal::{Keyring, TenantKeys},
    store::PATIENCE,
    tenancy::{Incarnation, Placement, TenantId},
    tenant_keys::SealedSecret,
    tree::SealedCheckpoint,
    world::{Clock, Ids},
};

/// Commits that may wait for the writer, and accesses for theirs; more are held back at their callers.
const WAITING: usize = 1024;

/// So many times the patience with one connection, until an append is given up.
const APPEND_PATIENCES: u32 = 3;

/// The end of a log.
#[derive(Clone, Debug)]
pub struct Head {
    /// The last position; 0 when the log is empty.
    pub position: u64,
    /// When it was recorded.
    pub recorded_at: Option<DateTime<Utc>>,
}

/// The log of one tenant. Cheap to clone.
#[derive(Clone)]
pub struct Log {
    pub(crate) inner: Arc<LogInner>,
    writer: mpsc::Sender<Pending>,
    pub(crate) accesses: mpsc::Sender<access::Waiting>,
}

pub(crate) struct LogInner {
    pub tenant: TenantId,
    pub placement: Arc<Placement>,
    pub pool: Pool,
    pub admin: Pool,
    pub keyring: Arc<Keyring>,
    pub keys: RwLock<Arc<TenantKeys>>,
    pub clock: Arc<dyn Clock>,
    pub ids: Ids,
    pub news: Arc<News>,
    pub background: Arc<Semaphore>,
    pub consumers: Arc<Consumers>,
    pub look_ups: LookUps,
    /// What must be done before this process serves the tenant was done.
    pub admitted: OnceCell<()>,
    /// The position up to which this process knows who was erased.
    pub erasures_known: std::sync::atomic::AtomicI64,
    /// The last position that this process knows to be committed.
    pub committed: watch::Sender<u64>,
    /// The last checkpoint that this process knows to be signed.
    pub sealed: watch::Sender<Option<Arc<SealedCheckpoint>>>,
}

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Log({})", self.inner.tenant)
    }
}

impl Log {
    #[expect(clippy::too_many_arguments, reason = "all that a store has, handed on in one place")]
    pub(crate) fn new(
        tenant: TenantId,
        placement: Placement,
        pool: Pool,
        admin: Pool,
        keyring: Arc<Keyring>,
        keys: TenantKeys,
        clock: Arc<dyn Clock>,
        ids: Ids,
        news: Arc<News>,
        background: Arc<Semaphore>,
        consumers: Arc<Consumers>,
    ) -> Self {
        let (writer, waiting) = mpsc::channel(WAITING);
        let (accesses, shown) = mpsc::channel(WAITING);
        let placement = Arc::new(placement);
        let committed = watch::Sender::new(0);
        let sealed = watch::Sender::new(None);
        let erasures_known = 0.into();
        let inner = Arc::new(LogInner {
            tenant,
            placement,
            pool,
            admin,
            keyring,
            keys: RwLock::new(Arc::new(keys)),
            clock,
            ids,
            news,
            background,
            consumers,
            look_ups: LookUps::default(),
            admitted: OnceCell::new(),
            erasures_known,
            committed,
            sealed,
        });
        tokio::spawn(append::write(Arc::clone(&inner), waiting));
        tokio::spawn(access::write(Arc::clone(&inner), shown));
        Self { inner, writer, accesses }
    }

    /// Whose log it is.
    pub fn tenant(&self) -> &TenantId {
        &self.inner.tenant
    }

    /// Which of its tenant's worlds it is of.
    pub fn incarnation(&self) -> &Incarnation {
        &self.inner.placement.world
    }

    /// 1 until the tenant is restored from a backup in place; then 2, 3, ….
    pub fn epoch(&self) -> u32 {
        self.incarnation().epoch
    }

    /// Who its tenant is in it: in the name of the tenant's own stream, and in what sealed fields, keys and files are bound
    /// to. The tenant itself, unless the log was copied from another tenant's.
    pub fn identity(&self) -> &TenantId {
        &self.inner.placement.sealed_as
    }

    /// Whether it is a copy in which a sealed field whose key is not there opens as a made-up value.
    pub fn is_masked(&self) -> bool {
        self.inner.placement.mask.is_some()
    }

    /// Whether its world may have another place by now.
    pub(crate) fn is_doubted(&self) -> bool {
        self.inner.placement.doubted.load(Ordering::Relaxed)
    }

    /// It has not.
    pub(crate) fn trust(&self) {
        self.inner.placement.doubted.store(false, Ordering::Relaxed);
    }

    /// The clock that this log was given.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.inner.clock
    }

    /// A transaction in this tenant's world, under this tenant's role.
    pub async fn begin(&self) -> Result<TenantTx, StoreError> {
        TenantTx::begin(&self.inner.pool, &self.inner.placement).await
    }

    /// An id that nobody else has, of this store's clock and randomness.
    #[cfg(feature = "cqrs-es")]
    pub(crate) fn fresh_id(&self) -> uuid::Uuid {
        self.inner.ids.next()
    }

    /// Runs DDL in this tenant's schema as its owner, in one transaction: for read models and their switch.
    /// `{role}` in `sql` stands for the tenant's role.
    pub async fn alter(&self, sql: &str) -> Result<(), StoreError> {
        alter(&self.inner.admin, &self.inner.placement, sql).await
    }

    /// A transaction in this tenant's world as its owner: for DDL that must be in one with other statements.
    pub async fn begin_as_owner(&self) -> Result<TenantTx, StoreError> {
        TenantTx::begin_as_owner(&self.inner.admin, &self.inner.placement).await
    }

    /// The database role of this tenant. Needs no quoting.
    pub fn role(&self) -> &str {
        &self.inner.placement.role
    }

    /// Appends atomically. When it answers, the events are on disk.
    ///
    /// Personal fields are sealed here, beside the writer; the writer gives positions and counters. A disk that does not
    /// answer is waited for no longer than [`StoreError::NoAnswer`] says.
    pub async fn append(&self, commit: Commit) -> Result<Appended, AppendError> {
        let limit = self.inner.pool.timeouts().wait.unwrap_or(PATIENCE) * APPEND_PATIENCES;
        let answer = tokio::time::timeout(limit, self.append_whenever(commit)).await;
        answer.unwrap_or(Err(AppendError::Store(StoreError::NoAnswer { wait: limit })))
    }

    async fn append_whenever(&self, commit: Commit) -> Result<Appended, AppendError> {
        let first = commit.streams.first().map(|part| (part.stream.clone(), part.expected));
        match (self.append_sealed(commit).await, first) {
            // Nothing was written. Decided anew, it is sealed under the version of the tenant's key that is there now.
            (Err(AppendError::Store(error)), Some((stream, expected))) if self.inner.is_outdated(&error).await? => {
                tracing::info!(tenant = %self.tenant(), %error, "the tenant's key was changed: sealing again");
                Err(AppendError::Conflict { stream, expected, actual: expected })
            }
            (appended, _) => appended,
        }
    }

    async fn append_sealed(&self, commit: Commit) -> Result<Appended, AppendError> {
        let erases = commit.erases.clone();
        let prepared = append::prepare(&self.inner, commit).await?;
        let (answer, answered) = oneshot::channel();
        self.writer.send(Pending { prepared, answer }).await.map_err(|_| AppendError::ShuttingDown)?;
        let appended = answered.await.map_err(|_| AppendError::ShuttingDown)??;
        self.inner.keyring.forget(self.incarnation(), &erases);
        Ok(appended)
    }

    /// The events of `stream` after `sequence`, in order.
    pub async fn load(&self, stream: &StreamId, after: u64) -> Result<Vec<RecordedEvent>, StoreError> {
        read::stream_once(&self.inner, stream, after).await
    }

    /// One statement in this tenant's world, in a transaction of its own and one round trip: for those who read once.
    pub async fn query(&self, sql: &str, params: &[(&(dyn ToSql + Sync), Type)]) -> Result<Vec<Row>, StoreError> {
        TenantTx::once(&self.inner.pool, &self.inner.placement, sql, params).await
    }

    /// As [`Log::load`], within a transaction: for those who read more in the same one.
    pub async fn load_in(
        &self,
        tx: &TenantTx,
        stream: &StreamId,
        after: u64,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        read::stream(tx, &self.inner, stream, after).await
    }

    /// All events of these streams of one type, stream by stream: for those that are short.
    pub async fn load_all_in(
        &self,
        tx: &TenantTx,
        aggregate_type: &str,
        aggregate_ids: &[String],
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        read::streams(tx, &self.inner, aggregate_type, aggregate_ids).await
    }

    /// At most `limit` events after `position`, in order, without holes.
    pub async fn read(&self, after: u64, limit: u32) -> Result<Vec<RecordedEvent>, StoreError> {
        let tx = self.begin().await?;
        let events = self.read_in(&tx, after, limit).await?;
        tx.commit().await?;
        Ok(events)
    }

    /// As [`Log::read`], within a transaction: for those who move a checkpoint in the same one.
    pub async fn read_in(&self, tx: &TenantTx, after: u64, limit: u32) -> Result<Vec<RecordedEvent>, StoreError> {
        read::after(tx, &self.inner, after, limit).await
    }

    /// Whence the events at these positions came, as their callers' clients were described; those of the system, and
    /// those whose keys are gone, are left out.
    pub async fn clients(&self, tx: &TenantTx, positions: &[u64]) -> Result<HashMap<u64, String>, StoreError> {
        read::clients(tx, &self.inner, positions).await
    }

    /// The end of the log.
    pub async fn head(&self) -> Result<Head, StoreError> {
        let tx = self.begin().await?;
        let head = read::head(&tx).await?;
        tx.commit().await?;
        Ok(head)
    }

    /// How far a counter that begins anew with each month has come in that of an instant, in a time zone.
    pub async fn counter_of_month(&self, name: &str, zone: Tz, at: DateTime<Utc>) -> Result<u64, StoreError> {
        let key = append::of_month(name, zone, at);
        let sql = "SELECT coalesce((counters ->> $1)::bigint, 0) FROM head";
        let rows = self.query(sql, &[(&key, Type::TEXT)]).await?;
        Ok(rows.first().map_or(0, |row| read::unsigned(row.get(0))))
    }

    /// The positions of the events of `stream` that are after position `after`, at most `limit`.
    pub async fn positions(&self, stream: &StreamId, after: u64, limit: u32) -> Result<Vec<u64>, StoreError> {
        let sql = "SELECT position FROM events WHERE aggregate_type = $1 AND aggregate_id = $2 AND position > $3
                   ORDER BY sequence LIMIT $4";
        let params: [(&(dyn ToSql + Sync), Type); 4] = [
            (&stream.aggregate_type, Type::TEXT),
            (&stream.aggregate_id, Type::TEXT),
            (&read::signed(after), Type::INT8),
            (&i64::from(limit), Type::INT8),
        ];
        Ok(self.query(sql, &params).await?.iter().map(|row| read::unsigned(row.get(0))).collect())
    }

    /// The last position recorded at or before `instant`: positions and instants have the same order.
    pub async fn position_at(&self, instant: DateTime<Utc>) -> Result<u64, StoreError> {
        let tx = self.begin().await?;
        let position = read::position_at(&tx, instant).await?;
        tx.commit().await?;
        Ok(position)
    }

    /// What became of a command, while it is kept.
    pub async fn outcome(&self, command: CommandId) -> Result<Option<StoredOutcome>, StoreError> {
        read::outcome(&self.inner, command).await
    }

    /// Whose a unique value is.
    pub async fn owner_of(&self, kind: &str, value: &str) -> Result<Option<String>, StoreError> {
        let digest = self.inner.keys().claim_digest(kind, value);
        let sql = "SELECT owner FROM claims WHERE kind = $1 AND digest = $2";
        let rows = self.query(sql, &[(&kind, Type::TEXT), (&digest, Type::BYTEA)]).await?;
        Ok(rows.first().map(|row| row.get(0)))
    }

    /// Forgets the outcomes whose time is over; gives how many.
    pub async fn forget_outcomes(&self) -> Result<u64, StoreError> {
        let tx = self.begin().await?;
        let now = self.inner.clock.now();
        let gone = tx.execute("DELETE FROM commands WHERE expires_at <= $1", &[&now]).await?;
        tx.commit().await?;
        Ok(gone)
    }

    /// Seals a secret that must be read again (one that is only compared is stored as a digest): AES-256-GCM under the
    /// tenant's key. `about` names its place; it opens in no other.
    pub fn seal_secret(&self, about: &str, secret: &[u8]) -> SealedSecret {
        self.inner.seal_secret(about, secret)
    }

    /// Opens what [`Log::seal_secret`] sealed for this place. `tx`: the transaction of the one who asks, if they have one.
    pub async fn open_secret(&self, tx: Option<&TenantTx>, about: &str, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.inner.open_secret(tx, about, sealed).await
    }

    /// What the tenant's key says to a text, for one purpose (HMAC-SHA256): the same on every node, and after every change
    /// of keys.
    pub fn sign(&self, purpose: &str, text: &str) -> Vec<u8> {
        ring::hmac::sign(&self.inner.keys().signing(purpose), text.as_bytes()).as_ref().to_vec()
    }

    /// Whether [`Log::sign`] said that, in a time that does not tell how much of it was right.
    pub fn is_signed(&self, purpose: &str, text: &str, signature: &[u8]) -> bool {
        ring::hmac::verify(&self.inner.keys().signing(purpose), text.as_bytes(), signature).is_ok()
    }

    /// A turn to work beside the requests: those of all tenants together are fewer than the connections, so that
    /// requests always find some. Give it back before asking for another.
    pub async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        // It is never closed.
        Arc::clone(&self.inner.background).acquire_owned().await.ok()
    }

    /// Follows the last position that this process knows to be committed, also by others ([`Store::hear`]). A hint to
    /// look: another process may have committed more.
    ///
    /// [`Store::hear`]: crate::Store::hear
    pub fn committed(&self) -> watch::Receiver<u64> {
        self.inner.committed.subscribe()
    }
}

/// Runs DDL as the owner, in one transaction.
pub(crate) async fn alter(admin: &Pool, placement: &Placement, sql: &str) -> Result<(), StoreError> {
    let admin = database::connection(admin).await?;
    let sql = sql.replace("{role}", &placement.role);
    let done =
        admin.batch_execute(&format!("BEGIN; SET LOCAL search_path TO {}; {sql}; COMMIT", placement.schema)).await;
    if done.is_err() {
        admin.batch_execute("ROLLBACK").await?;
    }
    Ok(done?)
}
