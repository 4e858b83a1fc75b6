//! A copy of another installation's tenant: its keys are put under this installation's key.

use super::filling::Filling;
use crate::{error::StoreError, master::InstallationKey, seal::StoredTenantKey};

impl Filling {
    /// Puts every version of the tenant's key, which came under `from`, under the key of this installation.
    pub async fn rewrap(&self, from: &InstallationKey) -> Result<(), StoreError> {
        let (keyring, tenant) = (self.store.keyring(), &self.placement.sealed_as);
        let missing = || StoreError::WrongMasterKey { what: format!("tenant {tenant}") };
        let tx = self.begin().await?;
        for row in tx.query("SELECT version, wrapped, claims FROM tenant_keys", &[]).await? {
            let (version, claims) = (row.get(0), row.get(2));
            let wrapped = row.get::<_, Option<Vec<u8>>>(1).ok_or_else(missing)?;
            let key = keyring.rewrapped(from.root(), tenant, &StoredTenantKey { version, wrapped, claims })?;
            let sql = "UPDATE tenant_keys SET wrapped = $2, claims = $3 WHERE version = $1";
            tx.execute(sql, &[&key.version, &key.wrapped, &key.claims]).await?;
        }
        tx.commit().await
    }
}
