//! The versions of a tenant's key: which there are, how a process learns of another, and how one takes the place of the one
//! before without an event being written anew.
//!
//! What is sealed under a version names it, by a foreign key. So the database refuses to let one go that anything still
//! needs, and refuses whatever a process seals under one that is gone: that process then asks for the versions, and seals
//! again. What a process cannot open, it tries again after it asked.

use std::sync::{Arc, PoisonError};

use tokio_postgres::{Client, Row, error::SqlState};

use crate::{
    database::{self, TenantTx},
    error::StoreError,
    log::{Log, LogInner},
    seal::{Holder, Keyring, StoredTenantKey, TenantKeys},
    tenancy::Placement,
};

/// Rows that are sealed anew in one transaction.
const BATCH: i64 = 1_000;

/// Values of one table that are sealed under the tenant's key.
#[derive(Clone, Copy, Debug)]
pub struct SealedColumn {
    /// Its name.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The place that a value is sealed for, as an expression over the row; chr(1) in it stands for NUL.
    pub place: &'static str,
}

const SUBJECT_KEYS: SealedColumn =
    SealedColumn { table: "subject_keys", column: "wrapped", place: "subject || chr(1) || key_id" };
const LOG_KEYS: SealedColumn =
    SealedColumn { table: "log_keys", column: "sealed_private_key", place: "'log key' || chr(1) || public_key" };

/// A secret of a tenant, sealed: both go into the row.
#[derive(Clone, Debug)]
pub struct SealedSecret {
    /// What opens in its place only.
    pub bytes: Vec<u8>,
    /// The version of the tenant's key that it needs.
    pub key_version: i32,
}

/// Whether a version could be taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retired {
    /// Only the newest is left.
    Yes,
    /// Something was sealed under it meanwhile: seal that anew, and try again.
    StillNeeded,
}

/// How the database refuses what is sealed under a version that is gone.
fn is_retired(error: &StoreError) -> bool {
    matches!(error, StoreError::Database(error) if error.code() == Some(&SqlState::FOREIGN_KEY_VIOLATION))
}

const VERSIONS: &str = "SELECT version, wrapped, claims FROM tenant_keys ORDER BY version DESC";

/// All versions there are.
pub(crate) async fn load(
    pool: &deadpool_postgres::Pool,
    placement: &Placement,
    keyring: &Keyring,
) -> Result<TenantKeys, StoreError> {
    let rows = match TenantTx::once(pool, placement, VERSIONS, &[]).await {
        // An auditor's tool finds an older installation as it is.
        Err(StoreError::Database(error)) if error.code() == Some(&SqlState::UNDEFINED_TABLE) => vec![],
        found => found?,
    };
    opened(&rows, placement, keyring)
}

/// Brings the first version into the tenant's schema, so that a copy of that opens by itself.
pub(crate) async fn bring_first(admin: &Client, placement: &Placement) -> Result<(), StoreError> {
    let sql = format!("UPDATE {}.tenant_keys SET wrapped = $1 WHERE version = 1 AND wrapped IS NULL", placement.schema);
    admin.execute(&sql, &[&placement.wrapped_key]).await?;
    Ok(())
}

fn opened(rows: &[Row], placement: &Placement, keyring: &Keyring) -> Result<TenantKeys, StoreError> {
    let first = |wrapped: Option<Vec<u8>>| wrapped.unwrap_or_else(|| placement.wrapped_key.clone());
    let version = |row: &Row| StoredTenantKey { version: row.get(0), wrapped: first(row.get(1)), claims: row.get(2) };
    let mut stored: Vec<_> = rows.iter().map(version).collect();
    if stored.is_empty() {
        stored.push(StoredTenantKey { version: 1, wrapped: first(None), claims: None });
    }
    let holder = Holder { world: placement.world.clone(), sealed_as: placement.sealed_as.clone() };
    keyring.tenant_keys(&holder, &stored)
}

impl LogInner {
    /// The versions that this process knows.
    pub(crate) fn keys(&self) -> Arc<TenantKeys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Asks which versions there are; gives whether that is another answer than before. Who has a transaction asks in
    /// that: nobody may wait for a second connection while holding one.
    pub(crate) async fn refresh_keys(&self, tx: Option<&TenantTx>) -> Result<bool, StoreError> {
        let rows = match tx {
            Some(tx) => tx.query(&tx.statement(VERSIONS).await?, &[]).await?,
            None => TenantTx::once(&self.pool, &self.placement, VERSIONS, &[]).await?,
        };
        let fresh = opened(&rows, &self.placement, &self.keyring)?;
        let mut known = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let changed = known.versions() != fresh.versions();
        *known = Arc::new(fresh);
        Ok(changed)
    }

    /// Whether something failed because this process did not know the versions that there are. Now it does.
    pub(crate) async fn is_outdated(&self, error: &StoreError) -> Result<bool, StoreError> {
        Ok(match error {
            error if is_retired(error) => {
                self.refresh_keys(None).await?;
                true
            }
            StoreError::WrongMasterKey { .. } => self.refresh_keys(None).await?,
            _ => false,
        })
    }

    /// Opens with the versions that are known, and tries again where others are found.
    pub(crate) async fn opening<T: Send>(
        &self,
        tx: Option<&TenantTx>,
        open: impl Fn(&TenantKeys) -> Result<T, StoreError> + Send + Sync,
    ) -> Result<T, StoreError> {
        match open(&self.keys()) {
            Err(StoreError::WrongMasterKey { .. }) if self.refresh_keys(tx).await? => open(&self.keys()),
            done => done,
        }
    }

    /// Opens what [`Log::seal_secret`] sealed for this place.
    pub(crate) async fn open_secret(
        &self,
        tx: Option<&TenantTx>,
        about: &str,
        sealed: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let unfit = || StoreError::WrongMasterKey { what: about.replace('\0', " ") };
        self.opening(tx, |keys| keys.open_secret(about, sealed).ok_or_else(unfit)).await
    }

    /// As [`Log::seal_secret`].
    pub(crate) fn seal_secret(&self, about: &str, secret: &[u8]) -> SealedSecret {
        let keys = self.keys();
        SealedSecret { bytes: self.keyring.seal_secret(&keys, about, secret), key_version: keys.version() }
    }
}

impl Log {
    /// Makes the next version of the tenant's key, unless an interrupted change left one; gives the newest. From then on
    /// everything is sealed under it, by every process within a second.
    pub async fn begin_key_rotation(&self) -> Result<i32, StoreError> {
        self.inner.refresh_keys(None).await?;
        let keys = self.inner.keys();
        if keys.versions().len() > 1 {
            return Ok(keys.version());
        }
        let next = self.inner.keyring.next_tenant_key(&keys);
        let admin = database::connection(&self.inner.admin).await?;
        let sql = format!(
            "INSERT INTO {}.tenant_keys (version, wrapped, claims, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (version) DO NOTHING",
            self.inner.placement.schema
        );
        admin.execute(&sql, &[&next.version, &next.wrapped, &next.claims, &self.inner.clock.now()]).await?;
        self.inner.refresh_keys(None).await?;
        Ok(self.inner.keys().version())
    }

    /// Seals anew what the store itself keeps under older versions. `progress` hears of every batch.
    pub async fn reseal_own(&self, progress: &(dyn Fn(u64) + Sync)) -> Result<(), StoreError> {
        for column in [SUBJECT_KEYS, LOG_KEYS] {
            self.reseal(column, progress).await?;
        }
        Ok(())
    }

    /// Seals anew what a column holds under older versions, batch by batch, each in a transaction of its own.
    pub async fn reseal(&self, column: SealedColumn, progress: &(dyn Fn(u64) + Sync)) -> Result<(), StoreError> {
        let SealedColumn { table, column: sealed, place } = column;
        let select = format!(
            "SELECT ctid::text, {place}, {sealed} FROM {table} WHERE ctid > $1::text::tid AND key_version < $2
             ORDER BY ctid LIMIT {BATCH} FOR UPDATE"
        );
        let update = format!(
            "UPDATE {table} SET {sealed} = row.sealed, key_version = $3
             FROM unnest($1::text[], $2::bytea[]) AS row (at, sealed) WHERE {table}.ctid = row.at::tid"
        );
        let keys = self.inner.keys();
        let mut after = "(0,0)".to_owned();
        loop {
            let tx = self.begin().await?;
            let rows = tx.query(&tx.statement(&select).await?, &[&after, &keys.version()]).await?;
            let Some(last) = rows.last() else { return tx.commit().await };
            after = last.get(0);
            let (mut at, mut anew) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
            for row in &rows {
                let place = row.get::<_, &str>(1).replace('\u{1}', "\0");
                let about =
                    if table == SUBJECT_KEYS.table { keys.about_key(&place) } else { keys.about_secret(&place) };
                let opened = keys.open(&about, row.get(2)).ok_or(StoreError::WrongMasterKey { what: place })?;
                at.push(row.get::<_, String>(0));
                anew.push(self.inner.keyring.seal_under(&keys, &about, &opened));
            }
            tx.execute(&update, &[&at, &anew, &keys.version()]).await?;
            tx.commit().await?;
            progress(rows.len() as u64);
        }
    }

    /// Takes every version but the newest away, for ever, if nothing needs one.
    pub async fn finish_key_rotation(&self) -> Result<Retired, StoreError> {
        let version = self.inner.keys().version();
        let admin = database::connection(&self.inner.admin).await?;
        let sql = format!("DELETE FROM {}.tenant_keys WHERE version < $1", self.inner.placement.schema);
        match admin.execute(&sql, &[&version]).await {
            Err(error) if error.code() == Some(&SqlState::FOREIGN_KEY_VIOLATION) => return Ok(Retired::StillNeeded),
            done => done?,
        };
        let tenant = self.tenant().as_str();
        admin.execute("UPDATE control.tenants SET wrapped_key = '' WHERE tenant = $1", &[&tenant]).await?;
        self.inner.refresh_keys(None).await?;
        Ok(Retired::Yes)
    }

    /// Learns of another version than this process seals under: for those who seal in this transaction.
    pub async fn learn_keys(&self, tx: &TenantTx) -> Result<(), StoreError> {
        let statement = tx.statement("SELECT max(version) FROM tenant_keys").await?;
        let newest: Option<i32> = tx.query_one(&statement, &[]).await?.get(0);
        if newest.is_some_and(|newest| newest > self.inner.keys().version()) {
            self.inner.refresh_keys(Some(tx)).await?;
        }
        Ok(())
    }
}
