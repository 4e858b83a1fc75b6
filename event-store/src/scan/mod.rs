//! Reading a long stretch of the log: in order, without holes, a chunk at a time, so that memory does not grow with
//! it. An event is given as its row holds it, borrowed, its payload still text: whoever reads a million of them
//! decodes what it needs, and nothing else is built.

mod opener;
mod row;

use std::{pin::pin, sync::Arc};

use futures_util::StreamExt;
use tokio::sync::mpsc;
use tokio_postgres::CopyOutStream;

pub use self::row::{Envelope, StoredEvent};
use self::{
    opener::Opener,
    row::{COLUMNS, Row},
};
use crate::{
    database::TenantTx,
    error::StoreError,
    log::{Log, LogInner},
};

/// A chunk ends after so many events, or so many bytes, whichever is first.
const EVENTS: u64 = 2_000;
const BYTES: usize = 4 * 1024 * 1024;
/// Chunks that are read ahead.
const AHEAD: usize = 2;

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
    /// The most of them.
    widest: u64,
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
        Scan { log: Arc::clone(&self.inner), after, end, window: EVENTS, widest: EVENTS, opener }
    }
}

impl Scan {
    /// With no more than so many events at a time.
    #[must_use]
    pub fn by(self, events: u64) -> Self {
        let widest = events.clamp(1, EVENTS);
        Self { window: widest, widest, ..self }
    }

    /// The next events; none at the end.
    ///
    /// A position that is missing is [`StoreError::Hole`]: positions are dense, so it was taken out from outside.
    pub async fn next(&mut self) -> Result<Option<Chunk>, StoreError> {
        if self.after >= self.end {
            return Ok(None);
        }
        let rows = self.rows(self.end.min(self.after + self.window)).await?;
        let read = rows.len() as u64;
        self.window = if read < self.window { read.max(1) } else { self.widest.min(self.window * 2) };
        self.after += read;
        let opened = match &mut self.opener {
            Some(opener) => opener.open(&self.log, &rows).await?,
            None => vec![],
        };
        Ok(Some(Chunk { rows, opened }))
    }

    /// Reads and opens in a task of its own, so that it goes on while the caller works on what it has. The task ends with
    /// the log, with the first error, or with its receiver.
    pub fn read_ahead(mut self) -> mpsc::Receiver<Result<Chunk, StoreError>> {
        let (sender, chunks) = mpsc::channel(AHEAD);
        tokio::spawn(async move {
            while let Some(chunk) = self.next().await.transpose() {
                let failed = chunk.is_err();
                if sender.send(chunk).await.is_err() || failed {
                    return;
                }
            }
        });
        chunks
    }

    /// The rows up to `end`, or up to where they are as many bytes as a chunk may have.
    async fn rows(&self, end: u64) -> Result<Vec<Row>, StoreError> {
        let names = COLUMNS.join(", ");
        let query = format!(
            "SELECT {names} FROM events WHERE position > {} AND position <= {end} ORDER BY position",
            self.after
        );
        let tx = TenantTx::begin(&self.log.pool, &self.log.placement).await?;
        let stream = tx.copy_out(&format!("COPY ({query}) TO STDOUT (FORMAT binary)")).await?;
        // The stream is gone before the next statement: what it has not taken would stand in the way of the answer.
        let rows = collect(stream, self.after, end).await?;
        if self.after + rows.len() as u64 == end {
            tx.commit().await?;
        }
        Ok(rows)
    }
}

async fn collect(stream: CopyOutStream, after: u64, end: u64) -> Result<Vec<Row>, StoreError> {
    let mut stream = pin!(stream);
    let mut rows = vec![];
    let mut bytes = 0;
    for expected in after + 1..=end {
        let message = stream.next().await.ok_or(StoreError::Hole(expected))??;
        let row = Row::of(expected, message).ok_or(StoreError::Hole(expected))?;
        if row.position()? != expected {
            return Err(StoreError::Hole(expected));
        }
        bytes += row.len();
        rows.push(row);
        if bytes >= BYTES {
            break;
        }
    }
    Ok(rows)
}

/// Some events, in order.
pub struct Chunk {
    rows: Vec<Row>,
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
        self.rows.iter().map(Row::stream)
    }

    /// The events.
    pub fn events(&self) -> impl Iterator<Item = Result<StoredEvent<'_>, StoreError>> {
        self.rows.iter().enumerate().map(|(index, row)| {
            let mut event = row.event()?;
            if let Some(Some(opened)) = self.opened.get(index) {
                event.payload = opened;
            }
            Ok(event)
        })
    }
}
