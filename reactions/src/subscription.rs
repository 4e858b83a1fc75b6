//! How far a reaction has come: its row in `subscriptions`.

use event_store::{TenantTx, driver::Row, signed, unsigned};

use crate::error::ReactionError;

/// How far a reaction has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subscription {
    /// The last position that it has reacted to.
    pub checkpoint: u64,
    /// Why it is parked; none while it runs.
    pub parked: Option<String>,
}

/// The reaction's row, locked until the transaction ends: this decides between nodes.
pub(crate) async fn lock(tx: &TenantTx, name: &'static str) -> Result<Subscription, ReactionError> {
    let statement =
        tx.statement("SELECT checkpoint, state, last_error FROM subscriptions WHERE name = $1 FOR UPDATE").await?;
    let row = tx.query_opt(&statement, &[&name]).await?.ok_or(ReactionError::NotInstalled(name))?;
    Ok(read(&row))
}

fn read(row: &Row) -> Subscription {
    let parked = row.get::<_, &str>(1) == "parked";
    let reason: Option<String> = row.get(2);
    Subscription { checkpoint: unsigned(row.get(0)), parked: parked.then(|| reason.unwrap_or_default()) }
}

/// Notes that it has come to `checkpoint`. Whatever parked it lies behind it.
pub(crate) async fn move_to(tx: &TenantTx, name: &str, checkpoint: u64) -> Result<(), ReactionError> {
    let statement = tx
        .statement("UPDATE subscriptions SET checkpoint = $2, state = 'live', last_error = NULL WHERE name = $1")
        .await?;
    tx.execute(&statement, &[&name, &signed(checkpoint)]).await?;
    Ok(())
}

/// Stops `name` where it stands.
pub(crate) async fn park(tx: &TenantTx, name: &str, reason: &str) -> Result<(), ReactionError> {
    tx.execute("UPDATE subscriptions SET state = 'parked', last_error = $2 WHERE name = $1", &[&name, &reason]).await?;
    Ok(())
}
