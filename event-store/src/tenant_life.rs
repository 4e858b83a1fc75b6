//! How a tenant's life is interrupted, and how it ends.
//!
//! The end is one way: once it has begun, the next call goes on with it. What was there is counted first; then the schema
//! goes with its keys, the roles, and all that the control plane knows of it but that count.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{
    database,
    error::StoreError,
    store::Store,
    tenancy::{TenantId, TenantStatus},
    tenants::{COLUMNS, TenantRecord, record},
};

/// A tenant's status follows from what keeps it closed.
pub(crate) const STATUS: &str = "
    UPDATE control.tenants SET status =
        CASE WHEN coalesce(suspended_at, delete_after, restoring_since) IS NULL THEN 'active' ELSE 'suspended' END
    WHERE tenant = $1 AND status IN ('active', 'suspended')";

/// Whose end has begun, or may begin at `$1`: those that an operator deleted, and sandboxes that are over.
const DOOMED: &str = "status = 'destroying' OR (status = 'suspended' AND delete_after <= $1)
    OR (status IN ('active', 'suspended') AND expires_at <= $1)";

/// What is left of a tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct Destruction {
    /// Whose.
    pub tenant: TenantId,
    /// When it began.
    pub begun_at: DateTime<Utc>,
    /// What was there.
    pub facts: Value,
    /// What was signed of it, once nothing was left.
    pub certificate: Option<String>,
}

/// What an operator does to a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interruption {
    /// Closes it.
    Suspend,
    /// Opens it, unless it is to be deleted.
    Resume,
    /// Closes it, and lets it be deleted, not before then.
    Delete(DateTime<Utc>),
    /// Lets it stay; it is open again unless it was suspended.
    Restore,
}

impl Store {
    /// Does it, for every process within seconds; none if there is no such tenant in use.
    pub async fn interrupt(&self, tenant: &TenantId, what: Interruption) -> Result<Option<TenantRecord>, StoreError> {
        let now = self.clock().now();
        let (column, at) = match what {
            Interruption::Suspend => ("suspended_at", Some(now)),
            Interruption::Resume => ("suspended_at", None),
            Interruption::Delete(after) => ("delete_after", Some(after)),
            Interruption::Restore => ("delete_after", None),
        };
        let mut admin = database::connection(self.admin_pool()).await?;
        let tx = admin.transaction().await?;
        let (active, suspended) = (TenantStatus::Active.as_str(), TenantStatus::Suspended.as_str());
        // What was said first stays.
        let also = if what == Interruption::Restore { ", delete_backups = false" } else { "" };
        let sql = format!(
            "UPDATE control.tenants SET {column} = CASE WHEN $2::timestamptz IS NOT NULL THEN coalesce({column}, $2) END{also}
             WHERE tenant = $1 AND status IN ('{active}', '{suspended}')"
        );
        tx.execute(&sql, &[&tenant.as_str(), &at]).await?;
        let row = tx.query_opt(&format!("{STATUS} RETURNING {COLUMNS}"), &[&tenant.as_str()]).await?;
        tx.commit().await?;
        drop(admin);
        self.tenants().await?;
        Ok(row.as_ref().and_then(record))
    }

    /// The tenants whose time is over, and those whose end was interrupted.
    pub async fn doomed(&self) -> Result<Vec<TenantId>, StoreError> {
        let server = self.server_connection().await?;
        let sql = format!("SELECT tenant FROM control.tenants WHERE {DOOMED}");
        let rows = server.query(&sql, &[&self.clock().now()]).await?;
        Ok(rows.iter().filter_map(|row| row.get::<_, &str>(0).parse().ok()).collect())
    }

    /// Begins the end of a tenant whose time is over, with the count of what is there; gives whether it has begun, by this
    /// call or an earlier one. What was counted first stays.
    pub async fn begin_destruction(&self, tenant: &TenantId, facts: &Value) -> Result<bool, StoreError> {
        let now = self.clock().now();
        let mut admin = database::connection(self.admin_pool()).await?;
        let tx = admin.transaction().await?;
        let sql = format!("UPDATE control.tenants SET status = 'destroying' WHERE tenant = $2 AND ({DOOMED})");
        let begun = tx.execute(&sql, &[&now, &tenant.as_str()]).await? == 1;
        if begun {
            let sql = "INSERT INTO control.destructions (tenant, begun_at, facts) VALUES ($1, $2, $3)
                       ON CONFLICT (tenant) DO NOTHING";
            tx.execute(sql, &[&tenant.as_str(), &now, facts]).await?;
        }
        tx.commit().await?;
        Ok(begun)
    }

    /// Removes all that the database has of a tenant whose end has begun, but for its row in the control plane: at once, or
    /// not at all. Several who do it wait for each other, and find nothing left.
    pub async fn destroy(&self, tenant: &TenantId) -> Result<(), StoreError> {
        let mut admin = database::connection(self.admin_pool()).await?;
        let tx = admin.transaction().await?;
        let sql = "UPDATE control.tenants SET wrapped_key = '' WHERE tenant = $1 AND status = $2
                   RETURNING schema_name, role_name";
        let destroying = TenantStatus::Destroying.as_str();
        let Some(row) = tx.query_opt(sql, &[&tenant.as_str(), &destroying]).await? else { return Ok(()) };
        let (schema, role): (String, String) = (row.get(0), row.get(1));
        let readers = format!("{role}_reader");
        // Its own, its analysts', and what a replay may have left: whatever its roles may enter.
        let schemas = "SELECT nspname::text FROM pg_namespace
                       WHERE nspname <> 'control' AND nspname !~ '^(pg_|information_schema)'
                           AND (nspname = $1 OR EXISTS (SELECT FROM pg_roles r, aclexplode(nspacl) granted
                               WHERE r.rolname IN ($2, $3) AND granted.grantee = r.oid))";
        for row in tx.query(schemas, &[&schema, &role, &readers]).await? {
            tx.batch_execute(&format!("DROP SCHEMA {} CASCADE", row.get::<_, String>(0))).await?;
        }
        tx.batch_execute(&format!("DROP ROLE IF EXISTS {readers}; DROP ROLE IF EXISTS {role}")).await?;
        for table in ["moved", "erasures", "hosts", "restores"] {
            tx.execute(&format!("DELETE FROM control.{table} WHERE tenant = $1"), &[&tenant.as_str()]).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Ends the end: the certificate is kept, and nothing else.
    pub async fn certify_destruction(&self, tenant: &TenantId, certificate: &str) -> Result<(), StoreError> {
        let mut admin = database::connection(self.admin_pool()).await?;
        let tx = admin.transaction().await?;
        let sql = "UPDATE control.destructions SET certificate = $2 WHERE tenant = $1 AND certificate IS NULL";
        tx.execute(sql, &[&tenant.as_str(), &certificate]).await?;
        for table in ["tenants", "moved"] {
            tx.execute(&format!("DELETE FROM control.{table} WHERE tenant = $1"), &[&tenant.as_str()]).await?;
        }
        tx.commit().await?;
        drop(admin);
        self.forget_log(tenant);
        self.tenants().await?;
        Ok(())
    }

    /// What is left of a tenant; none if it is all there, or never was.
    pub async fn destruction(&self, tenant: &TenantId) -> Result<Option<Destruction>, StoreError> {
        let server = self.server_connection().await?;
        let sql = "SELECT begun_at, facts, certificate FROM control.destructions WHERE tenant = $1";
        let row = server.query_opt(sql, &[&tenant.as_str()]).await?;
        Ok(row.map(|row| Destruction {
            tenant: tenant.clone(),
            begun_at: row.get(0),
            facts: row.get(1),
            certificate: row.get(2),
        }))
    }
}
