//! How far the read models have come: their row in `subscriptions`.

use event_store::{Log, TenantTx, driver::Row};

use crate::{
    desk,
    error::ProjectionError,
    generation::Generation,
    sql::{signed, unsigned},
};

/// How far a reader of the log has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// The version of its rows.
    pub version: i32,
    /// Which of its generations of tables is live.
    pub generation: i32,
    /// The last position that its rows cover.
    pub checkpoint: u64,
    /// Why it is parked; none while it runs.
    pub parked: Option<String>,
}

impl Subscription {
    pub(crate) fn tables(&self) -> Generation {
        Generation(self.generation)
    }

    /// Refuses rows that this program does not write.
    pub(crate) fn of_known_version(self) -> Result<Self, ProjectionError> {
        if self.version == desk::VERSION {
            Ok(self)
        } else {
            Err(ProjectionError::Version { stored: self.version, known: desk::VERSION })
        }
    }

    fn from_row(row: &Row) -> Self {
        let last_error: Option<String> = row.get(4);
        Self {
            version: row.get(0),
            generation: row.get(1),
            checkpoint: unsigned(row.get(2)),
            parked: (row.get::<_, &str>(3) == State::Parked.as_str()).then(|| last_error.unwrap_or_default()),
        }
    }
}

#[derive(Clone, Copy)]
enum State {
    Live,
    Parked,
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Parked => "parked",
        }
    }
}

/// The subscription of that name; none before it is installed.
pub async fn subscription(tx: &TenantTx, name: &str) -> Result<Option<Subscription>, ProjectionError> {
    let statement = tx
        .statement("SELECT version, generation, checkpoint, state, last_error FROM subscriptions WHERE name = $1")
        .await?;
    let row = tx.query_opt(&statement, &[&name]).await?;
    Ok(row.as_ref().map(Subscription::from_row))
}

/// As [`subscription`], and nobody else moves it until this transaction ends: this decides between nodes.
pub(crate) async fn lock(tx: &TenantTx, name: &str) -> Result<Option<Subscription>, ProjectionError> {
    let statement = tx
        .statement(
            "SELECT version, generation, checkpoint, state, last_error FROM subscriptions WHERE name = $1 FOR UPDATE",
        )
        .await?;
    let row = tx.query_opt(&statement, &[&name]).await?;
    Ok(row.as_ref().map(Subscription::from_row))
}

pub(crate) async fn move_to(tx: &TenantTx, name: &str, checkpoint: u64) -> Result<(), ProjectionError> {
    let statement = tx.statement("UPDATE subscriptions SET checkpoint = $2 WHERE name = $1").await?;
    tx.execute(&statement, &[&name, &signed(checkpoint)]).await?;
    Ok(())
}

/// Stops `name` where it stands, unless it has moved on.
pub(crate) async fn park(tx: &TenantTx, name: &str, checkpoint: u64, reason: &str) -> Result<(), ProjectionError> {
    tx.execute(
        "UPDATE subscriptions SET state = $3, last_error = $4 WHERE name = $1 AND checkpoint = $2",
        &[&name, &signed(checkpoint), &State::Parked.as_str(), &reason],
    )
    .await?;
    Ok(())
}

/// Lets parked read models go on where they stand, once the cause is mended. If it is not, they park again.
pub async fn resume(log: &Log) -> Result<(), ProjectionError> {
    let tx = log.begin().await?;
    tx.execute(
        "UPDATE subscriptions SET state = $2, last_error = NULL WHERE name = $1",
        &[&desk::NAME, &State::Live.as_str()],
    )
    .await?;
    Ok(tx.commit().await?)
}
