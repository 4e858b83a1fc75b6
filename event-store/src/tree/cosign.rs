//! What outside witnesses say of checkpoints: taken when it fits, kept, and given out with the checkpoint.

use chrono::{DateTime, Utc};
use proof::{Cosignature, Note, NoteError, VerifierKey};
use tokio_postgres::types::Type;

use super::read::SealedCheckpoint;
use crate::{error::StoreError, log::Log, read::signed};

/// Why cosignatures were not taken.
#[derive(Debug, thiserror::Error)]
pub enum CosignError {
    /// Not a note, or a cosignature that does not fit.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Not a checkpoint of this log.
    #[error("this log did not sign this checkpoint")]
    Unknown,
    /// None of its signatures is of a witness that is configured.
    #[error("no signature is of a witness that this installation knows: proof.witnesses in its configuration")]
    NoWitness,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Log {
    /// Keeps the cosignatures of a checkpoint of this log that `witnesses` made; gives whose they were.
    pub async fn cosign(&self, note: &Note, witnesses: &[VerifierKey]) -> Result<Vec<String>, CosignError> {
        let checkpoint: proof::Checkpoint = note.text.parse()?;
        let sealed = self.checkpoint_of(checkpoint.size).await?;
        if sealed.is_none_or(|sealed| sealed.checkpoint != checkpoint) {
            return Err(CosignError::Unknown);
        }
        let mut taken = vec![];
        for witness in witnesses {
            let cosignature = match Cosignature::verify(witness, note) {
                Err(NoteError::Unsigned(_)) => continue,
                other => other?,
            };
            let mut lines = note.signatures.iter().filter(|line| witness.made(line));
            let of_that_time = |line: &&proof::Signature| Cosignature::of(line) == Ok(cosignature);
            if let Some(line) = lines.find(of_that_time) {
                self.keep(checkpoint.size, witness.name(), line, cosignature.time).await?;
                taken.push(witness.name().to_owned());
            }
        }
        if taken.is_empty() { Err(CosignError::NoWitness) } else { Ok(taken) }
    }

    async fn keep(&self, size: u64, witness: &str, line: &proof::Signature, time: u64) -> Result<(), StoreError> {
        let at = i64::try_from(time).ok().and_then(|time| DateTime::from_timestamp(time, 0));
        let at: DateTime<Utc> =
            at.ok_or_else(|| StoreError::Proof("the time of a cosignature is out of reach".to_owned()))?;
        self.query(
            "INSERT INTO cosignatures (size, witness, line, cosigned_at, received_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (size, witness) DO UPDATE SET line = excluded.line, cosigned_at = excluded.cosigned_at,
                 received_at = excluded.received_at
             WHERE cosignatures.cosigned_at < excluded.cosigned_at",
            &[
                (&signed(size), Type::INT8),
                (&witness, Type::TEXT),
                (&line.to_string(), Type::TEXT),
                (&at, Type::TIMESTAMPTZ),
                (&self.inner.clock.now(), Type::TIMESTAMPTZ),
            ],
        )
        .await?;
        Ok(())
    }

    /// A checkpoint with the lines of those who cosigned it.
    pub async fn with_cosignatures(&self, sealed: &SealedCheckpoint) -> Result<String, StoreError> {
        let sql = "SELECT line FROM cosignatures WHERE size = $1 ORDER BY witness";
        let rows = self.query(sql, &[(&signed(sealed.checkpoint.size), Type::INT8)]).await?;
        let lines = rows.iter().map(|row| format!("{}\n", row.get::<_, &str>(0)));
        Ok(std::iter::once(sealed.note.clone()).chain(lines).collect())
    }

    /// The last checkpoint that a witness cosigned.
    pub async fn last_cosigned(&self) -> Result<Option<SealedCheckpoint>, StoreError> {
        let rows = self.query("SELECT max(size) FROM cosignatures", &[]).await?;
        match rows.first().and_then(|row| row.get::<_, Option<i64>>(0)) {
            Some(size) => self.checkpoint_of(crate::read::unsigned(size)).await,
            None => Ok(None),
        }
    }
}
