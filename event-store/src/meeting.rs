//! How a process meets a tenant: it finds out where its world is, sees that the schema is this program's, opens its keys,
//! and does for it what must be done before anybody is served.

use std::sync::{Arc, PoisonError};

use futures_util::future::BoxFuture;

use crate::{
    database::TenantTx,
    error::StoreError,
    log::Log,
    store::Store,
    tenancy::{Incarnation, Placement, TenantId, TenantStatus},
    tenant_keys,
};

/// What must be done for a tenant before this process serves it.
pub(crate) type Admission = dyn Fn(Log) -> BoxFuture<'static, Result<(), StoreError>> + Send + Sync;

impl Store {
    /// From now on [`Store::log`] gives nobody a log before this was done for it, once in this process. Where it fails,
    /// whoever asked is told why, and the next one tries anew.
    pub fn admit_by(
        &self,
        admission: impl Fn(Log) -> BoxFuture<'static, Result<(), StoreError>> + Send + Sync + 'static,
    ) {
        *self.admission().write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(admission));
    }

    /// From now on nothing is to be done for a tenant before it is served.
    pub fn admit_all(&self) {
        *self.admission().write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The log of a tenant that is in use, or was until it was suspended.
    pub async fn log(&self, tenant: &TenantId) -> Result<Log, StoreError> {
        let known = self.logs().get(tenant).cloned();
        let log = match known {
            Some(log) if !log.is_doubted() => log,
            known => self.meet(tenant, known).await?,
        };
        let admission = self.admission().read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(admission) = admission {
            log.inner.admitted.get_or_try_init(|| admission(log.clone())).await?;
        }
        Ok(log)
    }

    async fn meet(&self, tenant: &TenantId, known: Option<Log>) -> Result<Log, StoreError> {
        self.check_migrated(tenant)?;
        let placement = self.placement(tenant).await?;
        if let Some(log) = known.filter(|log| *log.incarnation() == placement.world) {
            log.trust();
            return Ok(log);
        }
        let placement = in_use(tenant, placement)?;
        if placement.status == TenantStatus::Suspended {
            self.note_also_suspended(tenant);
        }
        self.bring_up_to_date(tenant, &placement).await?;
        let log = self.log_at(tenant, placement).await?;
        let mut logs = self.logs();
        // Two requests may have met the tenant at once: one writer per world and process.
        let known = logs.entry(tenant.clone()).or_insert_with(|| log.clone());
        if known.epoch() < log.epoch() {
            *known = log;
        }
        Ok(known.clone())
    }

    /// The log of a tenant for a moment's work: the one that this process has, or one that it does not keep. Nothing is
    /// done for the tenant first.
    pub async fn passing_log(&self, tenant: &TenantId) -> Result<Log, StoreError> {
        let known = self.logs().get(tenant).cloned();
        if let Some(log) = known {
            return Ok(log);
        }
        self.check_migrated(tenant)?;
        let placement = in_use(tenant, self.placement(tenant).await?)?;
        self.log_at(tenant, placement).await
    }

    /// A transaction in the world of a tenant that this process need not have met: to see whether there is work.
    pub async fn look_into(&self, tenant: &TenantId) -> Result<TenantTx, StoreError> {
        self.check_migrated(tenant)?;
        let placement = in_use(tenant, self.placement(tenant).await?)?;
        TenantTx::begin(self.server_pool(), &placement).await
    }

    /// The logs of all tenants in use that this process has met.
    pub fn met(&self) -> Vec<Log> {
        let mut met: Vec<Log> = self.logs().values().cloned().collect();
        met.retain(|log| !self.is_suspended(log.tenant()));
        met.sort_by(|one, other| one.tenant().cmp(other.tenant()));
        met
    }

    /// A process says that the log of a world has come to `position`.
    pub(crate) fn heard(&self, world: &Incarnation, position: u64) {
        let logs = self.logs();
        let Some(log) = logs.get(&world.tenant).filter(|log| log.incarnation() == world) else { return };
        log.inner.committed.send_if_modified(|committed| {
            let further = position > *committed;
            *committed = position.max(*committed);
            further
        });
    }

    pub(crate) async fn log_at(&self, tenant: &TenantId, placement: Placement) -> Result<Log, StoreError> {
        let keys = tenant_keys::load(self.server_pool(), &placement, self.keyring()).await?;
        Ok(self.open_log(tenant.clone(), placement, keys))
    }
}

fn in_use(tenant: &TenantId, placement: Placement) -> Result<Placement, StoreError> {
    if matches!(placement.status, TenantStatus::Active | TenantStatus::Suspended) {
        Ok(placement)
    } else {
        Err(StoreError::UnknownTenant(tenant.clone()))
    }
}
