//! Tenants that something has happened to, as this process noticed: for those who work for a tenant only while there is
//! work.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use tokio::sync::Notify;

use crate::{store::Store, tenancy::TenantId};

/// Those that nobody has looked at yet.
#[derive(Debug, Default)]
pub(crate) struct Stirred {
    tenants: Mutex<HashSet<TenantId>>,
    bell: Notify,
}

impl Stirred {
    pub fn note<'a>(&self, tenants: impl IntoIterator<Item = &'a TenantId>) {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner).extend(tenants.into_iter().cloned());
        self.bell.notify_one();
    }

    fn take(&self) -> HashSet<TenantId> {
        std::mem::take(&mut self.tenants.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Store {
    /// Says that there is work for a tenant. Commits, of this process and of others, say so by themselves.
    pub fn stir(&self, tenant: &TenantId) {
        self.noted().note([tenant]);
    }

    /// Waits until there is work for tenants; gives them. For one who does it.
    pub async fn stirred(&self) -> HashSet<TenantId> {
        loop {
            let stirred = self.noted().take();
            if !stirred.is_empty() {
                return stirred;
            }
            self.noted().bell.notified().await;
        }
    }
}
