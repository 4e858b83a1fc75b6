//! A tenant is closed while it is restored: suspended for everybody of it, whatever an operator did.

use chrono::{DateTime, Utc};

use crate::{database, error::StoreError, store::Store, tenancy::TenantId, tenant_life::STATUS};

impl Store {
    /// Closes it, for every process within seconds. Gives whether there is such a tenant, in use or suspended.
    pub async fn close_for_restore(&self, tenant: &TenantId) -> Result<bool, StoreError> {
        self.set_restoring(tenant, Some(self.clock().now())).await
    }

    /// Opens it again, unless it is suspended otherwise.
    pub async fn open_after_restore(&self, tenant: &TenantId) -> Result<bool, StoreError> {
        self.set_restoring(tenant, None).await
    }

    async fn set_restoring(&self, tenant: &TenantId, since: Option<DateTime<Utc>>) -> Result<bool, StoreError> {
        let mut admin = database::connection(self.admin_pool()).await?;
        let tx = admin.transaction().await?;
        let sql = "UPDATE control.tenants
                   SET restoring_since = CASE WHEN $2::timestamptz IS NOT NULL THEN coalesce(restoring_since, $2) END
                   WHERE tenant = $1 AND status IN ('active', 'suspended')";
        let found = tx.execute(sql, &[&tenant.as_str(), &since]).await?;
        tx.execute(STATUS, &[&tenant.as_str()]).await?;
        tx.commit().await?;
        drop(admin);
        self.tenants().await?;
        Ok(found == 1)
    }
}
