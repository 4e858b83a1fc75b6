//! Connections. One exists only for one tenant: a transaction under that tenant's role and schema.

use std::{ops::Deref, time::Duration};

use deadpool_postgres::{
    Connect, Hook, ManagerConfig, Object, Pool, PoolConfig, PoolError, QueueMode, RecyclingMethod, Runtime,
    TimeoutType, Timeouts,
};
use futures_util::FutureExt;
use tokio::sync::OwnedSemaphorePermit;
use tokio_postgres::{
    Client, Row,
    error::SqlState,
    types::{ToSql, Type},
};

use crate::{error::StoreError, tenancy::Placement};

/// Packets that nobody acknowledges for so long end a connection: behind a network that swallows everything, the system's
/// own answer is two hours. Who acknowledges and does not answer is found out by [`crate::silence`].
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);
const PROBES: u32 = 3;

/// Times are read and written as instants; a statement that hangs must not hold a lock for ever; and one that reads a lot
/// takes one core, beside which others find theirs.
const SETTINGS: &str = "SET TIME ZONE 'UTC'; SET statement_timeout = '60s'; \
    SET idle_in_transaction_session_timeout = '60s'; SET max_parallel_workers_per_gather = 0";

pub(crate) fn pool(
    url: &str,
    size: usize,
    patience: Duration,
    connect: impl Connect + 'static,
) -> Result<Pool, StoreError> {
    let mut config: tokio_postgres::Config = url.parse()?;
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(UNACKNOWLEDGED);
    }
    if config.get_keepalives_interval().is_none() {
        config.keepalives_idle(UNACKNOWLEDGED / 2).keepalives_interval(UNACKNOWLEDGED / 6).keepalives_retries(PROBES);
    }
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = deadpool_postgres::Manager::from_connect(config, connect, recycling);
    let timeouts = Timeouts { wait: Some(patience), create: Some(patience), recycle: Some(patience) };
    Pool::builder(manager)
        .config(PoolConfig { max_size: size, timeouts, queue_mode: QueueMode::Lifo })
        .runtime(Runtime::Tokio1)
        .post_create(Hook::async_fn(|client, _| {
            Box::pin(async move {
                client
                    .batch_execute(SETTINGS)
                    .await
                    .map_err(|error| deadpool_postgres::HookError::message(error.to_string()))
            })
        }))
        .build()
        .map_err(|error| StoreError::Pool(error.to_string()))
}

pub(crate) async fn connection(pool: &Pool) -> Result<Object, StoreError> {
    pool.get().await.map_err(|error| match error {
        PoolError::Backend(error) => error.into(),
        PoolError::Timeout(TimeoutType::Wait) => {
            StoreError::PoolExhausted { size: pool.status().max_size, wait: pool.timeouts().wait.unwrap_or_default() }
        }
        other => StoreError::Pool(other.to_string()),
    })
}

/// One that is free at this moment; none otherwise, whatever the reason.
pub(crate) async fn free_connection(pool: &Pool) -> Option<Object> {
    pool.timeout_get(&Timeouts { wait: Some(Duration::ZERO), ..pool.timeouts() }).await.ok()
}

/// A transaction in one tenant's world. Dropped without [`TenantTx::commit`], it is rolled back.
///
/// It derefs to the driver's client: names in its SQL are unqualified and mean this tenant's tables, and the role
/// has rights in no other schema, so a wrong name is refused by the database.
pub struct TenantTx {
    client: Option<Object>,
    /// One of those that the tenant has; the writer's transactions take none.
    seat: Option<OwnedSemaphorePermit>,
}

impl std::fmt::Debug for TenantTx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TenantTx")
    }
}

impl TenantTx {
    pub(crate) async fn begin(pool: &Pool, placement: &Placement) -> Result<Self, StoreError> {
        Self::begin_seated(pool, placement, &begin(placement)).await
    }

    /// For statements that are planned once, whatever they are asked. PostgreSQL guesses that an array has ten values; of
    /// one with fewer it would think a plan of its own worth making, each time.
    pub(crate) async fn begin_generic(pool: &Pool, placement: &Placement) -> Result<Self, StoreError> {
        let begin = begin(placement) + "; SET LOCAL plan_cache_mode TO force_generic_plan";
        Self::begin_seated(pool, placement, &begin).await
    }

    async fn begin_seated(pool: &Pool, placement: &Placement, begin: &str) -> Result<Self, StoreError> {
        let seat = placement.seats.take(pool.timeouts().wait).await?;
        let mut tx = Self::begun(connection(pool).await?, begin)?;
        tx.seat = Some(seat);
        Ok(tx)
    }

    /// Beside another one of the same work, whose seat is enough for both.
    pub(crate) async fn begin_beside(pool: &Pool, placement: &Placement) -> Result<Self, StoreError> {
        Self::begin_on(connection(pool).await?, placement)
    }

    /// Under the owner's own role: for DDL, and what must be in one transaction with it.
    pub(crate) async fn begin_as_owner(admin: &Pool, placement: &Placement) -> Result<Self, StoreError> {
        let tx = Self::adopt(connection(admin).await?);
        tx.batch_execute(&format!("BEGIN; SET LOCAL search_path TO {}", placement.schema)).await?;
        Ok(tx)
    }

    /// On a connection that the caller keeps for a while, and gets back with [`TenantTx::ended`].
    pub(crate) fn begin_on(client: Object, placement: &Placement) -> Result<Self, StoreError> {
        Self::begun(client, &begin(placement))
    }

    /// With a text that goes on from [`begin`].
    pub(crate) fn begun(client: Object, begin: &str) -> Result<Self, StoreError> {
        let tx = Self::adopt(client);
        // Sent, and not waited for: if it fails, so does the statement that follows it.
        match tx.batch_execute(begin).now_or_never() {
            Some(Err(error)) => Err(error.into()),
            Some(Ok(())) | None => Ok(tx),
        }
    }

    /// For those who send BEGIN (see [`begin`]) together with what follows it.
    pub(crate) fn adopt(client: Object) -> Self {
        Self { client: Some(client), seat: None }
    }

    /// One statement in a transaction of its own, in one round trip once a connection has prepared it.
    pub(crate) async fn once(
        pool: &Pool,
        placement: &Placement,
        sql: &str,
        params: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>, StoreError> {
        let tx = Self::begin(pool, placement).await?;
        let (values, types): (Vec<_>, Vec<_>) = params.iter().cloned().unzip();
        let asked = async {
            let statement = tx.prepared(sql, &types).await?;
            Ok::<_, StoreError>(tx.query(&statement, &values).await?)
        };
        let rows = asked.await.inspect_err(|error| placement.note(error))?;
        tx.end();
        Ok(rows)
    }

    /// Prepares `sql` once per connection. The text is the same for every tenant: PostgreSQL plans it anew when the
    /// search path has changed.
    pub async fn statement(&self, sql: &str) -> Result<tokio_postgres::Statement, StoreError> {
        self.prepared(sql, &[]).await
    }

    pub(crate) async fn prepared(&self, sql: &str, types: &[Type]) -> Result<tokio_postgres::Statement, StoreError> {
        match &self.client {
            Some(client) => Ok(client.prepare_typed_cached(sql, types).await?),
            None => Err(StoreError::Pool("the transaction has ended".to_owned())),
        }
    }

    /// Makes it so.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.batch_execute("COMMIT").await?;
        self.client = None;
        Ok(())
    }

    /// Ends one that only read: nobody waits for the answer.
    pub fn end(mut self) {
        if let Some(client) = self.client.take() {
            // Sent when it is polled. On a broken connection it fails, and so does whoever is given it next.
            let _ = client.batch_execute("COMMIT").now_or_never();
        }
    }

    /// The transaction was ended by a COMMIT that was sent with other statements: the connection is free.
    pub(crate) fn ended(mut self) -> Option<Object> {
        self.client.take()
    }
}

impl Deref for TenantTx {
    type Target = Client;

    fn deref(&self) -> &Client {
        self.client.as_ref().expect("a transaction has its connection until it is consumed")
    }
}

impl Drop for TenantTx {
    /// A connection goes back to the pool without a transaction on it. Also reached when a request is cancelled.
    fn drop(&mut self) {
        let (Some(client), seat) = (self.client.take(), self.seat.take()) else { return };
        if client.is_closed() {
            return;
        }
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if client.batch_execute("ROLLBACK").await.is_err() {
                    drop(Object::take(client));
                }
                drop(seat);
            });
        } else {
            drop(Object::take(client));
        }
    }
}

/// What a transaction in this tenant's world begins with.
pub(crate) fn begin(placement: &Placement) -> String {
    format!("BEGIN; SET LOCAL ROLE {}; SET LOCAL search_path TO {}", placement.role, placement.schema)
}

/// Whether a table was missed: of a tenant that was restored from a backup, everything is in another schema now.
pub fn is_elsewhere(error: &StoreError) -> bool {
    matches!(error, StoreError::Database(error) if error.code() == Some(&SqlState::UNDEFINED_TABLE))
}

/// Whether the same statement may succeed later: the database restarts, a connection broke, two transactions got into
/// each other's way, something is full or busy.
pub fn is_transient(error: &StoreError) -> bool {
    match error {
        StoreError::Pool(_)
        | StoreError::PoolExhausted { .. }
        | StoreError::TenantBusy { .. }
        | StoreError::NoAnswer { .. }
        | StoreError::DiskFull(_) => true,
        StoreError::Database(error) | StoreError::Migration { source: error, .. } => match error.code() {
            None => {
                error.is_closed()
                    || std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
            }
            Some(code) => {
                // Class 08: connection exception. 57P0x: the server is going down or coming up.
                code.code().starts_with("08")
                    || code.code().starts_with("57P")
                    || *code == SqlState::T_R_SERIALIZATION_FAILURE
                    || *code == SqlState::T_R_DEADLOCK_DETECTED
                    || *code == SqlState::TOO_MANY_CONNECTIONS
            }
        },
        _ => false,
    }
}
