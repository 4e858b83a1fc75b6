//! A new key for a log. The old one signs beside it for a while, so that everybody who verifies can take the new one
//! over from a checkpoint that both signed.

use chrono::{DateTime, Utc};
use proof::VerifierKey;

use super::{error::SealError, keys, sealer::Sealer, state::Head};
use crate::log::Log;

impl Sealer {
    /// Makes a key that signs from the next checkpoint on; those before it sign until `until`.
    pub async fn rotate_key(&self, log: &Log, until: DateTime<Utc>) -> Result<VerifierKey, SealError> {
        let tx = log.begin().await?;
        let sql = "SELECT 1 FROM tree_head FOR UPDATE";
        tx.query_one(sql, &[]).await?;
        let head = Head::read(&tx).await?;
        let origin = self.origin(log, &head);
        tx.execute("UPDATE log_keys SET signs_until = $1 WHERE signs_until IS NULL", &[&until]).await?;
        let signer = keys::make(&log.inner, &tx, &origin).await?;
        tx.commit().await?;
        Ok(signer.key())
    }
}
