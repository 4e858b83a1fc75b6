//! A schema that is filled.

use std::{pin::Pin, sync::Arc};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::SinkExt;
use tokio_postgres::CopyInSink;

use super::PATIENCE;
use crate::{
    database::{self, TenantTx},
    error::StoreError,
    log::Log,
    migrate::{self, Migration, Roles},
    store::Store,
    tenancy::{Incarnation, Placement, TenantId, TenantStatus},
    tenants::make_role,
};

/// Tables that a fresh schema has rows of which no copy brings along.
const OWN_ROWS: [&str; 2] = ["migrations", "tree_head"];

/// Where versions of the tenant's key are for a moment.
const NEWER_KEYS: &str = "newer_tenant_keys";

/// What a schema is filled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To take the place of the one in use.
    Restore,
    /// To be looked at, and thrown away.
    Drill,
}

/// A schema that is filled, and that nobody else knows. Dropped by [`Filling::discard`]; one that a killed process has left,
/// by the next one of the same tenant and purpose.
#[derive(Debug)]
pub struct Filling {
    pub(super) store: Store,
    pub(super) placement: Arc<Placement>,
    /// Of a sandbox: when it is over.
    pub(super) expires_at: Option<DateTime<Utc>>,
}

impl Store {
    /// Begins to fill a schema. `sealed_as`: whose id what comes into it is bound to. A world of epoch 0 is one that never
    /// takes another's place.
    pub async fn fill(&self, world: Incarnation, sealed_as: TenantId, purpose: Purpose) -> Result<Filling, StoreError> {
        // Of a tenant that is there, its own.
        let role = match self.placement(&world.tenant).await {
            Ok(placement) => placement.role,
            Err(StoreError::UnknownTenant(_)) => self.role_of(&world.tenant),
            Err(error) => return Err(error),
        };
        let schema = schema(&world.tenant, purpose);
        let mut admin = database::connection(self.admin_pool()).await?;
        let tx = admin.transaction().await?;
        make_role(&tx, &role, self.server_role()).await?;
        tx.batch_execute(&format!("{PATIENCE}; DROP SCHEMA IF EXISTS {schema} CASCADE")).await?;
        tx.commit().await?;
        // By itself, before its tables: Citus does not take both in one statement.
        admin.batch_execute(&format!("CREATE SCHEMA {schema}")).await?;
        admin.batch_execute(&format!("GRANT USAGE ON SCHEMA {schema} TO {role}")).await?;
        let placement = Placement {
            schema,
            role,
            status: TenantStatus::Suspended,
            wrapped_key: vec![],
            world,
            sealed_as,
            mask: None,
            doubted: Arc::default(),
            seats: self.seats(),
        };
        Ok(Filling { store: self.clone(), placement: Arc::new(placement), expires_at: None })
    }

    /// Drops what a killed process has left of a schema that it filled.
    pub async fn discard_filling(&self, tenant: &TenantId, purpose: Purpose) -> Result<(), StoreError> {
        drop_schema(self, &schema(tenant, purpose)).await
    }
}

/// No tenant's id makes such a name.
fn schema(tenant: &TenantId, purpose: Purpose) -> String {
    match purpose {
        Purpose::Restore => format!("filling_{}", tenant.schema()),
        Purpose::Drill => format!("drill_{}", tenant.schema()),
    }
}

pub(super) async fn drop_schema(store: &Store, schema: &str) -> Result<(), StoreError> {
    let mut admin = database::connection(store.admin_pool()).await?;
    let tx = admin.transaction().await?;
    tx.batch_execute(&format!("{PATIENCE}; DROP SCHEMA IF EXISTS {schema} CASCADE")).await?;
    Ok(tx.commit().await?)
}

impl Filling {
    /// Makes it a sandbox, which is destroyed when it expires: fields whose keys it does not have show what is made up.
    #[must_use]
    pub fn as_sandbox(mut self, expires_at: DateTime<Utc>) -> Self {
        Arc::make_mut(&mut self.placement).mask = Some(self.store.mask());
        self.expires_at = Some(expires_at);
        self
    }

    /// Whether it was made one.
    pub fn is_sandbox(&self) -> bool {
        self.expires_at.is_some()
    }

    /// Runs those of `migrations` that did not run yet.
    pub async fn migrate(&self, migrations: &[Migration]) -> Result<(), StoreError> {
        let mut admin = database::connection(self.store.admin_pool()).await?;
        let roles = Roles { tenant: &self.placement.role, server: self.store.server_role() };
        migrate::run(&mut admin, &self.placement.schema, &roles, migrations).await?;
        Ok(())
    }

    /// Empties the tables of what the migrations have put in: the copy has all of it.
    pub async fn clear(&self) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let sql = "SELECT string_agg(quote_ident(relname), ', ') FROM pg_class
                   WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname <> ALL ($1)";
        if let Some(tables) = tx.query_one(sql, &[&OWN_ROWS.as_slice()]).await?.get::<_, Option<String>>(0) {
            tx.batch_execute(&format!("TRUNCATE {tables}")).await?;
        }
        tx.commit().await
    }

    /// Begins to copy rows in; `copy` is `COPY table (column, …)`, and what follows is PostgreSQL's text format.
    pub async fn copy(&self, copy: &str) -> Result<Copying, StoreError> {
        let tx = self.begin().await?;
        let sink = Box::pin(tx.copy_in(&format!("{copy} FROM STDIN")).await?);
        Ok(Copying { tx, sink })
    }

    /// As [`Filling::copy`], of versions of the tenant's key, of which there are some already.
    pub async fn copy_tenant_keys(&self, columns: &str) -> Result<Copying, StoreError> {
        let tx = self.begin().await?;
        tx.batch_execute(&format!("CREATE TABLE {NEWER_KEYS} (LIKE tenant_keys)")).await?;
        tx.commit().await?;
        self.copy(&format!("COPY {NEWER_KEYS} ({columns})")).await
    }

    /// Takes over those of them that are not there yet.
    pub async fn merge_tenant_keys(&self) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        tx.batch_execute(&format!(
            "INSERT INTO tenant_keys SELECT * FROM {NEWER_KEYS} ON CONFLICT (version) DO NOTHING; DROP TABLE {NEWER_KEYS}"
        ))
        .await?;
        tx.commit().await
    }

    /// A transaction in it, as its owner. A statement may take hours.
    pub async fn begin(&self) -> Result<TenantTx, StoreError> {
        let tx = TenantTx::begin_as_owner(self.store.admin_pool(), &self.placement).await?;
        tx.batch_execute(PATIENCE).await?;
        Ok(tx)
    }

    /// Its log, once its keys are there.
    pub async fn log(&self) -> Result<Log, StoreError> {
        self.store.log_at(&self.placement.world.tenant, (*self.placement).clone()).await
    }

    /// Drops it.
    pub async fn discard(self) -> Result<(), StoreError> {
        drop_schema(&self.store, &self.placement.schema).await
    }
}

/// Rows on their way in.
pub struct Copying {
    tx: TenantTx,
    sink: Pin<Box<CopyInSink<Bytes>>>,
}

impl std::fmt::Debug for Copying {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Copying")
    }
}

impl Copying {
    /// Takes whole lines.
    pub async fn write(&mut self, rows: Bytes) -> Result<(), StoreError> {
        Ok(self.sink.send(rows).await?)
    }

    /// Makes it so; gives how many rows there were.
    pub async fn finish(mut self) -> Result<u64, StoreError> {
        let rows = self.sink.as_mut().finish().await?;
        self.tx.commit().await?;
        Ok(rows)
    }
}
