//! How many connections of a process one tenant may use at once: half of them, so that its crowd leaves room for the
//! others. Whoever comes when all are taken waits for their turn.

use std::{sync::Arc, time::Duration};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::StoreError;

/// Those of one tenant.
#[derive(Clone, Debug)]
pub(crate) struct Seats {
    free: Arc<Semaphore>,
    all: usize,
}

impl Seats {
    /// In a pool of this size.
    pub fn of(pool_size: usize) -> Self {
        // Who reads a whole log asks beside it.
        let all = (pool_size / 2).max(2);
        Self { free: Arc::new(Semaphore::new(all)), all }
    }

    /// Waits for one, for so long.
    pub async fn take(&self, patience: Option<Duration>) -> Result<OwnedSemaphorePermit, StoreError> {
        let wait = patience.unwrap_or(Duration::MAX);
        let taken = tokio::time::timeout(wait, Arc::clone(&self.free).acquire_owned()).await;
        // It is never closed.
        taken.ok().and_then(Result::ok).ok_or(StoreError::TenantBusy { seats: self.all, wait })
    }
}
