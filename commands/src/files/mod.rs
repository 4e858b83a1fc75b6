//! Files that people send: taken in, kept for a day, and for good once a message has them.
//!
//! The bytes are in the vault, each file under a key of its own; the row in `files` says what there is to know. As long
//! as no message has a file, its name and key stand in that row, sealed under the tenant's key. The message's event then
//! has them, sealed under a key of the person whom the message is about, and the row loses them: whatever erases that
//! person, or redacts the message, destroys the file with them.

mod attach;
mod error;
mod forget;
mod kind;
mod link;
mod receive;
mod record;
mod scan;
mod storage;
mod sweep;

use std::sync::Arc;

use chrono::TimeDelta;
use domain::FileId;
use event_store::Log;
use files::{Content, Name, Vault};

pub use attach::TakesFiles;
pub(crate) use attach::take;
pub use error::FileError;
pub use link::FileLink;
pub use receive::Incoming;
pub use record::{FileRecord, FileStatus, SEALED};
pub use scan::ReportInfected;
pub(crate) use storage::{held, recount};

use crate::{desk::Desk, error::CommandError};

/// How long a file waits for its message.
pub const WAITS: TimeDelta = TimeDelta::hours(24);

/// What the installation decides about files.
#[derive(Clone, Debug)]
pub struct FileSettings {
    /// The largest that is taken.
    pub max_bytes: u64,
    /// The program that scans files, and its arguments; nothing: none does.
    pub scan_command: Vec<String>,
}

impl Default for FileSettings {
    fn default() -> Self {
        Self { max_bytes: 25 * 1024 * 1024, scan_command: vec![] }
    }
}

/// The files of all tenants. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Files {
    desk: Desk,
    vault: Vault,
    settings: Arc<FileSettings>,
}

impl Files {
    /// In this vault.
    pub fn new(desk: Desk, vault: Vault, settings: FileSettings) -> Self {
        Self { desk, vault, settings: Arc::new(settings) }
    }

    /// Where the bytes are.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// A file that is there; none: it never was, it waited too long, or it was erased.
    pub async fn find(&self, log: &Log, id: FileId) -> Result<Option<FileRecord>, CommandError> {
        record::find(log, id).await
    }

    /// What is in a file, as it comes.
    pub async fn read(&self, log: &Log, file: &FileRecord) -> Result<Content, FileError> {
        let id = file.id.to_string();
        let name = Name::file(log.tenant().as_str(), &id).sealed_as(log.identity().as_str());
        Ok(self.vault.read(name, &file.key).await?)
    }
}
