//! A row of the log, as PostgreSQL's binary COPY gives it.

use std::borrow::Cow;

use bytes::{Buf, Bytes};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use tokio_postgres::types::{FromSql, Type};
use uuid::Uuid;

use crate::error::StoreError;

/// In the order in which a row holds them. None of them is ever null.
pub(super) const COLUMNS: [&str; 12] = [
    "position",
    "aggregate_type",
    "aggregate_id",
    "sequence",
    "event_type",
    "event_version",
    "payload",
    "metadata",
    "event_id",
    "command_id",
    "occurred_at",
    "recorded_at",
];

/// Begins a COPY, followed by four bytes of flags and the length of an extension, which is empty.
const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0";
const HEADER: usize = SIGNATURE.len() + 8;

/// One message of a COPY, which is one row: not taken apart before somebody asks, because taking apart is most of the
/// work of a scan.
pub(super) struct Row {
    /// Where it should be in the log.
    expected: u64,
    message: Bytes,
}

impl Row {
    /// `None` at the end of the COPY.
    pub fn of(expected: u64, mut message: Bytes) -> Option<Self> {
        if message.starts_with(SIGNATURE) {
            message.advance(HEADER.min(message.len()));
        }
        let end = message.starts_with(&(-1_i16).to_be_bytes());
        (!end).then_some(Self { expected, message })
    }

    /// About how large it is.
    pub fn len(&self) -> usize {
        self.message.len()
    }

    /// Its position, read before anything else.
    pub fn position(&self) -> Result<u64, StoreError> {
        let [position, ..] = self.fields()?;
        self.number("position", position)
    }

    /// Of which stream it is, and where it stands in it.
    pub fn stream(&self) -> Result<(&str, &str, u64), StoreError> {
        let [_, aggregate_type, id, sequence, ..] = self.fields()?;
        let text = |column, raw| self.value::<&str>(column, &Type::TEXT, raw);
        Ok((text("aggregate_type", aggregate_type)?, text("aggregate_id", id)?, self.number("sequence", sequence)?))
    }

    /// All of it.
    pub fn event(&self) -> Result<StoredEvent<'_>, StoreError> {
        let [position, aggregate_type, id, sequence, event_type, version, payload, metadata, rest @ ..] =
            self.fields()?;
        let [event_id, command_id, occurred_at, recorded_at] = rest;
        let text = |column, raw| self.value::<&str>(column, &Type::TEXT, raw);
        let version = text("event_version", version)?;
        Ok(StoredEvent {
            position: self.number("position", position)?,
            aggregate_type: text("aggregate_type", aggregate_type)?,
            aggregate_id: text("aggregate_id", id)?,
            sequence: self.number("sequence", sequence)?,
            event_type: text("event_type", event_type)?,
            event_version: version.parse().map_err(|_| self.malformed(format!("event_version is {version:?}")))?,
            payload: text("payload", payload)?,
            metadata: text("metadata", metadata)?,
            event_id: self.value("event_id", &Type::UUID, event_id)?,
            command_id: self.value("command_id", &Type::UUID, command_id)?,
            occurred_at: self.value("occurred_at", &Type::TIMESTAMPTZ, occurred_at)?,
            recorded_at: self.value("recorded_at", &Type::TIMESTAMPTZ, recorded_at)?,
        })
    }

    fn fields(&self) -> Result<[&[u8]; COLUMNS.len()], StoreError> {
        split(&self.message).ok_or_else(|| self.malformed(format!("expected {} columns", COLUMNS.len())))
    }

    fn number(&self, column: &str, raw: &[u8]) -> Result<u64, StoreError> {
        let number: i64 = self.value(column, &Type::INT8, raw)?;
        u64::try_from(number).map_err(|_| self.malformed(format!("{column} is {number}")))
    }

    fn value<'a, T: FromSql<'a>>(&self, column: &str, kind: &Type, raw: &'a [u8]) -> Result<T, StoreError> {
        T::from_sql(kind, raw).map_err(|error| self.malformed(format!("{column}: {error}")))
    }

    fn malformed(&self, reason: String) -> StoreError {
        StoreError::Malformed { position: self.expected, reason }
    }
}

/// A count of columns, then for each its length and its bytes.
fn split(message: &[u8]) -> Option<[&[u8]; COLUMNS.len()]> {
    let (count, mut rest) = message.split_first_chunk()?;
    if usize::from(u16::from_be_bytes(*count)) != COLUMNS.len() {
        return None;
    }
    let mut fields = [&[][..]; COLUMNS.len()];
    for field in &mut fields {
        let (length, behind) = rest.split_first_chunk()?;
        // The length of null is -1.
        let length = usize::try_from(i32::from_be_bytes(*length)).ok()?;
        (*field, rest) = behind.split_at_checked(length)?;
    }
    Some(fields)
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
    /// The envelope, read.
    pub fn envelope(&self) -> Result<Envelope<'a>, StoreError> {
        serde_json::from_str(self.metadata)
            .map_err(|error| StoreError::Malformed { position: self.position, reason: format!("metadata: {error}") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(columns: &[impl AsRef<[u8]>]) -> Vec<u8> {
        let mut message = u16::try_from(columns.len()).unwrap().to_be_bytes().to_vec();
        for column in columns.iter().map(AsRef::as_ref) {
            message.extend(i32::try_from(column.len()).unwrap().to_be_bytes());
            message.extend(column);
        }
        message
    }

    #[test]
    fn what_is_not_a_row_of_the_log_is_malformed() {
        let whole = message(&[b"x"; COLUMNS.len()]);
        assert_eq!(split(&whole), Some([&b"x"[..]; COLUMNS.len()]));
        assert_eq!(split(&message(&[b"x"; 3])), None);
        for end in 0..whole.len() {
            assert_eq!(split(&whole[..end]), None, "{end}");
        }
        let mut with_null = whole;
        with_null[2..6].copy_from_slice(&(-1_i32).to_be_bytes());
        assert_eq!(split(&with_null), None);
        let row = Row::of(7, message(&[b"x"; 3]).into()).unwrap();
        assert!(matches!(row.event(), Err(StoreError::Malformed { position: 7, .. })));
    }

    #[test]
    fn the_header_is_passed_over_and_the_end_is_no_row() {
        let mut first = [SIGNATURE, &[0; 8]].concat();
        first.extend(message(&[&1_i64.to_be_bytes(); COLUMNS.len()]));
        assert_eq!(Row::of(1, first.into()).unwrap().position().unwrap(), 1);
        assert!(Row::of(2, Bytes::from_static(&[0xff, 0xff])).is_none());
    }
}
