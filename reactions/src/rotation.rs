//! Another key for a tenant: everything that is sealed under the one before is sealed anew, and that one is destroyed. No
//! event is written anew, for events are sealed under keys of their subjects, which the tenant's key wraps.
//!
//! Whatever stops it, the next call goes on: rows say which version they need, and the database lets none go that is needed.

use event_store::{Log, Retired};

use crate::{error::ReactionError, webhooks};

/// How often what other processes sealed meanwhile is sealed anew. They learn of the new key within a second.
const ROUNDS: usize = 100;

/// Gives the version that is left. `progress` hears of every batch of rows.
pub async fn rotate_tenant_key(log: &Log, progress: &(dyn Fn(u64) + Sync)) -> Result<i32, ReactionError> {
    let version = log.begin_key_rotation().await?;
    for _ in 0..ROUNDS {
        log.reseal_own(progress).await?;
        log.reseal(commands::webhooks::SEALED, progress).await?;
        log.reseal(commands::files::SEALED, progress).await?;
        log.reseal(webhooks::SEALED, progress).await?;
        if log.finish_key_rotation().await? == Retired::Yes {
            return Ok(version);
        }
    }
    Err(ReactionError::KeyStillNeeded)
}
