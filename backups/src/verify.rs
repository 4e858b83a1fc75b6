//! Whether a backup could be brought back: every object is read to its end, opened, and found to hold what it should.

use event_store::save::Hold;
use files::{Content, Name, VaultError};

use crate::{
    archive::{FILES, KEYS, LOG, STATES},
    error::BackupError,
    manifest::{Manifest, Sealed, Segment, StoredFile},
    save::Backups,
    sections::{Part, Sections},
};

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Objects that were read.
    pub objects: u64,
    /// Bytes of them, in the store.
    pub bytes: u64,
    /// Events that were found.
    pub events: u64,
    /// Whether its keys are there still: they are kept for a shorter time.
    pub has_keys: bool,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// An object that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its folder and name.
    pub object: String,
    /// Why.
    pub reason: String,
}

/// What an object that was read to its end held.
#[derive(Clone, Copy, Default)]
struct Held {
    rows: u64,
    tables: u64,
    /// Of rows that begin with a number: the first, and how many follow each other without a hole.
    first: Option<u64>,
    dense: u64,
}

impl Backups {
    /// Verifies a backup of the tenant that is held: what it needs is not removed meanwhile. `progress` hears of each object.
    pub async fn verify(
        &self,
        _: &Hold,
        manifest: &Manifest,
        progress: &(dyn Fn(&Verified) + Sync),
    ) -> Result<Verified, BackupError> {
        let mut found = Verified::default();
        let contents = &manifest.contents;
        let state = self.archive.state(manifest).await;
        let held = self.held(&mut found, STATES, &contents.state, state).await?;
        if held.is_some_and(|held| held.tables == 0) {
            found.fault(STATES, &contents.state.name, "it has no tables");
        }
        progress(&found);
        let newest = self.archive.list(&manifest.header.tenant).await?.last() == Some(&manifest.header.backup);
        match self.archive.keys(manifest).await {
            Ok(None) if !newest => {}
            Ok(None) => found.fault(KEYS, &contents.keys.name, "it is not there"),
            Ok(Some(keys)) => {
                found.has_keys = true;
                self.held(&mut found, KEYS, &contents.keys, Ok(keys)).await?;
            }
            Err(error) => {
                self.held(&mut found, KEYS, &contents.keys, Err(error)).await?;
            }
        }
        progress(&found);
        let mut next = 1;
        for segment in &contents.log {
            self.verify_segment(&mut found, manifest, segment, next).await?;
            next = segment.last + 1;
            progress(&found);
        }
        if next != manifest.header.position + 1 {
            found.fault(LOG, "", "its pieces do not reach the position of the backup");
        }
        for file in &contents.files {
            self.verify_file(&mut found, manifest, file).await?;
            progress(&found);
        }
        Ok(found)
    }

    async fn verify_segment(
        &self,
        found: &mut Verified,
        manifest: &Manifest,
        segment: &Segment,
        next: u64,
    ) -> Result<(), BackupError> {
        let name = &segment.object.name;
        let content = self.archive.segment(manifest, segment).await;
        let Some(held) = self.held(found, LOG, &segment.object, content).await? else { return Ok(()) };
        found.events += held.rows;
        if segment.first != next || held.first != Some(next) || held.dense != segment.events() {
            found.fault(LOG, name, "its positions are not those that it should have");
        }
        Ok(())
    }

    async fn verify_file(
        &self,
        found: &mut Verified,
        manifest: &Manifest,
        file: &StoredFile,
    ) -> Result<(), BackupError> {
        let sum = self.archive.vault().sum(Name::file(manifest.header.tenant.as_str(), &file.id)).await;
        match sum {
            Ok(sum) if sum.bytes == file.bytes && hex::encode(sum.sha256) == file.sha256 => {
                found.objects += 1;
                found.bytes += sum.bytes;
            }
            Ok(_) => found.fault(FILES, &file.id, "it is not what was copied"),
            Err(VaultError::Missing { .. }) => found.fault(FILES, &file.id, "it is not there"),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Reads an object to its end; none, and a fault, if it is not what it should be.
    async fn held(
        &self,
        found: &mut Verified,
        folder: &str,
        object: &Sealed,
        content: Result<Content, BackupError>,
    ) -> Result<Option<Held>, BackupError> {
        let read = match content {
            Ok(content) => read(Sections::new(format!("{folder}/{}", object.name), content)).await,
            Err(error) => Err(error),
        };
        match read {
            Ok(held) if held.rows == object.rows => {
                found.objects += 1;
                found.bytes += object.stored_bytes();
                return Ok(Some(held));
            }
            Ok(_) => found.fault(folder, &object.name, "it has more or fewer rows than it should"),
            Err(BackupError::Malformed { reason, .. }) => found.fault(folder, &object.name, &reason),
            Err(BackupError::Vault(VaultError::Missing { .. })) => {
                found.fault(folder, &object.name, "it is not there");
            }
            Err(BackupError::Vault(VaultError::Broken { .. })) => {
                found.fault(folder, &object.name, "it was changed, cut or moved");
            }
            Err(error) => return Err(error),
        }
        Ok(None)
    }
}

impl Verified {
    fn fault(&mut self, folder: &str, name: &str, reason: &str) {
        self.faults.push(Fault { object: format!("{folder}/{name}"), reason: reason.to_owned() });
    }
}

async fn read(mut sections: Sections) -> Result<Held, BackupError> {
    let mut held = Held::default();
    while let Some(part) = sections.next().await? {
        match part {
            Part::Table { .. } => held.tables += 1,
            Part::Rows(rows) => rows.split_inclusive(|byte| *byte == b'\n').for_each(|row| held.take(row)),
            Part::End => {}
        }
    }
    Ok(held)
}

impl Held {
    fn take(&mut self, row: &[u8]) {
        self.rows += 1;
        let number = row.split(|byte| *byte == b'\t').next();
        let number = number.and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
        let first = *self.first.get_or_insert(number.unwrap_or(0));
        if number == Some(first + self.dense) {
            self.dense += 1;
        }
    }
}
