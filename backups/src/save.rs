//! A backup is made: the tables as of one moment, what the log has that no earlier backup has, the keys, the files, and
//! last the manifest. Until that is there nothing is: whatever was written by then goes with the next tidying.

use std::sync::Arc;

use event_store::{
    Log, Store, TenantId,
    save::{BackupOutcome, Dump, Hold, Snapshot},
};
use files::{FileKey, Name, Vault, VaultError};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    archive::{Archive, FILES, KEYS, STATES},
    error::BackupError,
    id::BackupId,
    manifest::{Contents, Erased, FORMAT, Header, Installation, Kind, Manifest, Sealed, StoredFile},
};

/// Files that are copied at once.
const COPIES: usize = 4;
/// Backups that one process makes at once because somebody wishes for them.
const AT_ONCE: usize = 4;

/// What makes backups, and what looks after them. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Backups {
    pub(crate) store: Store,
    pub(crate) archive: Archive,
    pub(crate) files: Vault,
    program: &'static str,
    places: Arc<Semaphore>,
}

/// A backup that has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    /// Its id.
    pub backup: BackupId,
    /// Whose wish it is.
    pub kind: Kind,
}

/// An object that was written, and whether this backup wrote it.
pub(crate) struct Part<T> {
    pub object: T,
    pub added_bytes: u64,
}

impl Backups {
    /// Of the tenants of this store, whose files are in `files`. `program` is its version, for the record.
    pub fn new(store: Store, archive: Vault, files: Vault, program: &'static str) -> Self {
        let places = Arc::new(Semaphore::new(AT_ONCE));
        Self { store, archive: Archive::new(archive), files, program, places }
    }

    /// A place for one that somebody wishes for, as long as it is kept; none while too many are being made. Each takes a
    /// connection of the database.
    pub fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }

    /// What was made.
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// Saves the tenant that is held.
    pub async fn save(&self, hold: &Hold, log: &Log, kind: Kind) -> Result<Manifest, BackupError> {
        let begun = self.begin(hold, kind).await?;
        self.complete(hold, log, begun).await
    }

    /// Notes that a backup of the tenant that is held begins.
    pub async fn begin(&self, hold: &Hold, kind: Kind) -> Result<Begun, BackupError> {
        let backup = BackupId::new(self.store.ids().next());
        self.store.begin_backup(hold, &backup.to_string(), kind.as_str()).await?;
        Ok(Begun { backup, kind })
    }

    /// Makes it, and notes what became of it.
    pub async fn complete(&self, hold: &Hold, log: &Log, begun: Begun) -> Result<Manifest, BackupError> {
        let made = self.make(hold, log, begun).await;
        let ended = match &made {
            Ok(Manifest { header: Header { position, bytes, added_bytes, .. }, .. }) => {
                Ok(BackupOutcome { position: *position, bytes: *bytes, added_bytes: *added_bytes })
            }
            Err(error) => Err(told(error)),
        };
        self.store.end_backup(&begun.backup.to_string(), ended).await?;
        made
    }

    async fn make(&self, hold: &Hold, log: &Log, Begun { backup, kind }: Begun) -> Result<Manifest, BackupError> {
        let tenant = log.tenant().clone();
        let installation = Installation::of(&self.store.wrapped_installation_key().await?);
        let earlier = self.last_readable(&tenant).await?;
        let snapshot = hold.snapshot(log).await?;
        let taken_at = self.store.clock().now();
        let (head, migration) = (snapshot.head().await?, snapshot.migration().await?);
        let checkpoint = snapshot.checkpoint().await?;
        let state = self.state(&snapshot, backup).await?;
        let ids = file_ids(&snapshot).await?;
        snapshot.end().await?;
        let segments = self.segments(hold, log, backup, head.position, earlier.as_ref()).await?;
        let keys = self.put(&tenant, KEYS, backup.to_string(), 1, hold.subject_keys(log).await?).await?;
        let known = earlier.map_or_else(Vec::new, |manifest| manifest.contents.files);
        let (files, missing_files) = self.copies(log, &ids, &known).await?;
        let erased = self.store.listed_erasures(&tenant).await?.into_iter();
        let erased = erased.map(|one| Erased { subject: one.subject, position: one.position, at: one.erased_at });
        let contents = Contents {
            program: self.program.to_owned(),
            migration,
            recorded_at: head.recorded_at,
            counters: head.counters,
            checkpoint,
            sealed_as: log.identity().clone(),
            state,
            keys,
            log: segments.object,
            files: files.object,
            missing_files,
            erased: erased.collect(),
        };
        let own = contents.state.stored_bytes() + contents.keys.stored_bytes();
        let shared = contents.log.iter().map(|segment| segment.object.stored_bytes()).sum::<u64>()
            + contents.files.iter().map(|file| file.bytes).sum::<u64>();
        let header = Header {
            format: FORMAT,
            tenant: tenant.clone(),
            backup,
            kind,
            taken_at,
            position: head.position,
            epoch: log.epoch(),
            bytes: own + shared,
            added_bytes: own + segments.added_bytes + files.added_bytes,
            installation,
        };
        let manifest = Manifest { header, contents };
        // Whoever lost the tenant may have been overtaken by another, who does not know of this.
        hold.check().await?;
        self.archive.write(&manifest, manifest.seal(&self.store)?).await?;
        Ok(manifest)
    }

    /// The last backup whose manifest can be read: what it has need not be written again.
    async fn last_readable(&self, tenant: &TenantId) -> Result<Option<Manifest>, BackupError> {
        let key = self.store.installation_key();
        for backup in self.archive.list(tenant).await?.into_iter().rev() {
            match self.archive.open(&key, tenant, backup).await {
                Ok(manifest) => return Ok(Some(manifest)),
                Err(error @ (BackupError::Manifest { .. } | BackupError::Format { .. })) => {
                    tracing::warn!(%tenant, %backup, %error, "what this backup has is written again");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    async fn state(&self, snapshot: &Snapshot<'_>, backup: BackupId) -> Result<Sealed, BackupError> {
        let tables = snapshot.tables().await?;
        let sections = tables.len() as u64;
        let dump = snapshot.dump(tables);
        self.put(snapshot.tenant(), STATES, backup.to_string(), sections, dump).await
    }

    /// Writes sections as an object with a key of its own, as they come.
    pub(crate) async fn put(
        &self,
        tenant: &TenantId,
        folder: &str,
        name: String,
        sections: u64,
        mut dump: Dump<'_>,
    ) -> Result<Sealed, BackupError> {
        let key = FileKey::new(self.store.random_key());
        let mut writing = self.archive.vault().create(Name::of(tenant.as_str(), folder, &name), &key);
        let (mut bytes, mut lines) = (0, 0);
        let written: Result<(), BackupError> = async {
            while let Some(piece) = dump.try_next().await? {
                bytes += piece.len() as u64;
                lines += piece.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
                writing.write(&piece).await?;
            }
            Ok(())
        }
        .await;
        if let Err(error) = written {
            // That this may fail, too, changes nothing: what is left goes with the next tidying.
            drop(writing.abandon().await);
            return Err(error);
        }
        writing.finish().await?;
        // Each section has a line before its rows, and one behind them.
        Ok(Sealed { name, key, bytes, rows: lines.saturating_sub(2 * sections) })
    }

    /// Copies the files that no earlier backup has; and which of them are gone.
    async fn copies(
        &self,
        log: &Log,
        ids: &[String],
        known: &[StoredFile],
    ) -> Result<(Part<Vec<StoredFile>>, Vec<String>), BackupError> {
        let tenant = log.tenant().as_str();
        let there = self.archive.vault().list(tenant, FILES).await?;
        let kept = |id: &str| {
            let file = known.binary_search_by(|file| file.id.as_str().cmp(id)).ok().map(|at| &known[at])?;
            let object = there.binary_search_by(|object| object.name.as_str().cmp(id)).ok().map(|at| &there[at])?;
            (object.bytes == file.bytes).then(|| file.clone())
        };
        let copy = |id: String| async move {
            let name = Name::file(tenant, &id);
            match self.files.copy(name, (self.archive.vault(), name)).await {
                Ok(sum) => Ok(Ok(StoredFile { bytes: sum.bytes, sha256: hex::encode(sum.sha256), id })),
                // Erased since, or given up by whoever sent it.
                Err(VaultError::Missing { .. }) => Ok(Err(id)),
                Err(error) => Err(error),
            }
        };
        let (mut files, mut wanted) = (vec![], vec![]);
        for id in ids {
            match kept(id) {
                Some(file) => files.push(file),
                None => wanted.push(id.clone()),
            }
        }
        let (mut added_bytes, mut missing) = (0, vec![]);
        let mut copied = stream::iter(wanted).map(copy).buffer_unordered(COPIES);
        while let Some(one) = copied.try_next().await? {
            match one {
                Ok(file) => {
                    added_bytes += file.bytes;
                    files.push(file);
                }
                Err(id) => missing.push(id),
            }
        }
        files.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        missing.sort_unstable();
        Ok((Part { object: files, added_bytes }, missing))
    }
}

/// Files that are whole: one that is being received may never be.
async fn file_ids(snapshot: &Snapshot<'_>) -> Result<Vec<String>, BackupError> {
    let sql = "SELECT file_id FROM files WHERE status <> 'receiving' ORDER BY file_id";
    Ok(snapshot.query(sql, &[]).await?.iter().map(|row| row.get(0)).collect())
}

/// An error with its causes, in one line.
fn told(error: &BackupError) -> String {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
