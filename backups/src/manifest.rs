//! The manifest: what a backup is made of, and the keys that open it. In clear it says whose it is, of when, and which
//! installation's key opens the rest; the rest is sealed under that, and bound to what stands in clear.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use event_store::{InstallationKey, MasterKey, Store, TenantId, WrappedKey};
use files::{FileKey, sealed_length};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use crate::{error::BackupError, id::BackupId};

/// The format that this program writes.
pub const FORMAT: u32 = 1;

/// A backup.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// What everybody may read.
    pub header: Header,
    /// What only the installation can.
    pub contents: Contents,
}

/// What stands in clear.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Header {
    /// [`FORMAT`].
    pub format: u32,
    /// Whose it is.
    #[serde(with = "text")]
    pub tenant: TenantId,
    /// Its id.
    pub backup: BackupId,
    /// Whose wish it was.
    pub kind: Kind,
    /// What was there then.
    pub taken_at: DateTime<Utc>,
    /// The last position of the log that it has.
    pub position: u64,
    /// Which one of the tenant's logs that is.
    pub epoch: u32,
    /// Bytes of all that it needs, in the store.
    pub bytes: u64,
    /// Bytes of what was not there before.
    pub added_bytes: u64,
    /// What opens it.
    pub installation: Installation,
}

/// Whose wish a backup was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The schedule's.
    Scheduled,
    /// Somebody's.
    Manual,
    /// Made so that a restore in place can be undone.
    BeforeRestore,
}

impl Kind {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Manual => "manual",
            Self::BeforeRestore => "before_restore",
        }
    }
}

/// The key of an installation, under its master key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Installation {
    /// The id of the master key.
    pub master_key: String,
    /// In base64.
    pub wrapped_key: String,
}

impl Installation {
    /// As the database keeps it.
    pub fn of(kept: &WrappedKey) -> Self {
        Self { master_key: kept.master_key.clone(), wrapped_key: STANDARD.encode(&kept.wrapped) }
    }

    /// The key, with its master key.
    pub async fn open(&self, master: &dyn MasterKey) -> Result<InstallationKey, BackupError> {
        let wrapped = STANDARD.decode(&self.wrapped_key).unwrap_or_default();
        let kept = WrappedKey { master_key: self.master_key.clone(), wrapped };
        Ok(InstallationKey::unwrap(master, &kept).await?)
    }
}

/// What is sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Contents {
    /// The version of the program that made it.
    pub program: String,
    /// The number of the last migration that the tenant's schema had.
    pub migration: i32,
    /// When the event at its position was recorded.
    pub recorded_at: Option<DateTime<Utc>>,
    /// The counters of the log.
    pub counters: Value,
    /// The last checkpoint that was signed then.
    pub checkpoint: Option<String>,
    /// The tenant's id that its keys, sealed fields and files are bound to.
    #[serde(with = "text")]
    pub sealed_as: TenantId,
    /// Its tables.
    pub state: Sealed,
    /// The keys of the people that the log is about.
    pub keys: Sealed,
    /// Its log, from the first event on, without holes.
    pub log: Vec<Segment>,
    /// The files of its messages, and those that wait for one.
    pub files: Vec<StoredFile>,
    /// Files that were not there any more.
    pub missing_files: Vec<String>,
    /// Who was erased by the end of it.
    pub erased: Vec<Erased>,
}

/// An object with a key of its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sealed {
    /// Its name in its folder.
    pub name: String,
    /// What opens it.
    #[serde(with = "key")]
    pub key: FileKey,
    /// Its length, opened.
    pub bytes: u64,
    /// The rows that it holds.
    pub rows: u64,
}

impl Sealed {
    /// Its length in the store.
    pub fn stored_bytes(&self) -> u64 {
        sealed_length(self.bytes)
    }
}

/// A piece of the log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Segment {
    /// Its first position.
    pub first: u64,
    /// Its last one.
    pub last: u64,
    /// The id of the event there: while the log has it, the log has all of this piece.
    pub last_event: String,
    /// Its object.
    #[serde(flatten)]
    pub object: Sealed,
}

impl Segment {
    /// How many events it has.
    pub fn events(&self) -> u64 {
        (self.last + 1).saturating_sub(self.first)
    }
}

/// A copy of a sealed file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// Its id, which names it.
    pub id: String,
    /// Its length in the store.
    pub bytes: u64,
    /// The digest of that, in hexadecimal.
    pub sha256: String,
}

/// Somebody who was erased, or a field of a key of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    /// Who.
    pub subject: String,
    /// Where the log says so.
    pub position: u64,
    /// When.
    pub at: DateTime<Utc>,
}

/// A manifest as it is stored.
#[derive(Serialize, Deserialize)]
struct Written {
    #[serde(flatten)]
    header: Header,
    sealed: String,
}

/// What the sealed part is bound to: all that stands in clear.
fn about(header: &Header) -> Result<String, serde_json::Error> {
    Ok(format!("backup manifest\0{}", serde_json::to_string(header)?))
}

impl Manifest {
    /// As it is stored.
    pub(crate) fn seal(&self, store: &Store) -> Result<Bytes, BackupError> {
        let unfit = |_| BackupError::Manifest { backup: self.header.backup };
        let contents = serde_json::to_vec(&self.contents).map_err(unfit)?;
        let sealed = STANDARD.encode(store.seal(&about(&self.header).map_err(unfit)?, &contents));
        let written = Written { header: self.header.clone(), sealed };
        Ok(serde_json::to_vec_pretty(&written).map_err(unfit)?.into())
    }

    /// What was stored for this tenant under this id.
    pub(crate) fn open(
        key: &InstallationKey,
        tenant: &TenantId,
        backup: BackupId,
        stored: &[u8],
    ) -> Result<Self, BackupError> {
        let unfit = || BackupError::Manifest { backup };
        let Written { header, sealed } = read(tenant, backup, stored)?;
        let sealed = STANDARD.decode(sealed).map_err(|_| unfit())?;
        let about = about(&header).map_err(|_| unfit())?;
        let contents = key.unseal(&about, &sealed).ok_or_else(unfit)?;
        let contents = serde_json::from_slice(&contents).map_err(|_| unfit())?;
        Ok(Self { header, contents })
    }
}

impl Header {
    /// What of it everybody can read; nothing of that is proven.
    pub(crate) fn read(tenant: &TenantId, backup: BackupId, stored: &[u8]) -> Result<Self, BackupError> {
        Ok(read(tenant, backup, stored)?.header)
    }
}

fn read(tenant: &TenantId, backup: BackupId, stored: &[u8]) -> Result<Written, BackupError> {
    let unfit = || BackupError::Manifest { backup };
    let written: Value = serde_json::from_slice(stored).map_err(|_| unfit())?;
    let found = written["format"].as_u64().ok_or_else(unfit)?;
    if found != u64::from(FORMAT) {
        return Err(BackupError::Format { backup, found, known: FORMAT });
    }
    let written: Written = serde_json::from_value(written).map_err(|_| unfit())?;
    let fits = written.header.tenant == *tenant && written.header.backup == backup;
    if fits { Ok(written) } else { Err(unfit()) }
}

/// An id of a tenant as its text.
mod text {
    use super::{Deserialize, Deserializer, Serializer, TenantId, de};

    pub fn serialize<S: Serializer>(tenant: &TenantId, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(tenant.as_str())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TenantId, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// A key in hexadecimal.
mod key {
    use super::{Deserialize, Deserializer, FileKey, Serializer, de};

    pub fn serialize<S: Serializer>(key: &FileKey, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(key.as_bytes()))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<FileKey, D::Error> {
        let mut key = [0; 32];
        hex::decode_to_slice(String::deserialize(deserializer)?, &mut key).map_err(de::Error::custom)?;
        Ok(FileKey::new(key))
    }
}
