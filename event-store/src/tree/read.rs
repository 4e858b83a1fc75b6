//! What was sealed, for those who ask.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use proof::{
    Checkpoint, Hash, Note, entry,
    tile::{TileId, WIDTH},
};
use tokio_postgres::types::Type;

use super::{
    error::SealError,
    rows::{StoredRow, StoredRows},
    state::Head,
    store::{self, Question},
};
use crate::{
    database::TenantTx,
    error::StoreError,
    log::Log,
    read::{signed, unsigned},
};

/// A checkpoint that was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedCheckpoint {
    /// What it says.
    pub checkpoint: Checkpoint,
    /// As it was signed, with its last newline.
    pub note: String,
    /// When.
    pub sealed_at: DateTime<Utc>,
}

impl SealedCheckpoint {
    /// The note as base64, for where a text must be in one line: a header.
    pub fn in_one_line(&self) -> String {
        STANDARD.encode(&self.note)
    }
}

/// How a log's sealing stands.
#[derive(Clone, Debug)]
pub struct TreeStatus {
    /// The last position of the log.
    pub head: u64,
    /// How many of its events are sealed.
    pub size: u64,
    /// When it was last sealed.
    pub sealed_at: Option<DateTime<Utc>>,
    /// When the first event that is not sealed was recorded.
    pub waiting_since: Option<DateTime<Utc>>,
    /// Why nothing is sealed any more.
    pub stopped: Option<String>,
}

/// A statement about one event, and what shows it.
#[derive(Clone, Debug)]
pub struct Inclusion {
    /// Its position.
    pub position: u64,
    /// Its entry, whose hash is the leaf.
    pub entry: Vec<u8>,
    /// From the leaf's sibling to the root's child.
    pub path: Vec<Hash>,
}

const STATUS: &str = "
    SELECT head.position, size, sealed_at, stopped,
        (SELECT recorded_at FROM events WHERE events.position = tree_head.size + 1),
        CASE WHEN size <> $1 THEN (SELECT note FROM seals WHERE seals.size = tree_head.size) END
    FROM head, tree_head";

impl Log {
    /// The last checkpoint that this process knows to be signed. No question to the database: it rides along with
    /// whatever is answered.
    pub fn checkpoint(&self) -> Option<Arc<SealedCheckpoint>> {
        self.inner.sealed.borrow().clone()
    }

    /// Follows [`Log::checkpoint`].
    pub fn sealed(&self) -> tokio::sync::watch::Receiver<Option<Arc<SealedCheckpoint>>> {
        self.inner.sealed.subscribe()
    }

    /// How sealing stands.
    pub async fn tree_status(&self) -> Result<TreeStatus, StoreError> {
        Ok(self.glance(0).await?.0)
    }

    /// How sealing stands, and the last checkpoint, unless it is the one of this size.
    pub(super) async fn glance(&self, known: u64) -> Result<(TreeStatus, Option<SealedCheckpoint>), StoreError> {
        let rows = self.query(STATUS, &[(&signed(known), Type::INT8)]).await?;
        let row = rows.first().ok_or_else(|| StoreError::Proof("tree_head has no row".to_owned()))?;
        let status = TreeStatus {
            head: unsigned(row.get(0)),
            size: unsigned(row.get(1)),
            sealed_at: row.get(2),
            stopped: row.get(3),
            waiting_since: row.get(4),
        };
        let note: Option<String> = row.get(5);
        let sealed = note.zip(status.sealed_at).map(|(note, at)| sealed(note, at)).transpose()?;
        Ok((status, sealed))
    }

    /// The last checkpoint that was signed, as the database has it.
    pub async fn last_checkpoint(&self) -> Result<Option<SealedCheckpoint>, StoreError> {
        self.one_seal("ORDER BY size DESC LIMIT 1", &[]).await
    }

    /// The checkpoint of this size, if one was signed.
    pub async fn checkpoint_of(&self, size: u64) -> Result<Option<SealedCheckpoint>, StoreError> {
        self.one_seal("WHERE size = $1", &[(&signed(size), Type::INT8)]).await
    }

    async fn one_seal(
        &self,
        which: &str,
        params: &[(&(dyn tokio_postgres::types::ToSql + Sync), Type)],
    ) -> Result<Option<SealedCheckpoint>, StoreError> {
        let rows = self.query(&format!("SELECT note, sealed_at FROM seals {which}"), params).await?;
        rows.first().map(|row| sealed(row.get(0), row.get(1))).transpose()
    }

    /// Checkpoints of more than `after` events, in order.
    pub async fn checkpoints(&self, after: u64, limit: u32) -> Result<Vec<SealedCheckpoint>, StoreError> {
        let sql = "SELECT note, sealed_at FROM seals WHERE size > $1 ORDER BY size LIMIT $2";
        let rows = self.query(sql, &[(&signed(after), Type::INT8), (&i64::from(limit), Type::INT8)]).await?;
        rows.iter().map(|row| sealed(row.get(0), row.get(1))).collect()
    }

    /// That these positions are in the tree of `size`. Each is at least 1 and at most `size`; those that are not, or
    /// whose rows are gone, are left out.
    pub async fn prove_inclusion(&self, positions: &[u64], size: u64) -> Result<Vec<Inclusion>, StoreError> {
        let tx = self.begin().await?;
        let head = head(&tx).await?;
        let mut proofs = vec![];
        for row in StoredRows::at(&tx, positions).await?.all().await? {
            let position = unsigned(row.position);
            if (1..=size.min(head.edge.size())).contains(&position) {
                proofs.push(Inclusion { position, entry: entry::encode(&row.values()), path: vec![] });
            }
        }
        let questions: Vec<Question> =
            proofs.iter().map(|proof| Question::Inclusion(proof.position - 1, size)).collect();
        let paths = store::answer(&tx, &head.edge, &questions).await?;
        tx.commit().await?;
        for (proof, path) in proofs.iter_mut().zip(paths) {
            proof.path = path;
        }
        Ok(proofs)
    }

    /// That the tree of `size` begins with that of `old`; none when it has not that many leaves.
    pub async fn prove_consistency(&self, old: u64, size: u64) -> Result<Option<Vec<Hash>>, StoreError> {
        let tx = self.begin().await?;
        let head = head(&tx).await?;
        if old > size || size > head.edge.size() {
            return Ok(None);
        }
        let answers = store::answer(&tx, &head.edge, &[Question::Consistency(old, size)]).await?;
        tx.commit().await?;
        Ok(answers.into_iter().next())
    }

    /// The root of the first `size` events, as the tree has it; none when it has not that many.
    pub async fn root_of(&self, size: u64) -> Result<Option<Hash>, StoreError> {
        let tx = self.begin().await?;
        let head = head(&tx).await?;
        let root = if size <= head.edge.size() { Some(store::root(&tx, &head.edge, size).await?) } else { None };
        tx.commit().await?;
        Ok(root)
    }

    /// The first `width` hashes of a tile; none when it is not so wide.
    pub async fn tile(&self, id: TileId, width: usize) -> Result<Option<Vec<Hash>>, StoreError> {
        let tx = self.begin().await?;
        let head = head(&tx).await?;
        let tiles = store::fetch(&tx, &head.edge, &[id]).await?;
        tx.commit().await?;
        Ok(tiles.0.get(&id).and_then(|tile| tile.get(..width)).map(<[Hash]>::to_vec))
    }

    /// The entries under the first `width` leaves of a tile; none when it is not so wide.
    pub async fn tile_entries(&self, index: u64, width: usize) -> Result<Option<Vec<Vec<u8>>>, StoreError> {
        let tx = self.begin().await?;
        let head = head(&tx).await?;
        if (TileId { level: 0, index }).width(head.edge.size()) < width {
            return Ok(None);
        }
        let from = index * WIDTH as u64 + 1;
        let rows = StoredRows::between(&tx, signed(from), signed(from + width as u64 - 1)).await?.all().await?;
        tx.commit().await?;
        let dense = rows.iter().zip(from..).all(|(row, expected)| unsigned(row.position) == expected);
        if rows.len() != width || !dense {
            return Err(StoreError::Proof(format!("positions from {from} are not without holes")));
        }
        Ok(Some(rows.iter().map(|row: &StoredRow| entry::encode(&row.values())).collect()))
    }
}

pub(super) async fn head(tx: &TenantTx) -> Result<Head, StoreError> {
    Head::read(tx).await.map_err(|error| match error {
        SealError::Store(error) => error,
        other => StoreError::Proof(other.to_string()),
    })
}

fn sealed(note: String, sealed_at: DateTime<Utc>) -> Result<SealedCheckpoint, StoreError> {
    let checkpoint = note.parse::<Note>().and_then(|note| note.text.parse());
    let checkpoint = checkpoint.map_err(|error| StoreError::Proof(format!("a row of seals is broken: {error}")))?;
    Ok(SealedCheckpoint { checkpoint, note, sealed_at })
}
