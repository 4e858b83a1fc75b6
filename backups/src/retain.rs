//! What is kept: backups for so many days, their keys for fewer; then what no manifest names goes, too.
//!
//! Whoever tidies holds the tenant, so no backup of it is being written meanwhile. If one manifest cannot be read, no
//! object is removed: it may need any of them.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use event_store::save::Hold;
use files::{Name, Object};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::{
    archive::{BACKUPS, FILES, KEYS, LOG, STATES},
    error::BackupError,
    id::BackupId,
    manifest::Manifest,
    save::Backups,
};

/// Objects that are removed at once.
const REMOVALS: usize = 4;

/// How long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Backups, in days.
    pub days: u16,
    /// Their keys, in days.
    pub keys_days: u16,
    /// The newest one, however old it is, with its keys.
    pub newest: Newest,
}

/// What becomes of the newest backup once its time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Newest {
    /// It stays: there is no later one yet.
    Stays,
    /// It goes: there will be no later one.
    Goes,
}

/// What was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Backups.
    pub backups: u64,
    /// Objects that no other backup needs.
    pub objects: u64,
    /// Bytes of these.
    pub bytes: u64,
}

impl Backups {
    /// Removes what need not be kept of the tenant that is held. `progress` hears of each folder. Interrupted, the next call
    /// goes on.
    pub async fn tidy(
        &self,
        hold: &Hold,
        keep: Keep,
        progress: &(dyn Fn(Removed) + Sync),
    ) -> Result<Removed, BackupError> {
        let (tenant, now) = (hold.tenant(), self.store.clock().now());
        let before = |days: u16| now - TimeDelta::days(days.into());
        let mut removed = Removed::default();
        let mut kept = self.archive.list(tenant).await?;
        let newest = kept.last().copied().filter(|_| keep.newest == Newest::Stays);
        let is_over = |backup: BackupId, limit: DateTime<Utc>| {
            newest != Some(backup) && backup.begun_at().is_some_and(|begun| begun < limit)
        };
        let over: Vec<BackupId> = kept.extract_if(.., |backup| is_over(*backup, before(keep.days))).collect();
        // The manifests first: a backup that has lost an object must not look like one.
        for backup in &over {
            hold.check().await?;
            let name = backup.to_string();
            self.archive.vault().remove(Name::of(tenant.as_str(), BACKUPS, &name)).await?;
            removed.backups += 1;
        }
        let mut needed = BTreeSet::new();
        for backup in &kept {
            let manifest = self.archive.open(&self.store.installation_key(), tenant, *backup).await?;
            let with_keys = !is_over(*backup, before(keep.keys_days));
            needed.extend(names(&manifest).filter(|(folder, _)| *folder != KEYS || with_keys));
        }
        for folder in [LOG, STATES, KEYS, FILES] {
            self.sweep(hold, folder, &needed, &mut removed).await?;
            progress(removed);
        }
        let kept: Vec<String> = kept.iter().map(ToString::to_string).collect();
        self.store.forget_backups(hold, before(keep.days), &kept).await?;
        Ok(removed)
    }

    /// Removes the objects of a folder that nothing needs.
    async fn sweep(
        &self,
        hold: &Hold,
        folder: &'static str,
        needed: &BTreeSet<(&'static str, String)>,
        removed: &mut Removed,
    ) -> Result<(), BackupError> {
        let tenant = hold.tenant().as_str();
        let mut objects = self.archive.vault().list(tenant, folder).await?;
        // Nobody else has written any of these: the tenant is held still.
        hold.check().await?;
        objects.retain(|object| !needed.contains(&(folder, object.name.clone())));
        let remove = |object| self.remove(tenant, folder, object);
        let mut removals = stream::iter(objects).map(remove).buffer_unordered(REMOVALS);
        while let Some(bytes) = removals.try_next().await? {
            removed.objects += 1;
            removed.bytes += bytes;
        }
        Ok(())
    }

    /// Removes an object; gives its bytes.
    async fn remove(&self, tenant: &str, folder: &str, object: Object) -> Result<u64, BackupError> {
        self.archive.vault().remove(Name::of(tenant, folder, &object.name)).await?;
        Ok(object.bytes)
    }
}

/// All that a backup needs.
fn names(manifest: &Manifest) -> impl Iterator<Item = (&'static str, String)> {
    let contents = &manifest.contents;
    let own = [(STATES, contents.state.name.clone()), (KEYS, contents.keys.name.clone())];
    let log = contents.log.iter().map(|segment| (LOG, segment.object.name.clone()));
    let files = contents.files.iter().map(|file| (FILES, file.id.clone()));
    own.into_iter().chain(log).chain(files)
}
