//! The store of backups, read: which there are, and what each holds. Needs no database.

use event_store::{InstallationKey, TenantId};
use files::{Content, Name, Vault, VaultError};

use crate::{
    error::BackupError,
    id::BackupId,
    manifest::{Header, Manifest, Sealed, Segment},
};

/// Folders of a tenant.
pub(crate) const BACKUPS: &str = "backups";
pub(crate) const LOG: &str = "log";
pub(crate) const STATES: &str = "states";
pub(crate) const KEYS: &str = "keys";
pub(crate) const FILES: &str = "files";

/// The store of backups. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Archive {
    vault: Vault,
}

impl Archive {
    /// What is in this store.
    pub fn new(vault: Vault) -> Self {
        Self { vault }
    }

    /// The store.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// The tenants that have something here, of any installation.
    pub async fn tenants(&self) -> Result<Vec<TenantId>, BackupError> {
        Ok(self.vault.tenants().await?.iter().filter_map(|name| name.parse().ok()).collect())
    }

    /// The backups of a tenant, the oldest first.
    pub async fn list(&self, tenant: &TenantId) -> Result<Vec<BackupId>, BackupError> {
        let objects = self.vault.list(tenant.as_str(), BACKUPS).await?;
        Ok(objects.iter().filter_map(|object| object.name.parse().ok()).collect())
    }

    /// What anybody may read of a backup.
    pub async fn header(&self, tenant: &TenantId, backup: BackupId) -> Result<Header, BackupError> {
        Header::read(tenant, backup, &self.stored(tenant, backup).await?)
    }

    /// A backup, with the key of the installation that made it.
    pub async fn open(
        &self,
        key: &InstallationKey,
        tenant: &TenantId,
        backup: BackupId,
    ) -> Result<Manifest, BackupError> {
        Manifest::open(key, tenant, backup, &self.stored(tenant, backup).await?)
    }

    /// The newest one, if there is any.
    pub async fn newest(&self, key: &InstallationKey, tenant: &TenantId) -> Result<Option<Manifest>, BackupError> {
        match self.list(tenant).await?.last() {
            None => Ok(None),
            Some(backup) => self.open(key, tenant, *backup).await.map(Some),
        }
    }

    /// From then on it is there.
    pub(crate) async fn write(&self, manifest: &Manifest, stored: bytes::Bytes) -> Result<(), BackupError> {
        let (tenant, name) = (manifest.header.tenant.as_str(), manifest.header.backup.to_string());
        Ok(self.vault.put(Name::of(tenant, BACKUPS, &name), stored).await?)
    }

    async fn stored(&self, tenant: &TenantId, backup: BackupId) -> Result<bytes::Bytes, BackupError> {
        let name = backup.to_string();
        match self.vault.get(Name::of(tenant.as_str(), BACKUPS, &name)).await {
            Err(VaultError::Missing { .. }) => Err(BackupError::Unknown { tenant: tenant.clone(), backup }),
            found => Ok(found?),
        }
    }

    /// The tables of a backup, as sections of COPY.
    pub async fn state(&self, manifest: &Manifest) -> Result<Content, BackupError> {
        self.read(manifest, STATES, &manifest.contents.state).await
    }

    /// The keys of the people that its log is about, as a section of COPY; none once their time is over.
    pub async fn keys(&self, manifest: &Manifest) -> Result<Option<Content>, BackupError> {
        match self.read(manifest, KEYS, &manifest.contents.keys).await {
            Err(BackupError::Vault(VaultError::Missing { .. })) => Ok(None),
            found => found.map(Some),
        }
    }

    /// A piece of its log, as a section of COPY.
    pub async fn segment(&self, manifest: &Manifest, segment: &Segment) -> Result<Content, BackupError> {
        self.read(manifest, LOG, &segment.object).await
    }

    async fn read(&self, manifest: &Manifest, folder: &str, object: &Sealed) -> Result<Content, BackupError> {
        let name = Name::of(manifest.header.tenant.as_str(), folder, &object.name);
        Ok(self.vault.read(name, &object.key).await?)
    }
}
