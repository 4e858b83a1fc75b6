//! Why a file was not taken, or cannot be given.

use event_store::StoreError;
use files::VaultError;

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
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<event_store::driver::Error> for FileError {
    fn from(error: event_store::driver::Error) -> Self {
        Self::Store(error.into())
    }
}
