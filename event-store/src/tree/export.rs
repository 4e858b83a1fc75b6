//! What an export and a check of the database are made of: rows as they are stored, hashes of what is not shown, and
//! the signature under a bundle.

use proof::{Hash, Note, bundle::Manifest};

use super::{
    error::SealError,
    keys, read,
    rows::{StoredRow, StoredRows},
    store::{self, Question},
};
use crate::{error::StoreError, log::Log};

impl Log {
    /// The rows of positions `from` to `to`, both included, as they are stored: whether they are all there, and are what
    /// was sealed, is for the caller to see. All of them are held in memory.
    pub async fn stored_rows(&self, from: i64, to: i64) -> Result<Vec<StoredRow>, StoreError> {
        let tx = self.begin().await?;
        let rows = StoredRows::between(&tx, from, to).await?.all().await?;
        tx.commit().await?;
        Ok(rows)
    }

    /// The hashes of the fewest perfect subtrees that are the leaves `from` to `to`, exclusive: see
    /// [`proof::merkle::cover`].
    pub async fn cover(&self, from: u64, to: u64) -> Result<Vec<Hash>, StoreError> {
        let tx = self.begin().await?;
        let head = read::head(&tx).await?;
        let answers = store::answer(&tx, &head.edge, &[Question::Cover(from, to)]).await?;
        tx.commit().await?;
        Ok(answers.into_iter().flatten().collect())
    }

    /// The hashes of the last tile of each level, where it is not full; the lowest level first.
    pub async fn tree_edge(&self) -> Result<(u64, Vec<Vec<Hash>>), StoreError> {
        let tx = self.begin().await?;
        let edge = read::head(&tx).await?.edge;
        tx.commit().await?;
        Ok((edge.size(), edge.levels().to_vec()))
    }

    /// Signs what a bundle holds with the keys of this log that sign now. Makes no key: a log that was never sealed
    /// has nothing to export.
    pub async fn sign_manifest(&self, manifest: &Manifest) -> Result<Note, SealError> {
        let tx = self.begin().await?;
        let signers = keys::stored(&self.inner, &tx, &manifest.origin).await?;
        tx.commit().await?;
        let text = manifest.to_string();
        let signatures = signers.iter().map(|signer| signer.sign(&text)).collect();
        Ok(Note { text, signatures })
    }
}
