//! Files that people send: taken in, kept for a day, and for good once a message has them.
//!
//! The bytes are in the vault, each file under a key of its own; the row in `files` says what there is to know. As long
//! as no message has a file, its name and key stand in that row, sealed under the tenant's key. A file is not an event:
//! that a message has it will be one.

mod error;
mod kind;
mod receive;
mod record;
mod sweep;

use chrono::TimeDelta;
use domain::FileId;
use event_store::Store;
use files::{Content, Name, Vault};

pub use error::FileError;
pub use receive::Incoming;
pub use record::{FileRecord, FileStatus, SEALED};

/// How long a file waits for its message.
pub const WAITS: TimeDelta = TimeDelta::hours(24);

/// What the installation decides about files.
#[derive(Clone, Copy, Debug)]
pub struct FileSettings {
    /// The largest that is taken.
    pub max_bytes: u64,
}

impl Default for FileSettings {
    fn default() -> Self {
        Self { max_bytes: 25 * 1024 * 1024 }
    }
}

/// The files of all tenants. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Files {
    store: Store,
    vault: Vault,
    settings: FileSettings,
}

impl Files {
    /// In this vault.
    pub fn new(store: Store, vault: Vault, settings: FileSettings) -> Self {
        Self { store, vault, settings }
    }

    /// Where the bytes are.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// A file that is there; none: it never was, it waited too long, or it was erased.
    pub async fn find(&self, log: &event_store::Log, id: FileId) -> Result<Option<FileRecord>, FileError> {
        record::find(log, id, self.store.clock().now()).await
    }

    /// What is in a file, as it comes.
    pub async fn read(&self, log: &event_store::Log, file: &FileRecord) -> Result<Content, FileError> {
        let name = Name { tenant: log.tenant().as_str(), file: &file.id.to_string() };
        Ok(self.vault.read(name, &file.key).await?)
    }
}
