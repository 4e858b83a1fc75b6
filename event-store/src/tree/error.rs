//! Why a log is not sealed.

use proof::NoteError;

use crate::error::StoreError;

/// Nothing was sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The store failed; the next attempt may succeed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log, its tree or what was signed of it was changed from outside: a person has to look.
    #[error("{0}")]
    Stopped(String),
    /// A checkpoint could not be written outside the database.
    #[error("the checkpoint could not be written to {file}: {source}")]
    Published {
        /// The file, or its directory.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A name that cannot be the origin of a log.
    #[error("proof.origin cannot name a log: {0}")]
    Origin(NoteError),
}

impl From<tokio_postgres::Error> for SealError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Store(error.into())
    }
}
