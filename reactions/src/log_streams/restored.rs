//! A copy of a tenant from a backup: its streams go on behind the last position that was kept, in another epoch.

use event_store::{Log, TenantTx, signed};

use crate::{error::ReactionError, webhooks::Receivers};

const SETTLE: &str = "
    UPDATE log_streams SET version = 0, deleted = false, lease = NULL, leased_until = NULL, due_at = NULL,
        sent_to = CASE log WHEN 'audit' THEN least(sent_to, $1) ELSE sent_to END";

/// Brings what is kept of streams to `position`, the end of a log that was copied; gives the streams that are not to be
/// sent from there.
pub async fn bring_to(
    log: &Log,
    tx: &TenantTx,
    position: u64,
    receivers: Receivers,
) -> Result<Vec<String>, ReactionError> {
    tx.execute(SETTLE, &[&signed(position)]).await?;
    let streams = projections::log_streams::streams(log, |_| false).await?;
    let silenced = streams.into_iter().filter(|stream| receivers == Receivers::Silenced && stream.is_active());
    Ok(silenced.map(|stream| stream.id).collect())
}
