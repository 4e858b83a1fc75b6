//! How far a rebuild has come: for who runs it, and for who looks from elsewhere.

use event_store::{Log, TenantTx};
use serde::Serialize;

use crate::{
    error::ProjectionError,
    group::Group,
    subscription::{Subscription, subscription},
};

/// What a rebuild has just done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The rows cover this position.
    Folded {
        /// The last position that they cover.
        position: u64,
        /// The end of the log, as it was.
        head: u64,
    },
    /// So many of the indexes are there.
    Indexed {
        /// How many.
        done: usize,
        /// How many there will be.
        of: usize,
    },
    /// It waits for the moment to switch.
    Switching,
}

/// A group of read models of one tenant, whichever processes work on them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Overview {
    /// The end of the log.
    pub head: u64,
    /// Of which version the rows are.
    pub version: i32,
    /// Their generation of tables.
    pub generation: i32,
    /// The last position that they cover.
    pub position: u64,
    /// Why they are parked; none while they follow the log.
    pub parked: Option<String>,
    /// What is being built beside them.
    pub building: Option<Building>,
}

/// Rows that are being built beside the live ones, or wait there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Building {
    /// Of which version.
    pub version: i32,
    /// Their generation of tables.
    pub generation: i32,
    /// The last position that they cover.
    pub position: u64,
    /// How many of their indexes are there.
    pub indexes: usize,
    /// How many there will be.
    pub indexes_in_all: usize,
}

/// How the read models of a group stand; none before they are installed.
pub async fn overview(log: &Log, group: Group) -> Result<Option<Overview>, ProjectionError> {
    let head = log.head().await?.position;
    let tx = log.begin().await?;
    let Some(live) = subscription(&tx, group.live()).await? else { return Ok(None) };
    let building = building(&tx, group).await?;
    tx.commit().await?;
    let Subscription { version, generation, checkpoint: position, parked, .. } = live;
    Ok(Some(Overview { head, version, generation, position, parked, building }))
}

async fn building(tx: &TenantTx, group: Group) -> Result<Option<Building>, ProjectionError> {
    let Some(begun) = subscription(tx, group.building()).await? else { return Ok(None) };
    let row = tx
        .query_one(
            "SELECT count(*) FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
             WHERE t.relnamespace = current_schema()::regnamespace AND t.relname = ANY($1)",
            &[&begun.tables().tables().collect::<Vec<_>>()],
        )
        .await?;
    Ok(Some(Building {
        version: begun.version,
        generation: begun.generation,
        position: begun.checkpoint,
        indexes: usize::try_from(row.get::<_, i64>(0)).unwrap_or(0),
        indexes_in_all: begun.tables().indexes().len(),
    }))
}
