//! The switch: one transaction, after which the tenant is in the schema that was filled.

use super::{
    PATIENCE,
    filling::{Filling, drop_schema},
};
use crate::{
    database,
    error::StoreError,
    read::unsigned,
    store::Store,
    tenancy::{TenantId, TenantStatus},
};

/// What came of a switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switched {
    /// The tenant is where it was filled.
    Yes,
    /// It is not: its old log has come to this position, so there is more in it than was saved.
    Moved(u64),
    /// It is not: meanwhile it was restored to another epoch, or there is another tenant of this id.
    Elsewhere,
}

/// What is left of the schema before, until it is dropped. No tenant's id makes such a name.
fn left_over(tenant: &TenantId) -> String {
    format!("gone_{}", tenant.schema())
}

impl Filling {
    /// Puts it in the place of the tenant's schema. `saved`: the position up to which the old log was saved; none if there
    /// is no old log that anybody can read.
    ///
    /// Only the head is locked, and taken away: who waits for it finds it gone, and nobody who holds other tables is waited
    /// for. The rest goes with [`Store::drop_left_over`].
    pub async fn switch(&self, saved: Option<u64>) -> Result<Switched, StoreError> {
        let (tenant, epoch) = (self.placement.world.tenant.as_str(), self.placement.world.epoch);
        let (filled, schema) = (&self.placement.schema, self.placement.world.schema());
        let epoch_before = i32::try_from(epoch).unwrap_or(i32::MAX) - 1;
        let mut admin = database::connection(self.store.admin_pool()).await?;
        let tx = admin.transaction().await?;
        tx.batch_execute(PATIENCE).await?;
        let sql = "SELECT schema_name, epoch, to_regclass(schema_name || '.head') IS NOT NULL,
                       to_regnamespace(schema_name) IS NOT NULL
                   FROM control.tenants WHERE tenant = $1 FOR UPDATE";
        let found = tx.query_opt(sql, &[&tenant]).await?;
        if let Some(row) = &found {
            let (old, has_head, is_there): (&str, bool, bool) = (row.get(0), row.get(2), row.get(3));
            if row.get::<_, i32>(1) != epoch_before {
                return Ok(Switched::Elsewhere);
            }
            if has_head {
                tx.batch_execute(&format!("LOCK TABLE {old}.head IN ACCESS EXCLUSIVE MODE")).await?;
                let head = tx.query_opt(&format!("SELECT position FROM {old}.head"), &[]).await?;
                let head = head.map(|row| unsigned(row.get(0)));
                if let (Some(head), Some(saved)) = (head, saved)
                    && head != saved
                {
                    return Ok(Switched::Moved(head));
                }
                tx.batch_execute(&format!("DROP TABLE {old}.head")).await?;
            }
            if is_there {
                let gone = left_over(&self.placement.world.tenant);
                tx.batch_execute(&format!("DROP SCHEMA IF EXISTS {gone} CASCADE; ALTER SCHEMA {old} RENAME TO {gone}"))
                    .await?;
            }
            let sql = "UPDATE control.tenants SET schema_name = $2, epoch = $3, sealed_as = $4, wrapped_key = ''
                       WHERE tenant = $1";
            tx.execute(sql, &[&tenant, &schema, &(epoch_before + 1), &self.placement.sealed_as.as_str()]).await?;
        } else {
            let now = self.store.clock().now();
            let sql = "INSERT INTO control.tenants (tenant, schema_name, role_name, status, wrapped_key, created_at,
                           sealed_as, restoring_since, epoch, masked, expires_at)
                       SELECT $1, $2, $3, $4, ''::bytea, $5::timestamptz, $6, $5::timestamptz, $7::integer,
                           $8::timestamptz IS NOT NULL, $8
                       WHERE NOT EXISTS (SELECT FROM control.destructions WHERE tenant = $1)";
            let (role, sealed_as) = (&self.placement.role, self.placement.sealed_as.as_str());
            let suspended = TenantStatus::Suspended.as_str();
            if tx
                .execute(
                    sql,
                    &[&tenant, &schema, role, &suspended, &now, &sealed_as, &(epoch_before + 1), &self.expires_at],
                )
                .await?
                == 0
            {
                return Ok(Switched::Elsewhere);
            }
        }
        tx.batch_execute(&format!("ALTER SCHEMA {filled} RENAME TO {schema}")).await?;
        tx.commit().await?;
        drop(admin);
        self.store.tenants().await?;
        Ok(Switched::Yes)
    }
}

impl Store {
    /// Drops what is left of the schema that a tenant was in before. Who still reads in it is waited for.
    pub async fn drop_left_over(&self, tenant: &TenantId) -> Result<(), StoreError> {
        drop_schema(self, &left_over(tenant)).await
    }
}
