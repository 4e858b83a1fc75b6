//! Where the backup is, and which one it is.

use backups::{Archive, Header, Kind, Manifest};
use event_store::{InstallationKey, MasterKey, TenantId, restore::Until};

use super::{RestoreError, RestoreWish};
use crate::app::App;

/// A store of backups, and the key that opens them.
#[derive(Debug)]
pub struct Source {
    pub(super) archive: Archive,
    pub(super) key: InstallationKey,
    /// Whether it is the one of another installation.
    pub(super) foreign: bool,
}

/// What is restored, and the newest backup that still has keys.
#[derive(Debug)]
pub(super) struct Chosen {
    pub manifest: Manifest,
    pub keys: Manifest,
}

impl Source {
    /// This installation's own.
    pub fn own(app: &App) -> Self {
        let (archive, key) = (app.backups.archive().clone(), app.desk.store().installation_key());
        Self { archive, key, foreign: false }
    }

    /// Another installation's, opened with its master key.
    pub async fn foreign(archive: Archive, tenant: &TenantId, master: &dyn MasterKey) -> Result<Self, RestoreError> {
        let newest = archive.list(tenant).await?.pop().ok_or_else(|| RestoreError::NoBackup(tenant.clone()))?;
        let key = archive.header(tenant, newest).await?.installation.open(master).await?;
        Ok(Self { archive, key, foreign: true })
    }

    /// The one that was wished, or the one that fits best. `saved`: what was just made of the tenant as it is, which has
    /// every moment of it.
    pub(super) async fn choose(&self, wish: &RestoreWish, saved: Option<&Manifest>) -> Result<Chosen, RestoreError> {
        let manifest = match (wish.backup, saved) {
            (Some(backup), _) => self.archive.open(&self.key, &wish.tenant, backup).await?,
            (None, Some(saved)) if wish.until != Until::End => saved.clone(),
            (None, _) => self.best(wish).await?,
        };
        let Header { backup, position, taken_at, .. } = manifest.header;
        let beyond = match wish.until {
            Until::End => false,
            Until::Position(wished) => wished > position,
            Until::Instant(wished) => wished > taken_at,
        };
        if beyond {
            return Err(RestoreError::Beyond { backup, position, taken_at });
        }
        let newest = migrations::TENANT.iter().map(|migration| migration.number).max().unwrap_or(0);
        if manifest.contents.migration > newest {
            let program = manifest.contents.program.clone();
            return Err(RestoreError::NewerProgram { backup, program });
        }
        let keys = self.newest_keys(&wish.tenant).await?;
        Ok(Chosen { manifest, keys })
    }

    /// The newest one that is not the undoing of another restore; of a moment, the first one behind it.
    async fn best(&self, wish: &RestoreWish) -> Result<Manifest, RestoreError> {
        let mut best = None;
        for backup in self.archive.list(&wish.tenant).await?.into_iter().rev() {
            let header = self.archive.header(&wish.tenant, backup).await?;
            let reaches = match wish.until {
                Until::End => header.kind != Kind::BeforeRestore,
                Until::Position(position) => header.position >= position,
                Until::Instant(instant) => header.taken_at >= instant,
            };
            if reaches {
                best = Some(backup);
            }
            if reaches == (wish.until == Until::End) {
                break;
            }
        }
        let backup = best.ok_or_else(|| RestoreError::NoBackup(wish.tenant.clone()))?;
        Ok(self.archive.open(&self.key, &wish.tenant, backup).await?)
    }

    /// The newest backup, and the newest one that has keys.
    pub(crate) async fn newest(&self, tenant: &TenantId) -> Result<(Manifest, Manifest), RestoreError> {
        let newest = self.archive.newest(&self.key, tenant).await?;
        let newest = newest.ok_or_else(|| RestoreError::NoBackup(tenant.clone()))?;
        Ok((newest, self.newest_keys(tenant).await?))
    }

    /// The epoch of the log that was saved last.
    pub(super) async fn newest_epoch(&self, tenant: &TenantId) -> Result<u32, RestoreError> {
        let newest = self.archive.list(tenant).await?.pop().ok_or_else(|| RestoreError::NoBackup(tenant.clone()))?;
        Ok(self.archive.header(tenant, newest).await?.epoch)
    }

    async fn newest_keys(&self, tenant: &TenantId) -> Result<Manifest, RestoreError> {
        for backup in self.archive.list(tenant).await?.into_iter().rev() {
            let manifest = self.archive.open(&self.key, tenant, backup).await?;
            if self.archive.keys(&manifest).await?.is_some() {
                return Ok(manifest);
            }
        }
        Err(RestoreError::NoKeys(tenant.clone()))
    }
}
