//! Reading a long stretch of the log: in order, without holes, a chunk at a time, so that memory does not grow with
//! it. An event is given as its row holds it, borrowed, its payload still text: whoever reads a million of them
//! decodes what it needs, and nothing else is built.

use std::{borrow::Cow, collections::HashMap, num::NonZeroUsize, pin::pin, sync::Arc};

use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use lru::LruCache;
use ring::aead::LessSafeKey;
use serde::Deserialize;
use tokio_postgres::{
    binary_copy::{BinaryCopyOutRow, BinaryCopyOutStream},
    types::{FromSql, Type},
};
use uuid::Uuid;

use crate::{
    commit::StreamId,
    database::TenantTx,
    error::StoreError,
    log::{Log, LogInner},
    read::unsigned,
    seal::{Keyring, Keys, Place, holds_sealed, open_text},
};

/// A chunk ends after so many events, or so many bytes of payload, whichever is first.
const EVENTS: u64 = 2_000;
const BYTES: usize = 4 * 1024 * 1024;
/// Keys that a scan holds. About 600 bytes each.
const KEYS: usize = 10_000;

const COLUMNS: [(&str, Type); 12] = [
    ("position", Type::INT8),
    ("aggregate_type", Type::TEXT),
    ("aggregate_id", Type::TEXT),
    ("sequence", Type::INT8),
    ("event_type", Type::TEXT),
    ("event_version", Type::TEXT),
    ("payload", Type::JSON),
    ("metadata", Type::JSON),
    ("event_id", Type::UUID),
    ("command_id", Type::UUID),
    ("occurred_at", Type::TIMESTAMPTZ),
    ("recorded_at", Type::TIMESTAMPTZ),
];

/// What becomes of personal fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fields {
    /// They stay as they are stored.
    Closed,
    /// They are opened, or marked as erased.
    Opened,
}

/// A scan of the log, see [`Log::scan`]. Between two chunks it holds no connection.
pub struct Scan {
    log: Arc<LogInner>,
    after: u64,
    end: u64,
    /// Positions to ask for at a time: fewer while they are large.
    window: u64,
    opener: Option<Opener>,
}

impl std::fmt::Debug for Scan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Scan({} from {} to {})", self.log.tenant, self.after, self.end)
    }
}

impl Log {
    /// Reads from the position after `after` up to `end`, which must be recorded already.
    pub fn scan(&self, after: u64, end: u64, fields: Fields) -> Scan {
        let opener = (fields == Fields::Opened).then(Opener::new);
        Scan { log: Arc::clone(&self.inner), after, end, window: EVENTS, opener }
    }
}

impl Scan {
    /// The next events; none at the end.
    ///
    /// A position that is missing is [`StoreError::Hole`]: positions are dense, so it was taken out from outside.
    pub async fn next(&mut self) -> Result<Option<Chunk>, StoreError> {
        if self.after >= self.end {
            return Ok(None);
        }
        let rows = self.rows(self.end.min(self.after + self.window)).await?;
        let read = rows.len() as u64;
        self.window = if read < self.window { read.max(1) } else { EVENTS.min(self.window * 2) };
        self.after += read;
        let opened = match &mut self.opener {
            Some(opener) => opener.open(&self.log, &rows).await?,
            None => vec![],
        };
        Ok(Some(Chunk { rows, opened }))
    }

    /// The rows up to `end`, or up to where they are as many bytes as a chunk may have.
    async fn rows(&self, end: u64) -> Result<Vec<BinaryCopyOutRow>, StoreError> {
        let names = COLUMNS.map(|(name, _)| name).join(", ");
        let query = format!(
            "SELECT {names} FROM events WHERE position > {} AND position <= {end} ORDER BY position",
            self.after
        );
        let tx = TenantTx::begin(&self.log.pool, &self.log.placement).await?;
        let stream = tx.copy_out(&format!("COPY ({query}) TO STDOUT (FORMAT binary)")).await?;
        // The stream is gone before the next statement: what it has not taken would stand in the way of the answer.
        let rows = collect(BinaryCopyOutStream::new(stream, &COLUMNS.map(|(_, kind)| kind)), self.after, end).await?;
        if self.after + rows.len() as u64 == end {
            tx.commit().await?;
        }
        Ok(rows)
    }
}

async fn collect(stream: BinaryCopyOutStream, after: u64, end: u64) -> Result<Vec<BinaryCopyOutRow>, StoreError> {
    let mut stream = pin!(stream);
    let mut rows = vec![];
    let mut bytes = 0;
    for expected in after + 1..=end {
        let row = stream.next().await.ok_or(StoreError::Hole(expected))??;
        if unsigned(row.try_get(0)?) != expected {
            return Err(StoreError::Hole(expected));
        }
        bytes += payload_of(&row)?.len();
        rows.push(row);
        if bytes >= BYTES {
            break;
        }
    }
    Ok(rows)
}

/// Some events, in order.
pub struct Chunk {
    rows: Vec<BinaryCopyOutRow>,
    /// For each row its payload, if it was opened; empty where nothing is to be opened.
    opened: Vec<Option<String>>,
}

impl std::fmt::Debug for Chunk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Chunk({} events)", self.rows.len())
    }
}

impl Chunk {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// A scan gives no empty chunks.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Of which streams the events are, and where they stand in them: aggregate type, id, sequence.
    pub fn streams(&self) -> impl Iterator<Item = Result<(&str, &str, u64), StoreError>> {
        self.rows.iter().map(|row| Ok((row.try_get(1)?, row.try_get(2)?, unsigned(row.try_get(3)?))))
    }

    /// The events.
    pub fn events(&self) -> impl Iterator<Item = Result<StoredEvent<'_>, StoreError>> {
        self.rows.iter().enumerate().map(|(index, row)| {
            let mut event = StoredEvent::of(row)?;
            if let Some(Some(opened)) = self.opened.get(index) {
                event.payload = opened;
            }
            Ok(event)
        })
    }
}

/// An event as its row holds it.
#[derive(Clone, Copy, Debug)]
pub struct StoredEvent<'a> {
    /// Its place in the tenant's log: 1, 2, 3, … without holes.
    pub position: u64,
    /// For instance `ticket`.
    pub aggregate_type: &'a str,
    /// For instance `tkt_…`.
    pub aggregate_id: &'a str,
    /// Its place in the stream: 1, 2, 3, … without holes.
    pub sequence: u64,
    /// For instance `ticket.opened`.
    pub event_type: &'a str,
    /// The schema version of the payload.
    pub event_version: u32,
    /// What happened: JSON, byte by byte as it is stored, unless personal fields in it were opened.
    pub payload: &'a str,
    /// The envelope: JSON, byte by byte as it is stored; see [`StoredEvent::envelope`].
    pub metadata: &'a str,
    /// Its own id.
    pub event_id: Uuid,
    /// The command that it is part of.
    pub command_id: Uuid,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When the log took it in; never goes backwards along positions.
    pub recorded_at: DateTime<Utc>,
}

/// Who caused an event, and why.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Envelope<'a> {
    /// Who caused it.
    #[serde(borrow, default)]
    pub actor: Cow<'a, str>,
    /// What all effects of one wish share.
    #[serde(borrow, default)]
    pub correlation_id: Cow<'a, str>,
    /// What caused it directly: a command, or an event.
    #[serde(borrow, default)]
    pub causation_id: Cow<'a, str>,
    /// Why it came to be: `live`, `import`, `rule`, `system`.
    #[serde(borrow, default)]
    pub origin: Cow<'a, str>,
    /// The request that carried the command.
    #[serde(borrow, default)]
    pub request_id: Option<Cow<'a, str>>,
}

impl<'a> StoredEvent<'a> {
    fn of(row: &'a BinaryCopyOutRow) -> Result<Self, StoreError> {
        let position = unsigned(row.try_get(0)?);
        let version: &str = row.try_get(5)?;
        let malformed = || StoreError::Malformed { position, reason: format!("event_version is {version:?}") };
        Ok(Self {
            position,
            aggregate_type: row.try_get(1)?,
            aggregate_id: row.try_get(2)?,
            sequence: unsigned(row.try_get(3)?),
            event_type: row.try_get(4)?,
            event_version: version.parse().map_err(|_| malformed())?,
            payload: payload_of(row)?,
            metadata: row.try_get::<Json<'_>>(7)?.0,
            event_id: row.try_get(8)?,
            command_id: row.try_get(9)?,
            occurred_at: row.try_get(10)?,
            recorded_at: row.try_get(11)?,
        })
    }

    /// The envelope, read.
    pub fn envelope(&self) -> Result<Envelope<'a>, StoreError> {
        serde_json::from_str(self.metadata)
            .map_err(|error| StoreError::Malformed { position: self.position, reason: format!("metadata: {error}") })
    }
}

fn payload_of(row: &BinaryCopyOutRow) -> Result<&str, StoreError> {
    Ok(row.try_get::<Json<'_>>(6)?.0)
}

/// The text of a `json` column.
struct Json<'a>(&'a str);

impl<'a> FromSql<'a> for Json<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(std::str::from_utf8(raw)?))
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::JSON
    }
}

/// A key, or that it is gone: what it sealed was erased.
type Key = Option<Arc<LessSafeKey>>;

/// Opens the payloads of chunks.
struct Opener {
    /// Of the chunks before.
    known: LruCache<String, Key>,
}

impl Opener {
    fn new() -> Self {
        Self { known: LruCache::new(NonZeroUsize::new(KEYS).expect("the capacity is not zero")) }
    }

    /// Tries with the keys that are known, fetches those that were missing, and tries again where one was.
    async fn open(&mut self, log: &LogInner, rows: &[BinaryCopyOutRow]) -> Result<Vec<Option<String>>, StoreError> {
        let mut opened = vec![None; rows.len()];
        let mut unopened = vec![];
        let mut keys = ChunkKeys { log, known: &mut self.known, needed: HashMap::new(), missed: false };
        for (index, row) in rows.iter().enumerate() {
            if holds_sealed(payload_of(row)?) {
                keys.missed = false;
                let text = open_event(log, &StoredEvent::of(row)?, &mut keys)?;
                if keys.missed { unopened.push(index) } else { opened[index] = Some(text) }
            }
        }
        if !unopened.is_empty() {
            keys.fetch().await?;
        }
        for index in unopened {
            opened[index] = Some(open_event(log, &StoredEvent::of(&rows[index])?, &mut keys)?);
        }
        Ok(opened)
    }
}

fn open_event(log: &LogInner, event: &StoredEvent<'_>, keys: &mut dyn Keys) -> Result<String, StoreError> {
    let stream = StreamId::new(event.aggregate_type, event.aggregate_id);
    let place = Place { tenant: &log.tenant, stream: &stream, sequence: event.sequence, event_type: event.event_type };
    open_text(place, event.payload, keys)
}

/// The keys of one chunk.
struct ChunkKeys<'a> {
    log: &'a LogInner,
    known: &'a mut LruCache<String, Key>,
    /// Every key that a field asked for; `None` while it must be looked up.
    needed: HashMap<String, Option<Key>>,
    /// Whether a field asked for one that must be looked up.
    missed: bool,
}

impl ChunkKeys<'_> {
    fn find(&mut self, id: &str) -> Option<Key> {
        if let Some(known) = self.known.get(id) {
            return Some(known.clone());
        }
        let key = self.log.keyring.cached(&self.log.keys(), id)?;
        self.known.put(id.to_owned(), Some(Arc::clone(&key)));
        Some(Some(key))
    }

    async fn fetch(&mut self) -> Result<(), StoreError> {
        let missing: Vec<String> =
            self.needed.iter().filter(|(_, key)| key.is_none()).map(|(id, _)| id.clone()).collect();
        let tx = TenantTx::begin(&self.log.pool, &self.log.placement).await?;
        let statement =
            tx.statement("SELECT key_id, subject, wrapped FROM subject_keys WHERE key_id = ANY($1)").await?;
        let rows = tx.query(&statement, &[&missing]).await?;
        tx.commit().await?;
        let mut found: HashMap<String, Key> = missing.into_iter().map(|id| (id, None)).collect();
        for row in rows {
            let id: String = row.get(0);
            let key = self.log.opening(None, |keys| Keyring::unwrap_unseen(keys, row.get(1), &id, row.get(2))).await?;
            found.insert(id, Some(key));
        }
        for (id, key) in found {
            self.known.put(id.clone(), key.clone());
            self.needed.insert(id, Some(key));
        }
        Ok(())
    }
}

impl Keys for ChunkKeys<'_> {
    fn key(&mut self, id: &str) -> Key {
        let found = if let Some(found) = self.needed.get(id) {
            found.clone()
        } else {
            let found = self.find(id);
            self.needed.insert(id.to_owned(), found.clone());
            found
        };
        self.missed |= found.is_none();
        found.flatten()
    }
}
