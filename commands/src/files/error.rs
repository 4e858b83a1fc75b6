//! Why a file was not taken, or cannot be given.

use event_store::StoreError;
use files::VaultError;

use crate::error::CommandError;

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// More than the installation takes.
    #[error("the file is larger than {limit} bytes, the most that is taken here")]
    TooLarge {
        /// Bytes.
        limit: u64,
    },
    /// Whoever sent it stopped in the middle.
    #[error("the file was cut off: the connection broke, or nothing came for {0} seconds")]
    Cut(u64),
    /// The store of files failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// What the log says of it could not be read.
    #[error(transparent)]
    Command(#[from] CommandError),
}

impl From<StoreError> for FileError {
    fn from(error: StoreError) -> Self {
        Self::Command(error.into())
    }
}

impl From<event_store::driver::Error> for FileError {
    fn from(error: event_store::driver::Error) -> Self {
        StoreError::from(error).into()
    }
}
