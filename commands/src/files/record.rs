//! The row of a file, and what the log says of one that a message has.

use chrono::{DateTime, Utc};
use domain::{
    Aggregate, DomainEvent, FileId, MessageId, TicketId,
    ticket::{Attachment, Ticket},
};
use event_store::{
    Log, SealedColumn, StoreError, TenantTx,
    driver::{Row, types::Type},
    signed,
};
use files::FileKey;
use serde::{Deserialize, Serialize};

use super::{FileError, storage};
use crate::error::CommandError;

/// What a scanner said of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileStatus {
    /// Nothing: there was none.
    Unscanned,
    /// Nothing yet: it gave no answer, and is asked again.
    Pending,
    /// It found nothing.
    Clean,
    /// It found something: the file is not served.
    Infected,
}

impl FileStatus {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Unscanned, Self::Pending, Self::Clean, Self::Infected];

    /// The word that stands for it, in the table and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unscanned => "unscanned",
            Self::Pending => "pending",
            Self::Clean => "clean",
            Self::Infected => "infected",
        }
    }
}

/// While a file is on its way in, nobody else sees it.
const RECEIVING: &str = "receiving";

/// How much room a file on its way in has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// Held for it.
    pub held: u64,
    /// How much all files may have; none: as much as is wanted.
    pub allowed: Option<u64>,
}

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
    /// When it goes, unless a message has it by then; none: one has.
    pub expires_at: Option<DateTime<Utc>>,
    /// The ticket on which the message is that has it.
    pub ticket: Option<TicketId>,
    /// That message.
    pub message: Option<MessageId>,
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

/// Notes that a file is about to come, and holds room for it.
pub(super) async fn reserve(
    log: &Log,
    id: FileId,
    room: Room,
    (now, expires_at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), FileError> {
    let tx = log.begin().await?;
    let sql = "INSERT INTO files (file_id, status, size, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)";
    tx.execute(sql, &[&id.to_string(), &RECEIVING, &signed(room.held), &now, &expires_at]).await?;
    storage::reserve(&tx, room.held, room.allowed).await?;
    Ok(tx.commit().await?)
}

/// Holds room for more of it.
pub(super) async fn reserve_more(log: &Log, id: FileId, room: Room, more: u64) -> Result<(), FileError> {
    let tx = log.begin().await?;
    let sql = "UPDATE files SET size = size + $2 WHERE file_id = $1";
    tx.execute(sql, &[&id.to_string(), &signed(more)]).await?;
    storage::reserve(&tx, more, room.allowed).await?;
    Ok(tx.commit().await?)
}

/// What was held and not needed is given back.
const KEEP: &str = "
    WITH held AS (SELECT size FROM files WHERE file_id = $1),
        kept AS (UPDATE files SET size = $2, content_type = $3, sha256 = $4, status = $5, expires_at = $6, sealed = $7,
            key_version = $8 WHERE file_id = $1 RETURNING size)
    UPDATE storage SET used = used + kept.size, reserved = reserved - held.size FROM held, kept";

/// Notes that it is there.
pub(super) async fn keep(log: &Log, file: &FileRecord) -> Result<(), FileError> {
    let secret = Secret { name: file.name.clone(), key: *file.key.as_bytes() };
    let secret = serde_json::to_vec(&secret).expect("a name and a key are JSON");
    let tx = log.begin().await?;
    log.learn_keys(&tx).await?;
    let sealed = log.seal_secret(&about(file.id), &secret);
    tx.execute(
        KEEP,
        &[
            &file.id.to_string(),
            &signed(file.size),
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

const COLUMNS: &str =
    "size, content_type, sha256, created_at, expires_at, sealed, ticket_id, position, message_id, status";

/// A file that is there.
pub(super) async fn find(log: &Log, id: FileId) -> Result<Option<FileRecord>, CommandError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM files WHERE file_id = $1 AND status <> $2 AND (expires_at IS NULL OR expires_at > $3)"
    );
    let now = log.clock().now();
    let params = [(&id.to_string() as _, Type::TEXT), (&RECEIVING as _, Type::TEXT), (&now as _, Type::TIMESTAMPTZ)];
    let rows = log.query(&sql, &params).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let secret = match row.get::<_, Option<&[u8]>>(5) {
        Some(sealed) => Some(opened(log, id, sealed).await?),
        None => told(log, id, u64::try_from(row.get::<_, i64>(7)).unwrap_or(0)).await?,
    };
    Ok(secret.map(|secret| record(id, row, secret)))
}

/// A file that waits for its message.
pub(super) async fn waiting(log: &Log, id: FileId) -> Result<Option<FileRecord>, CommandError> {
    Ok(find(log, id).await?.filter(|file| file.expires_at.is_some()))
}

fn record(id: FileId, row: &Row, secret: Secret) -> FileRecord {
    FileRecord {
        id,
        name: secret.name,
        size: u64::try_from(row.get::<_, i64>(0)).unwrap_or(0),
        content_type: row.get(1),
        sha256: row.get(2),
        status: FileStatus::ALL
            .into_iter()
            .find(|status| status.as_str() == row.get::<_, &str>(9))
            .unwrap_or(FileStatus::Unscanned),
        created_at: row.get(3),
        expires_at: row.get(4),
        ticket: row.get::<_, Option<&str>>(6).and_then(|id| id.parse().ok()),
        message: row.get::<_, Option<&str>>(8).and_then(|id| id.parse().ok()),
        key: FileKey::new(secret.key),
    }
}

/// What the row says, under the tenant's key.
async fn opened(log: &Log, id: FileId, sealed: &[u8]) -> Result<Secret, StoreError> {
    let place = about(id);
    let opened = log.open_secret(None, &place, sealed).await?;
    serde_json::from_slice(&opened).map_err(|_| StoreError::WrongMasterKey { what: place })
}

/// What the log says; none once its key there was destroyed.
async fn told(log: &Log, id: FileId, position: u64) -> Result<Option<Secret>, CommandError> {
    let Some(at) = log.read(position.saturating_sub(1), 1).await?.into_iter().next() else { return Ok(None) };
    let event = DomainEvent::decode(&at.stream.aggregate_type, &at.event_type, at.event_version, at.payload)?;
    let DomainEvent::Ticket(event) = event else { return Ok(None) };
    let attachments = event.written().map_or(&[][..], |written| written.attachments);
    let secret = |attachment: &Attachment| {
        let mut key = [0; 32];
        hex::decode_to_slice(attachment.key.value()?, &mut key).ok()?;
        Some(Secret { name: attachment.name.value()?.to_owned(), key })
    };
    Ok(attachments.iter().find(|attachment| attachment.file == id).and_then(secret))
}

/// Gives its room back, too. Again, it changes nothing.
const FORGET: &str = "
    WITH gone AS (DELETE FROM files WHERE file_id = $1
                  RETURNING CASE WHEN status = $2 THEN 0 ELSE size END AS used,
                            CASE WHEN status = $2 THEN size ELSE 0 END AS reserved)
    UPDATE storage SET used = storage.used - gone.used, reserved = storage.reserved - gone.reserved FROM gone";

/// Forgets a file.
pub(super) async fn forget(log: &Log, id: &str) -> Result<(), StoreError> {
    let tx = log.begin().await?;
    tx.execute(&tx.statement(FORGET).await?, &[&id, &RECEIVING]).await?;
    tx.commit().await
}

/// Those that a scanner has not judged, the oldest first.
pub(super) async fn pending(log: &Log) -> Result<Vec<FileId>, StoreError> {
    let sql = "SELECT file_id FROM files WHERE status = $1 ORDER BY created_at";
    let rows = log.query(sql, &[(&FileStatus::Pending.as_str(), Type::TEXT)]).await?;
    Ok(rows.iter().filter_map(|row| row.get::<_, &str>(0).parse().ok()).collect())
}

/// Whether there are such.
pub(super) async fn any_pending(tx: &TenantTx) -> Result<bool, StoreError> {
    let statement = tx.statement("SELECT EXISTS (SELECT 1 FROM files WHERE status = $1)").await?;
    Ok(tx.query_one(&statement, &[&FileStatus::Pending.as_str()]).await?.get(0))
}

/// Notes what a scanner said.
pub(super) async fn judge(log: &Log, id: FileId, status: FileStatus) -> Result<(), FileError> {
    let tx = log.begin().await?;
    let sql = "UPDATE files SET status = $2 WHERE file_id = $1";
    tx.execute(sql, &[&id.to_string(), &status.as_str()]).await?;
    Ok(tx.commit().await?)
}

/// Those whose key still stands in their row.
pub(super) async fn all_waiting(log: &Log) -> Result<Vec<FileId>, StoreError> {
    let rows = log.query("SELECT file_id FROM files WHERE expires_at IS NOT NULL", &[]).await?;
    Ok(rows.iter().filter_map(|row| row.get::<_, &str>(0).parse().ok()).collect())
}

/// From the event that says which message has the file. What opens it stands there; here it is destroyed.
const SETTLE: &str = "
    UPDATE files SET ticket_id = $3, message_id = e.payload ->> 'message', position = e.position,
        subject = (SELECT a #>> '{name,$sealed,subject}' FROM json_array_elements(e.payload -> 'attachments') a
                   WHERE a ->> 'file' = $1),
        expires_at = NULL, sealed = NULL, key_version = NULL
    FROM events e
    WHERE file_id = $1 AND e.aggregate_type = $2 AND e.aggregate_id = $3
      AND strpos(e.payload::text, $1) > 0 AND e.payload -> 'attachments' IS NOT NULL";

/// Notes that a message of this ticket has the file, as the log says. Again, it changes nothing.
pub(super) async fn settle(log: &Log, id: FileId, ticket: &str) -> Result<(), StoreError> {
    let tx = log.begin().await?;
    tx.execute(&tx.statement(SETTLE).await?, &[&id.to_string(), &Ticket::TYPE, &ticket]).await?;
    tx.commit().await
}
