//! What happened in a period, counted over the log itself: for evidence.

use std::collections::BTreeMap;

use event_store::Log;

use crate::{
    error::QueryError,
    sql::{signed, unsigned},
};

/// How many events of each type.
pub type Counts = BTreeMap<String, u64>;

/// How many events of each type are behind one position, and up to another.
pub async fn counts(log: &Log, after: u64, up_to: u64) -> Result<Counts, QueryError> {
    let tx = log.begin().await?;
    let sql = "SELECT event_type, count(*) FROM events WHERE position > $1 AND position <= $2 GROUP BY event_type";
    let rows = tx.query(&tx.statement(sql).await?, &[&signed(after), &signed(up_to)]).await?;
    tx.end();
    Ok(rows.iter().map(|row| (row.get(0), unsigned(row.get(1)))).collect())
}
