//! Tenants as the control plane knows them: made, opened for everybody, listed.

use chrono::{DateTime, Utc};
use deadpool_postgres::Transaction;

use crate::{
    database,
    error::StoreError,
    log::Log,
    migrate::Migration,
    store::{Store, epoch},
    tenancy::{Incarnation, TenantId, TenantStatus},
};

/// A tenant in the control plane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantRecord {
    /// Its id.
    pub tenant: TenantId,
    /// Whether its world can be used.
    pub status: TenantStatus,
    /// When making it began.
    pub created_at: DateTime<Utc>,
    /// Since when it is suspended, if an operator suspended it.
    pub suspended_at: Option<DateTime<Utc>>,
    /// When it is to be deleted, if it is.
    pub delete_after: Option<DateTime<Utc>>,
    /// When it is destroyed, if it is a sandbox.
    pub expires_at: Option<DateTime<Utc>>,
    /// Which of its worlds this is: one more for each restore from a backup in place.
    pub epoch: u32,
}

pub(crate) const COLUMNS: &str = "tenant, status, created_at, suspended_at, delete_after, epoch, expires_at";

pub(crate) fn record(row: &tokio_postgres::Row) -> Option<TenantRecord> {
    let (tenant, status) = (row.get::<_, &str>(0).parse().ok()?, TenantStatus::of(row.get(1)));
    let (created_at, suspended_at, delete_after) = (row.get(2), row.get(3), row.get(4));
    let expires_at = row.get(6);
    Some(TenantRecord { tenant, status, created_at, suspended_at, delete_after, expires_at, epoch: epoch(row.get(5)) })
}

impl Store {
    /// Makes a tenant's world: role, schema, tables, key. Idempotent, also for several who do it at once, and resumed when
    /// it was interrupted; the tenant is not active before [`Store::activate`].
    pub async fn provision(&self, tenant: &TenantId, migrations: &[Migration]) -> Result<Log, StoreError> {
        let mut admin = database::connection(self.admin_pool()).await?;
        admin
            .execute(
                "INSERT INTO control.tenants (tenant, schema_name, role_name, status, wrapped_key, created_at)
                 SELECT $1, $2, $3, $4, $5::bytea, $6::timestamptz WHERE NOT EXISTS (SELECT FROM control.destructions WHERE tenant = $1)
                 ON CONFLICT DO NOTHING",
                &[
                    &tenant.as_str(),
                    &Incarnation { tenant: tenant.clone(), epoch: 1 }.schema(),
                    &self.role_of(tenant),
                    &TenantStatus::Provisioning.as_str(),
                    &self.keyring().new_tenant_key(tenant),
                    &self.clock().now(),
                ],
            )
            .await?;
        let placement = self.placement(tenant).await?;
        let (schema, role) = (&placement.schema, &placement.role);
        let tx = admin.transaction().await?;
        take_turns(&tx, tenant).await?;
        make_role(&tx, role, self.server_role()).await?;
        tx.commit().await?;
        drop(admin);
        self.migrate_tenant(&placement, migrations).await?;
        self.note_migrated(tenant).await?;
        self.not_migrated().remove(tenant);
        let mut admin = database::connection(self.admin_pool()).await?;
        let tx = admin.transaction().await?;
        take_turns(&tx, tenant).await?;
        tx.batch_execute(&format!("GRANT USAGE ON SCHEMA {schema} TO {role}")).await?;
        tx.commit().await?;
        drop(admin);
        self.log_at(tenant, placement).await
    }

    /// Opens a provisioned tenant for everybody.
    pub async fn activate(&self, tenant: &TenantId) -> Result<(), StoreError> {
        let admin = database::connection(self.admin_pool()).await?;
        let sql = "UPDATE control.tenants SET status = $2 WHERE tenant = $1 AND status = $3";
        let (from, to) = (TenantStatus::Provisioning.as_str(), TenantStatus::Active.as_str());
        admin.execute(sql, &[&tenant.as_str(), &to, &from]).await?;
        Ok(())
    }

    /// Every tenant of this installation, by name. Cross-tenant: for start-up, migrations and operators. From then on this
    /// process knows which are suspended, and uses no log of a world that another has taken the place of.
    pub async fn tenants(&self) -> Result<Vec<(TenantId, TenantStatus)>, StoreError> {
        let server = self.server_connection().await?;
        let rows = server.query("SELECT tenant, status, epoch FROM control.tenants ORDER BY tenant", &[]).await?;
        let listed = |row: &tokio_postgres::Row| {
            let world = Incarnation { tenant: row.get::<_, &str>(0).parse().ok()?, epoch: epoch(row.get(2)) };
            Some((world, TenantStatus::of(row.get(1))))
        };
        let (worlds, all): (Vec<_>, Vec<_>) =
            rows.iter().filter_map(listed).map(|(world, status)| (world.clone(), (world.tenant, status))).unzip();
        self.note_worlds(&worlds);
        let closed = |status| matches!(status, TenantStatus::Suspended | TenantStatus::Destroying);
        self.note_suspended(all.iter().filter(|(_, status)| closed(*status)).map(|(id, _)| id.clone()).collect());
        Ok(all)
    }

    /// At most `limit` tenants, by name, after one of them.
    pub async fn tenant_page(&self, after: Option<&str>, limit: u16) -> Result<Vec<TenantRecord>, StoreError> {
        let server = self.server_connection().await?;
        let sql = format!(
            "SELECT {COLUMNS} FROM control.tenants WHERE $1::text IS NULL OR tenant COLLATE \"C\" > $1
             ORDER BY tenant COLLATE \"C\" LIMIT $2"
        );
        let rows = server.query(&sql, &[&after, &i64::from(limit)]).await?;
        Ok(rows.iter().filter_map(record).collect())
    }

    /// One tenant.
    pub async fn tenant(&self, tenant: &TenantId) -> Result<Option<TenantRecord>, StoreError> {
        let server = self.server_connection().await?;
        let sql = format!("SELECT {COLUMNS} FROM control.tenants WHERE tenant = $1");
        Ok(server.query_opt(&sql, &[&tenant.as_str()]).await?.as_ref().and_then(record))
    }
}

/// Makes the role of a tenant, which the server may become.
pub(crate) async fn make_role(tx: &Transaction<'_>, role: &str, server: &str) -> Result<(), StoreError> {
    if tx.query_opt("SELECT FROM pg_roles WHERE rolname = $1", &[&role]).await?.is_none() {
        tx.batch_execute(&format!("CREATE ROLE {role} LOGIN")).await?;
    }
    Ok(tx.batch_execute(&format!("GRANT {role} TO {server}")).await?)
}

/// Who changes roles and their grants at the same time gets an error of PostgreSQL, not a wait.
async fn take_turns(tx: &Transaction<'_>, tenant: &TenantId) -> Result<(), StoreError> {
    tx.execute("SELECT FROM control.tenants WHERE tenant = $1 FOR UPDATE", &[&tenant.as_str()]).await?;
    Ok(())
}
