//! A file comes in: measured, digested and sealed as it goes by; never all of it in memory.

use std::time::Duration;

use bytes::Bytes;
use chrono::TimeDelta;
use domain::{FileId, text::FileName};
use event_store::Log;
use files::{FileKey, Name};
use futures_util::{Stream, StreamExt as _};
use ring::digest::{Context, SHA256};

use super::{
    FileError, FileRecord, Files, WAITS, kind,
    record::{self, FileStatus, Room},
};
use crate::error::CommandError;

/// Silence in the middle of a file ends it.
const SILENCE: Duration = Duration::from_secs(30);
/// What is not finished after this was cut off together with the server.
const BEGUN: TimeDelta = TimeDelta::hours(1);

/// Room for a file whose size nobody said is held a step ahead.
const STEP: u64 = 1024 * 1024;

/// What is said of a file that is about to come.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// What it is called.
    pub name: FileName,
    /// What it is said to be.
    pub claimed_type: Option<String>,
    /// How large it is said to be.
    pub announced: Option<u64>,
}

/// What was found of a file while it came.
struct Received {
    size: u64,
    content_type: String,
    sha256: Vec<u8>,
}

impl Files {
    /// Takes a file in. What does not come whole leaves nothing behind.
    pub async fn receive<E>(
        &self,
        log: &Log,
        incoming: Incoming,
        body: impl Stream<Item = Result<Bytes, E>> + Send + Unpin,
    ) -> Result<FileRecord, FileError> {
        let limit = self.settings.max_bytes;
        if incoming.announced.is_some_and(|size| size > limit) {
            return Err(FileError::TooLarge { limit });
        }
        let id = FileId::new(self.desk.store().ids().next());
        let key = FileKey::new(self.desk.store().random_key());
        let now = self.desk.store().clock().now();
        // The row comes first: of an object that nobody knows, nobody would ever clean up.
        let allowed = self.desk.entitlements(log).await?.storage_bytes();
        let room = Room { held: incoming.announced.unwrap_or(0), allowed };
        record::reserve(log, id, room, (now, now + BEGUN)).await?;
        let received = match self.take_in(log, (id, room), &key, &incoming, body).await {
            Ok(received) => received,
            Err(error) => {
                if let Err(left) = self.discard(log, id).await {
                    tracing::warn!(tenant = %log.tenant(), error = %left, "a file that did not come whole is left");
                }
                return Err(error);
            }
        };
        let file = FileRecord {
            id,
            name: incoming.name.as_str().to_owned(),
            size: received.size,
            content_type: received.content_type,
            sha256: hex::encode(received.sha256),
            status: if self.scans() { FileStatus::Pending } else { FileStatus::Unscanned },
            created_at: now,
            expires_at: Some(self.desk.store().clock().now() + WAITS),
            ticket: None,
            message: None,
            key,
        };
        record::keep(log, &file).await?;
        if allowed.is_some()
            && let Err(error) = self.desk.say_thresholds(log).await
        {
            tracing::warn!(tenant = %log.tenant(), %error, "how much is used of the plan is said later");
        }
        let status = if self.scans() { self.scan(log, &file).await? } else { file.status };
        Ok(FileRecord { status, ..file })
    }

    async fn take_in<E>(
        &self,
        log: &Log,
        (file, mut room): (FileId, Room),
        key: &FileKey,
        incoming: &Incoming,
        mut body: impl Stream<Item = Result<Bytes, E>> + Send + Unpin,
    ) -> Result<Received, FileError> {
        let id = file.to_string();
        let name = Name::file(log.tenant().as_str(), &id).sealed_as(log.identity().as_str());
        let mut writing = self.vault.create(name, key);
        let (mut size, mut digest, mut head) = (0_u64, Context::new(&SHA256), vec![]);
        let cut = FileError::Cut(SILENCE.as_secs());
        let ended = loop {
            let data = match tokio::time::timeout(SILENCE, body.next()).await {
                Ok(Some(Ok(data))) => data,
                Ok(None) => break Ok(()),
                Ok(Some(Err(_))) | Err(_) => break Err(cut),
            };
            size += data.len() as u64;
            if size > self.settings.max_bytes {
                break Err(FileError::TooLarge { limit: self.settings.max_bytes });
            }
            if size > room.held
                && let Err(error) = hold_more(log, file, &mut room, size).await
            {
                break Err(error);
            }
            digest.update(&data);
            head.extend(data.iter().take(kind::HEAD - head.len()));
            if let Err(error) = writing.write(&data).await {
                break Err(error.into());
            }
        };
        if let Err(error) = ended {
            writing.abandon().await?;
            return Err(error);
        }
        writing.finish().await?;
        let content_type = kind::of(incoming.claimed_type.as_deref(), &head);
        Ok(Received { size, content_type, sha256: digest.finish().as_ref().to_vec() })
    }
}

/// Holds room for `size` bytes of it and a step more; where that is too much, for no more than there is of it.
async fn hold_more(log: &Log, file: FileId, room: &mut Room, size: u64) -> Result<(), FileError> {
    let needed = size - room.held;
    let more = match record::reserve_more(log, file, *room, needed + STEP).await {
        Ok(()) => needed + STEP,
        Err(FileError::Command(CommandError::OverLimit(_))) => {
            record::reserve_more(log, file, *room, needed).await?;
            needed
        }
        Err(error) => return Err(error),
    };
    room.held += more;
    Ok(())
}
