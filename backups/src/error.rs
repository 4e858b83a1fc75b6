//! What can go wrong with a backup.

use event_store::{StoreError, TenantId};
use files::VaultError;

use crate::id::BackupId;

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The store of backups, or that of files.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such backup.
    #[error("tenant {tenant} has no backup {backup}: `ledgerdesk backup list --tenant {tenant}` shows which there are")]
    Unknown {
        /// Whose.
        tenant: TenantId,
        /// Which.
        backup: BackupId,
    },
    /// A manifest of another version of this program.
    #[error("backup {backup} has format {found}, and this program reads {known}: use the newest version of ledgerdesk")]
    Format {
        /// Which.
        backup: BackupId,
        /// Its format.
        found: u64,
        /// What this program knows.
        known: u32,
    },
    /// A manifest that is not what was written.
    #[error(
        "the manifest of backup {backup} cannot be opened: it was changed, or it is another installation's, whose master \
         key is needed; restore the object backups/{backup} of the tenant from a copy of the store"
    )]
    Manifest {
        /// Which.
        backup: BackupId,
    },
    /// An object that is sealed as it should be, and does not hold what it should.
    #[error("the object {object} does not hold what it should: {reason}")]
    Malformed {
        /// Its folder and name.
        object: String,
        /// What is wrong.
        reason: String,
    },
    /// The log has fewer events than its head says.
    #[error("positions {first} to {last} of tenant {tenant} have {found} events: the log was changed from outside")]
    Hole {
        /// Whose.
        tenant: TenantId,
        /// From there.
        first: u64,
        /// To there.
        last: u64,
        /// So many rows.
        found: u64,
    },
}

impl From<event_store::driver::Error> for BackupError {
    fn from(error: event_store::driver::Error) -> Self {
        StoreError::from(error).into()
    }
}
