//! Who holds a tenant: it is saved, brought back or tidied by one at a time, in the whole installation.

use deadpool_postgres::{ClientWrapper, Object};

use crate::{database, error::StoreError, store::Store, tenancy::TenantId};

/// A tenant that nobody else saves or brings back meanwhile. It is let go when this is dropped, or its process dies.
///
/// It is a lock of a session of the owner's login, which belongs to no pool: it may be held for hours. It is on the
/// tenant's name, so that one of which only backups are left can be held, too.
pub struct Hold {
    pub(super) client: ClientWrapper,
    tenant: TenantId,
}

impl std::fmt::Debug for Hold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hold({})", self.tenant)
    }
}

impl Store {
    /// Holds a tenant, as soon as nobody else does.
    pub async fn hold(&self, tenant: &TenantId) -> Result<Hold, StoreError> {
        let (client, name) = self.unpooled(tenant, "backup").await?;
        client.execute("SELECT pg_advisory_lock(hashtextextended($1, 0))", &[&name]).await?;
        Ok(Hold { client, tenant: tenant.clone() })
    }

    /// Holds a tenant, unless somebody else does.
    pub async fn try_hold(&self, tenant: &TenantId) -> Result<Option<Hold>, StoreError> {
        self.try_turn(tenant, "backup").await
    }

    /// The same for another kind of work, which one process at a time does for a tenant: it goes on beside those of other kinds.
    pub async fn try_turn(&self, tenant: &TenantId, work: &str) -> Result<Option<Hold>, StoreError> {
        let (client, name) = self.unpooled(tenant, work).await?;
        let sql = "SELECT pg_try_advisory_lock(hashtextextended($1, 0))";
        let held = client.query_one(sql, &[&name]).await?.get(0);
        Ok(Some(Hold { client, tenant: tenant.clone() }).filter(|_| held))
    }

    async fn unpooled(&self, tenant: &TenantId, work: &str) -> Result<(ClientWrapper, String), StoreError> {
        let client = Object::take(database::connection(self.admin_pool()).await?);
        // A table takes as long as it takes, and so does the store that it goes to.
        client.batch_execute("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0").await?;
        Ok((client, format!("ledgerdesk {work} {tenant}")))
    }
}

impl Hold {
    /// Who is held.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Fails if it was lost: the session ended, and somebody else may hold the tenant.
    pub async fn check(&self) -> Result<(), StoreError> {
        Ok(self.client.batch_execute("").await?)
    }
}
