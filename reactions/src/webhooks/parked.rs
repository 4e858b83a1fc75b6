//! Keys that are parked: the first delivery of a ticket cannot be made, for a fault of our own (an event that cannot be
//! read, a secret that is gone), and those behind it wait. Others go on. It is tried anew by itself, seldom.

use event_store::Log;

use crate::{
    error::ReactionError,
    webhooks::{Webhooks, queue},
};

/// A key that is parked, of one endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParkedKey {
    /// What is kept in order: a ticket's id, mostly.
    pub key: String,
    /// Whose deliveries wait.
    pub webhook: String,
    /// Why the first of them cannot be made.
    pub reason: String,
}

/// The keys that are parked, at most `limit`.
pub async fn parked_keys(log: &Log, limit: u16) -> Result<Vec<ParkedKey>, ReactionError> {
    let tx = log.begin().await?;
    let sql = "SELECT lane, webhook_id, parked FROM webhook_lanes WHERE parked IS NOT NULL ORDER BY 1, 2 LIMIT $1";
    let rows = tx.query(sql, &[&i64::from(limit)]).await?;
    tx.commit().await?;
    Ok(rows.iter().map(|row| ParkedKey { key: row.get(0), webhook: row.get(1), reason: row.get(2) }).collect())
}

impl Webhooks {
    /// Makes due what waits behind a parked key, or behind all of them; gives how many these are. If what parked them is
    /// not mended, they park again.
    pub async fn resume_keys(&self, log: &Log, key: Option<&str>) -> Result<u64, ReactionError> {
        let tx = log.begin().await?;
        let sql = "SELECT webhook_id, lane FROM webhook_lanes
                   WHERE parked IS NOT NULL AND ($1::text IS NULL OR lane = $1) ORDER BY 1, 2 FOR UPDATE";
        let rows = tx.query(sql, &[&key]).await?;
        for row in &rows {
            queue::bring_forward(&tx, row.get(0), Some(row.get(1)), self.clock().now()).await?;
        }
        tx.commit().await?;
        Ok(rows.len() as u64)
    }
}
