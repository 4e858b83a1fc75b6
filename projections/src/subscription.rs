//! How far the read models have come: their row in `subscriptions`.

use event_store::{TenantTx, driver::Row};

use crate::{
    error::ProjectionError,
    generation::Generation,
    group::{Group, Name},
    sql::{signed, unsigned},
};

/// How far a reader of the log has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Whose rows it is about.
    pub group: Group,
    /// The version of its rows.
    pub version: i32,
    /// The newest version that can read and write its tables, if that is not their own.
    pub serves: Option<i32>,
    /// Which of its generations of tables is live.
    pub generation: i32,
    /// The last position that its rows cover.
    pub checkpoint: u64,
    /// Why it is parked; none while it runs.
    pub parked: Option<String>,
}

impl Subscription {
    pub(crate) fn tables(&self) -> Generation {
        self.group.generation(self.generation)
    }

    /// Whether this program can keep the rows fresh: they are of its version, or of an older one that it serves.
    pub(crate) fn is_foldable(&self) -> bool {
        let known = self.group.version();
        let served = self.version < known && self.serves >= Some(known);
        self.version == known || served
    }

    /// Refuses rows that this program does not write.
    pub(crate) fn of_known_version(self) -> Result<Self, ProjectionError> {
        if self.is_foldable() {
            Ok(self)
        } else {
            Err(ProjectionError::Version { stored: self.version, known: self.group.version() })
        }
    }

    fn from_row(group: Group, row: &Row) -> Self {
        let last_error: Option<String> = row.get(4);
        Self {
            group,
            version: row.get(0),
            generation: row.get(1),
            checkpoint: unsigned(row.get(2)),
            parked: (row.get::<_, &str>(3) == "parked").then(|| last_error.unwrap_or_default()),
            serves: row.get(5),
        }
    }
}

macro_rules! select {
    () => {
        "SELECT version, generation, checkpoint, state, last_error, serves FROM subscriptions"
    };
}

/// The subscription of that name; none before it is installed.
pub async fn subscription(tx: &TenantTx, name: Name) -> Result<Option<Subscription>, ProjectionError> {
    let statement = tx.statement(concat!(select!(), " WHERE name = $1")).await?;
    let row = tx.query_opt(&statement, &[&name.to_string()]).await?;
    Ok(row.as_ref().map(|row| Subscription::from_row(name.group, row)))
}

/// As [`subscription`], and nobody else moves it until this transaction ends: this decides between nodes.
pub(crate) async fn lock(tx: &TenantTx, name: Name) -> Result<Option<Subscription>, ProjectionError> {
    let statement = tx.statement(concat!(select!(), " WHERE name = $1 FOR UPDATE")).await?;
    let row = tx.query_opt(&statement, &[&name.to_string()]).await?;
    Ok(row.as_ref().map(|row| Subscription::from_row(name.group, row)))
}

/// Notes that `name` has come to `checkpoint`. Whatever parked it lies behind it.
pub(crate) async fn move_to(tx: &TenantTx, name: Name, checkpoint: u64) -> Result<(), ProjectionError> {
    let statement = tx
        .statement("UPDATE subscriptions SET checkpoint = $2, state = 'live', last_error = NULL WHERE name = $1")
        .await?;
    tx.execute(&statement, &[&name.to_string(), &signed(checkpoint)]).await?;
    Ok(())
}

/// Stops `name` where it stands, unless it has moved on; gives whether that is news.
pub(crate) async fn park(tx: &TenantTx, name: Name, checkpoint: u64, reason: &str) -> Result<bool, ProjectionError> {
    let parked = tx
        .execute(
            "UPDATE subscriptions SET state = 'parked', last_error = $3
             WHERE name = $1 AND checkpoint = $2 AND last_error IS DISTINCT FROM $3",
            &[&name.to_string(), &signed(checkpoint), &reason],
        )
        .await?;
    Ok(parked > 0)
}
