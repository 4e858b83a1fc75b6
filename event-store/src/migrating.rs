//! Bringing the schemas of tenants up to date. The control plane keeps the number of the last migration of each, so that a
//! start asks once which are behind.

use futures_util::{StreamExt, stream};

use crate::{
    database,
    error::StoreError,
    migrate::{self, Migration, Roles},
    store::Store,
    tenancy::{Placement, TenantId, TenantStatus},
    tenant_keys,
};

/// Tenants that are brought up to date at the same time: each takes one of the owner's connections.
const AT_ONCE: usize = 2;

impl Store {
    /// Brings every tenant up to date that is behind. One whose migration fails is not served; the others are.
    pub(crate) async fn migrate(&self, progress: &(dyn Fn(&str) + Sync)) -> Result<(), StoreError> {
        let behind = self.behind().await?;
        let mut migrated = stream::iter(behind.into_iter().map(|tenant| async move {
            let placement = self.placement(&tenant).await?;
            let outcome = self.migrate_or_leave_out(&tenant, &placement).await;
            outcome.map(|ran| (tenant, ran))
        }))
        .buffer_unordered(AT_ONCE);
        while let Some(outcome) = migrated.next().await {
            let (tenant, ran) = outcome?;
            ran.iter().for_each(|name| progress(&format!("tenant {tenant}: {name}")));
        }
        Ok(())
    }

    async fn behind(&self) -> Result<Vec<TenantId>, StoreError> {
        let Some(newest) = self.newest() else { return Ok(vec![]) };
        let server = self.server_connection().await?;
        let sql = "SELECT tenant FROM control.tenants WHERE migrated < $1 AND status <> $2 ORDER BY tenant";
        let rows = server.query(sql, &[&newest, &TenantStatus::Destroying.as_str()]).await?;
        Ok(rows.iter().filter_map(|row| row.get::<_, &str>(0).parse().ok()).collect())
    }

    async fn migrate_or_leave_out(
        &self,
        tenant: &TenantId,
        placement: &Placement,
    ) -> Result<Vec<&'static str>, StoreError> {
        match self.migrate_tenant(placement, self.migrations()).await {
            Ok(ran) => {
                self.note_migrated(tenant).await?;
                Ok(ran)
            }
            Err(error @ StoreError::Migration { .. }) if !database::is_transient(&error) => {
                let reason = error.to_string();
                tracing::error!(%tenant, reason, "this tenant is not served");
                self.not_migrated().insert(tenant.clone(), reason);
                Ok(vec![])
            }
            Err(error) => Err(error),
        }
    }

    /// Looks at the schema itself when this process meets a tenant: one that was put back by hand may be older than the
    /// control plane says.
    pub(crate) async fn bring_up_to_date(&self, tenant: &TenantId, placement: &Placement) -> Result<(), StoreError> {
        let Some(newest) = self.newest() else { return Ok(()) };
        let admin = database::connection(self.admin_pool()).await?;
        let sql = format!("SELECT max(number) FROM {}.migrations", placement.schema);
        // A schema that is not there is not made anew: the tenant may have been restored into another one at this moment.
        let found = admin.query_one(&sql, &[]).await?.get::<_, Option<i32>>(0);
        drop(admin);
        if found < Some(newest) {
            self.migrate_or_leave_out(tenant, placement).await?;
            self.check_migrated(tenant)?;
        }
        Ok(())
    }

    pub(crate) async fn migrate_tenant(
        &self,
        placement: &Placement,
        migrations: &[Migration],
    ) -> Result<Vec<&'static str>, StoreError> {
        let mut admin = database::connection(self.admin_pool()).await?;
        let roles = Roles { tenant: &placement.role, server: self.server_role() };
        let ran = migrate::run(&mut admin, &placement.schema, &roles, migrations).await?;
        if !migrations.is_empty() && !placement.wrapped_key.is_empty() {
            tenant_keys::bring_first(&admin, placement).await?;
        }
        Ok(ran)
    }

    /// The schema of a tenant is the one that this program knows.
    pub(crate) async fn note_migrated(&self, tenant: &TenantId) -> Result<(), StoreError> {
        let Some(newest) = self.newest() else { return Ok(()) };
        let admin = database::connection(self.admin_pool()).await?;
        // A newer program may have gone further meanwhile.
        let sql = "UPDATE control.tenants SET migrated = $2 WHERE tenant = $1 AND migrated < $2";
        admin.execute(sql, &[&tenant.as_str(), &newest]).await?;
        Ok(())
    }

    /// Refuses a tenant whose schema is not the one that this program knows.
    pub(crate) fn check_migrated(&self, tenant: &TenantId) -> Result<(), StoreError> {
        match self.not_migrated().get(tenant) {
            Some(reason) => Err(StoreError::NotMigrated { tenant: tenant.clone(), reason: reason.clone() }),
            None => Ok(()),
        }
    }
}
