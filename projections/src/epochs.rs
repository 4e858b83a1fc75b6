//! Where a log was cut when its tenant was restored from a backup: what a reader has of it from before may be no more.

use domain::{
    Aggregate, DomainEvent,
    tenant::{Tenant, TenantEvent},
};
use event_store::{Log, StreamId};

use crate::{error::ProjectionError, fold};

/// A restore in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The epoch that began with it.
    pub epoch: u32,
    /// The epoch whose log it goes on with.
    pub parent: u32,
    /// The last position that was kept of that.
    pub position: u64,
    /// The last position of the log before, when that had more.
    pub discarded_to: Option<u64>,
}

/// The restores in place that are in a tenant's log, in order; of a copy, since it was one. Others may have been undone.
pub async fn cuts(log: &Log) -> Result<Vec<Cut>, ProjectionError> {
    let mut cuts = vec![];
    for mut at in log.load(&StreamId::new(Tenant::TYPE, log.identity()), 0).await? {
        let position = at.position;
        let event =
            fold::decode(&mut at).map_err(|error| ProjectionError::Poisoned { position, reason: error.to_string() })?;
        if let DomainEvent::Tenant(TenantEvent::TenantRestored(restored)) = event {
            if restored.is_copy() {
                cuts.clear();
            } else {
                let (epoch, parent, position) = (restored.epoch, restored.from.epoch, restored.position);
                cuts.push(Cut { epoch, parent, position, discarded_to: restored.discarded_to });
            }
        }
    }
    Ok(cuts)
}
