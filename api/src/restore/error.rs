//! Why a tenant could not be restored.

use backups::{BackupError, BackupId};
use chrono::{DateTime, Utc};
use commands::CommandError;
use event_store::{StoreError, TenantId};
use files::VaultError;
use projections::ProjectionError;
use reactions::ReactionError;

/// Why not, in words that say what to do next.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The backup.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// Read models.
    #[error(transparent)]
    Projection(#[from] ProjectionError),
    /// Its events.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// Webhooks and erasures.
    #[error(transparent)]
    Reaction(#[from] ReactionError),
    /// Files.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Somebody else works on it.
    #[error("tenant {0} is being saved or restored by another call: wait until that is done, then run this again")]
    Busy(TenantId),
    /// There was one of this id.
    #[error("tenant {0} was destroyed, and its id is never used again: restore it into another one with --into")]
    Destroyed(TenantId),
    /// There is one of this id.
    #[error("there is a tenant {0} already: choose another id for --into, or leave --into out to restore it in place")]
    Exists(TenantId),
    /// It is being made or destroyed.
    #[error("tenant {0} is being made or destroyed: see `ledgerdesk tenant list`")]
    NotInUse(TenantId),
    /// Another restore was interrupted.
    #[error(
        "restore {restore} of tenant {tenant} is not finished: run the same call again, which goes on with it, or, while it \
         still fills, `ledgerdesk restore --tenant {tenant} --give-up`"
    )]
    Unfinished {
        /// Of which tenant.
        tenant: TenantId,
        /// Which.
        restore: String,
    },
    /// Nothing was interrupted.
    #[error(
        "no restore of tenant {0} is unfinished: `ledgerdesk restore --tenant {0} --list` shows those that there were"
    )]
    NothingToGiveUp(TenantId),
    /// It has no backup that would do.
    #[error(
        "tenant {0} has no backup that reaches so far: `ledgerdesk backup list` shows which there are; for a moment later \
         than the newest one, make another with `ledgerdesk backup`"
    )]
    NoBackup(TenantId),
    /// The wish goes beyond the backup.
    #[error(
        "backup {backup} ends at position {position}, recorded at {taken_at}: choose an earlier end, or a later backup"
    )]
    Beyond {
        /// Which.
        backup: BackupId,
        /// Its last position.
        position: u64,
        /// When it was made.
        taken_at: DateTime<Utc>,
    },
    /// No backup has keys any more.
    #[error(
        "no backup of tenant {0} has the keys of the people that its log is about: they are kept for a shorter time, and the \
         newest are always kept; was something removed from the store of backups?"
    )]
    NoKeys(TenantId),
    /// It was made by a later program.
    #[error(
        "backup {backup} was made by ledgerdesk {program}, whose tables this one does not know: use that version or a later one"
    )]
    NewerProgram {
        /// Which.
        backup: BackupId,
        /// Its version.
        program: String,
    },
    /// The log as it would be has no tenant.
    #[error("at that moment the tenant was not made yet: choose a later one")]
    BeforeTheBeginning,
    /// It moved under us.
    #[error("tenant {0} was changed by another restore meanwhile; nothing was changed by this one")]
    Elsewhere(TenantId),
    /// Other processes do not learn that it is closed.
    #[error(
        "tenant {0} is still written to, although it is closed: a server of an older version runs; stop it, then run this \
         again; nothing was changed"
    )]
    StillWrittenTo(TenantId),
    /// Its row went away.
    #[error("the record of this restore is gone from control.restores: it was removed from outside")]
    Lost,
    /// What was written down before the switch cannot be read.
    #[error("the record of this restore holds no {0}: it was changed from outside")]
    Unreadable(&'static str),
}

impl From<event_store::driver::Error> for RestoreError {
    fn from(error: event_store::driver::Error) -> Self {
        StoreError::from(error).into()
    }
}
