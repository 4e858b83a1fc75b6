//! The row of a file.

use chrono::{DateTime, Utc};
use domain::FileId;
use event_store::{Log, SealedColumn, StoreError, TenantTx, driver::types::Type};
use files::FileKey;
use serde::{Deserialize, Serialize};

use super::FileError;

/// What a scanner said of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileStatus {
    /// Nothing: there was none.
    Unscanned,
}

impl FileStatus {
    /// The word that stands for it, in the table and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unscanned => "unscanned",
        }
    }
}

/// While a file is on its way in, nobody else sees it.
const RECEIVING: &str = "receiving";

/// A file, and what there is to know of it.
#[derive(Clone, Debug)]
pub struct FileRecord {
    /// Its id.
    pub id: FileId,
    /// What it is called.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// What it is.
    pub content_type: String,
    /// The digest of its bytes, in hexadecimal.
    pub sha256: String,
    /// What a scanner said of it.
    pub status: FileStatus,
    /// When it came.
    pub created_at: DateTime<Utc>,
    /// When it goes, unless a message has it by then.
    pub expires_at: Option<DateTime<Utc>>,
    pub(super) key: FileKey,
}

/// What stands in the row as long as no message has the file.
#[derive(Deserialize, Serialize)]
struct Secret {
    name: String,
    key: [u8; 32],
}

/// What is sealed here, for those who seal it under another version of the tenant's key.
pub const SEALED: SealedColumn = SealedColumn { table: "files", column: "sealed", place: "'file ' || file_id" };

fn about(id: FileId) -> String {
    format!("file {id}")
}

/// Notes that a file is about to come.
pub(super) async fn reserve(
    log: &Log,
    id: FileId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), FileError> {
    let tx = log.begin().await?;
    let sql = "INSERT INTO files (file_id, status, created_at, expires_at) VALUES ($1, $2, $3, $4)";
    tx.execute(sql, &[&id.to_string(), &RECEIVING, &now, &expires_at]).await?;
    Ok(tx.commit().await?)
}

/// Notes that it is there.
pub(super) async fn keep(log: &Log, file: &FileRecord) -> Result<(), FileError> {
    let secret = Secret { name: file.name.clone(), key: *file.key.as_bytes() };
    let secret = serde_json::to_vec(&secret).expect("a name and a key are JSON");
    let tx = log.begin().await?;
    log.learn_keys(&tx).await?;
    let sealed = log.seal_secret(&about(file.id), &secret);
    tx.execute(
        "UPDATE files SET size = $2, content_type = $3, sha256 = $4, status = $5, expires_at = $6, sealed = $7,
            key_version = $8
         WHERE file_id = $1",
        &[
            &file.id.to_string(),
            &i64::try_from(file.size).unwrap_or(i64::MAX),
            &file.content_type,
            &file.sha256,
            &file.status.as_str(),
            &file.expires_at,
            &sealed.bytes,
            &sealed.key_version,
        ],
    )
    .await?;
    Ok(tx.commit().await?)
}

/// A file that is there at `now`.
pub(super) async fn find(log: &Log, id: FileId, now: DateTime<Utc>) -> Result<Option<FileRecord>, FileError> {
    let sql = "SELECT size, content_type, sha256, created_at, expires_at, sealed FROM files
               WHERE file_id = $1 AND status <> $2 AND (expires_at IS NULL OR expires_at > $3)";
    let params = [(&id.to_string() as _, Type::TEXT), (&RECEIVING as _, Type::TEXT), (&now as _, Type::TIMESTAMPTZ)];
    let rows = log.query(sql, &params).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let secret = open(log, None, id, row.get(5)).await?;
    Ok(Some(FileRecord {
        id,
        name: secret.name,
        size: u64::try_from(row.get::<_, i64>(0)).unwrap_or(0),
        content_type: row.get(1),
        sha256: row.get(2),
        status: FileStatus::Unscanned,
        created_at: row.get(3),
        expires_at: row.get(4),
        key: FileKey::new(secret.key),
    }))
}

async fn open(log: &Log, tx: Option<&TenantTx>, id: FileId, sealed: &[u8]) -> Result<Secret, StoreError> {
    let place = about(id);
    let opened = log.open_secret(tx, &place, sealed).await?;
    serde_json::from_slice(&opened).map_err(|_| StoreError::WrongMasterKey { what: place })
}
