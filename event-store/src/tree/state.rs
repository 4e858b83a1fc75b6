//! The row that says how far a log is sealed.

use proof::{
    Hash,
    tile::{Edge, TileId},
};

use super::error::SealError;
use crate::{
    database::TenantTx,
    error::StoreError,
    read::{signed, unsigned},
};

/// The tree's head, as it is stored.
#[derive(Debug)]
pub(super) struct Head {
    pub origin: Option<String>,
    pub edge: Edge,
    pub stopped: Option<String>,
}

const LOCK: &str = "SELECT origin, size, edge, stopped FROM tree_head FOR UPDATE SKIP LOCKED";
const READ: &str = "SELECT origin, size, edge, stopped FROM tree_head";

impl Head {
    /// Takes the lock; none: another process has it, and seals.
    pub(super) async fn lock(tx: &TenantTx) -> Result<Option<Self>, SealError> {
        let statement = tx.statement(LOCK).await?;
        tx.query_opt(&statement, &[]).await?.map(|row| Self::of(&row)).transpose()
    }

    pub(super) async fn read(tx: &TenantTx) -> Result<Self, SealError> {
        let statement = tx.statement(READ).await?;
        Self::of(&tx.query_one(&statement, &[]).await?)
    }

    fn of(row: &tokio_postgres::Row) -> Result<Self, SealError> {
        let size = unsigned(row.get(1));
        let levels: Vec<&[u8]> = row.get(2);
        let levels = levels.into_iter().map(hashes).collect::<Result<_, _>>()?;
        let edge = Edge::try_new(size, levels).map_err(|error| SealError::Stopped(error.to_string()))?;
        Ok(Self { origin: row.get(0), edge, stopped: row.get(3) })
    }
}

/// The hashes of a tile.
pub(super) fn hashes(bytes: &[u8]) -> Result<Vec<Hash>, StoreError> {
    let broken = || StoreError::Proof("a tile of the tree is cut: it was changed from outside".to_owned());
    bytes.chunks(Hash::BYTES).map(|bytes| Hash::from_slice(bytes).map_err(|_| broken())).collect()
}

/// Tiles that a stretch of leaves filled, as columns.
#[derive(Default)]
pub(super) struct FullTiles {
    level: Vec<i16>,
    tile: Vec<i64>,
    hashes: Vec<Vec<u8>>,
}

impl FullTiles {
    pub(super) fn push(&mut self, id: TileId, hashes: &[Hash]) {
        self.level.push(i16::try_from(id.level).unwrap_or(i16::MAX));
        self.tile.push(signed(id.index));
        self.hashes.push(bytes(hashes));
    }

    pub(super) async fn insert(&self, tx: &TenantTx) -> Result<(), StoreError> {
        if self.level.is_empty() {
            return Ok(());
        }
        let statement = tx
            .statement(
                "INSERT INTO tree (level, tile, hashes)
                 SELECT level, tile, hashes FROM unnest($1::smallint[], $2::bigint[], $3::bytea[])
                     AS row (level, tile, hashes)",
            )
            .await?;
        tx.execute(&statement, &[&self.level, &self.tile, &self.hashes]).await?;
        Ok(())
    }
}

pub(super) fn bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}
