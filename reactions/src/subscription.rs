//! How far a reaction has come: its row in `subscriptions`.

use event_store::{TenantTx, driver::Row};

use crate::error::ReactionError;

/// The checkpoint of a reaction, locked until the transaction ends: this decides between nodes.
pub(crate) async fn lock(tx: &TenantTx, name: &'static str) -> Result<u64, ReactionError> {
    let statement =
        tx.statement("SELECT checkpoint, state, last_error FROM subscriptions WHERE name = $1 FOR UPDATE").await?;
    let row = tx.query_opt(&statement, &[&name]).await?;
    running(row.as_ref(), name)
}

fn running(row: Option<&Row>, name: &'static str) -> Result<u64, ReactionError> {
    let row = row.ok_or(ReactionError::NotInstalled(name))?;
    let checkpoint = unsigned(row.get(0));
    if row.get::<_, &str>(1) == "parked" {
        let reason = row.get::<_, Option<String>>(2).unwrap_or_default();
        return Err(ReactionError::Parked { name, checkpoint, reason });
    }
    Ok(checkpoint)
}

pub(crate) async fn move_to(tx: &TenantTx, name: &str, checkpoint: u64) -> Result<(), ReactionError> {
    let statement = tx.statement("UPDATE subscriptions SET checkpoint = $2 WHERE name = $1").await?;
    tx.execute(&statement, &[&name, &signed(checkpoint)]).await?;
    Ok(())
}

/// Stops `name` where it stands.
pub(crate) async fn park(tx: &TenantTx, name: &str, reason: &str) -> Result<(), ReactionError> {
    tx.execute("UPDATE subscriptions SET state = 'parked', last_error = $2 WHERE name = $1", &[&name, &reason]).await?;
    Ok(())
}

/// Lets `name` go on where it stands. If what stopped it is still so, it parks again.
pub(crate) async fn unpark(tx: &TenantTx, name: &str) -> Result<(), ReactionError> {
    let sql = "UPDATE subscriptions SET state = 'live', last_error = NULL WHERE name = $1 AND state = 'parked'";
    tx.execute(sql, &[&name]).await?;
    Ok(())
}

/// PostgreSQL has no unsigned integers. A log of 2^63 events is out of reach.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Positions and counts are never negative.
pub(crate) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
