//! What can go wrong with the store of files.

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The address names no store.
    #[error(
        "expected a directory such as file:///var/lib/ledgerdesk/files, or a bucket such as s3://bucket/prefix; found \
         {found:?}"
    )]
    Address {
        /// What was there.
        found: String,
    },
    /// The directory cannot be made or read.
    #[error("the directory {directory} cannot be used: make it, and let this user write in it")]
    Directory {
        /// Which.
        directory: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is no such object.
    #[error("the store has no object {name}: it was removed from outside, or its disk was not restored")]
    Missing {
        /// Its path.
        name: String,
    },
    /// The bytes are not those that were sealed for this place.
    #[error("the object {name} was changed, cut or moved: restore it from a copy of the store")]
    Broken {
        /// Its path.
        name: String,
    },
    /// The store did not do it.
    #[error("the store of files does not answer as it should")]
    Store(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl VaultError {
    pub(crate) fn of(name: &str, error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::Missing { name: name.to_owned() },
            error => Self::Store(error.into()),
        }
    }
}
