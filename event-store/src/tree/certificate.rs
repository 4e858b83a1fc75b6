//! Certificates: statements about a log, signed with the key that signs its checkpoints, and kept beside those.

use proof::Note;

use super::{error::SealError, keys, sealer::Sealer, state::Head};
use crate::log::Log;

/// Where certificates of erasures are kept, in the directory of the tenant's checkpoints.
const FILE: &str = "erasures.txt";

impl Sealer {
    /// Signs what `statement` makes of the log's name. Its first line must be none that a checkpoint could begin with,
    /// so one with a space in it; it ends with a newline.
    pub async fn certify(&self, log: &Log, statement: impl FnOnce(&str) -> String) -> Result<Note, SealError> {
        let tx = log.begin().await?;
        tx.query_one("SELECT 1 FROM tree_head FOR UPDATE", &[]).await?;
        let origin = self.origin(log, &Head::read(&tx).await?);
        let signers = keys::signers(&log.inner, &tx, &origin).await?;
        tx.commit().await?;
        let text = statement(&origin);
        let signatures = signers.iter().map(|signer| signer.sign(&text)).collect();
        Ok(Note { text, signatures })
    }

    /// Keeps a certificate of an erasure outside the database. A second time does no harm.
    pub fn publish_erasure(&self, log: &Log, certificate: &Note) -> Result<(), SealError> {
        self.published(log).map_or(Ok(()), |published| published.append_to(FILE, &certificate.to_string()))
    }

    /// What a log is called in what is signed of it. One that was restored from a backup is another log: what was signed
    /// of the one before is no promise about it.
    pub(super) fn origin(&self, log: &Log, head: &Head) -> String {
        let name = || match log.epoch() {
            1 => format!("{}/{}", self.settings().origin, log.tenant()),
            epoch => format!("{}/{}/e{epoch}", self.settings().origin, log.tenant()),
        };
        head.origin.clone().unwrap_or_else(name)
    }
}
