//! Rows that no checkpoint is about: those that wait for their seal, and those that must not be there.

use event_store::Log;

use super::{Findings, LISTED};
use crate::Failure;

pub async fn check(log: &Log, size: u64, head: u64, findings: &mut Findings) -> Result<(), Failure> {
    let (size, head) = (i64::try_from(size)?, i64::try_from(head)?);
    let limit = i64::try_from(LISTED)?;
    let tx = log.begin().await?;
    // One statement, one moment: the head may move meanwhile.
    let rows = tx
        .query(
            "SELECT position FROM events
             WHERE position < 1 OR position > greatest($1::bigint, (SELECT position FROM head)) ORDER BY position LIMIT $2",
            &[&head, &limit],
        )
        .await?;
    for row in rows {
        findings.add(row.get::<_, i64>(0), "a row was inserted where the log has no position");
    }
    let rows = tx
        .query(
            "SELECT wanted FROM generate_series($1::bigint + 1, $2::bigint) AS wanted LEFT JOIN events ON events.position = wanted
             WHERE events.position IS NULL ORDER BY wanted LIMIT $3",
            &[&size, &head, &limit],
        )
        .await?;
    for row in rows {
        findings.add(row.get::<_, i64>(0), "a row that is not sealed yet is missing");
    }
    Ok(tx.commit().await?)
}
