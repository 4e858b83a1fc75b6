//! A copy of a tenant has no read models: they are made and folded anew.

use event_store::TenantTx;

use crate::{error::ProjectionError, group::Group};

/// Forgets how far the read models were in the log that was copied, so that [`install`](crate::install()) makes the first
/// ones. `tx`: as the owner.
pub async fn uninstall(tx: &TenantTx) -> Result<(), ProjectionError> {
    let names: Vec<String> =
        Group::ALL.iter().flat_map(|group| [group.live().to_string(), group.building().to_string()]).collect();
    tx.execute("DELETE FROM subscriptions WHERE name = ANY($1)", &[&names]).await?;
    Ok(())
}
