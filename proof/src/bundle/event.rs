//! An event as a bundle holds it: every column of its row, in JSON.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    entry::{self, Row},
    hash::Hash,
};

/// A row of a log. `None` is NULL, which only a database that was changed from outside has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredEvent {
    /// Its place in the log.
    pub position: u64,
    /// The kind of thing that it happened to.
    pub aggregate_type: Option<String>,
    /// The thing.
    pub aggregate_id: Option<String>,
    /// Its place among the events of the thing.
    pub sequence: Option<i64>,
    /// What happened.
    pub event_type: Option<String>,
    /// The schema version of the payload.
    pub event_version: Option<String>,
    /// The payload: JSON, byte for byte as it is stored. Personal fields are ciphertext.
    pub payload: Option<String>,
    /// Who, why and whence: JSON, byte for byte as it is stored.
    pub metadata: Option<String>,
    /// Its own id.
    pub event_id: Option<Uuid>,
    /// The command that it is part of.
    pub command_id: Option<Uuid>,
    /// When it happened.
    pub occurred_at: Option<Instant>,
    /// When the log took it in.
    pub recorded_at: Option<Instant>,
}

/// A value that no row of a log has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{column} at position {position} has a value that a log cannot hold: it was changed from outside")]
pub struct BadValue {
    /// Which column.
    pub column: &'static str,
    /// Of which row.
    pub position: u64,
}

impl StoredEvent {
    /// From a row as it is hashed.
    pub fn of(position: u64, row: &Row<'_>) -> Result<Self, BadValue> {
        let read = Read { position, row };
        Ok(Self {
            position,
            aggregate_type: read.text(0)?,
            aggregate_id: read.text(1)?,
            sequence: read.fixed(2)?.map(i64::from_be_bytes),
            event_type: read.text(3)?,
            event_version: read.text(4)?,
            payload: read.text(5)?,
            metadata: read.text(6)?,
            event_id: read.fixed(7)?.map(Uuid::from_bytes),
            command_id: read.fixed(8)?.map(Uuid::from_bytes),
            occurred_at: read.instant(9)?,
            recorded_at: read.instant(10)?,
        })
    }

    /// The hash of its entry.
    pub fn leaf(&self) -> Hash {
        let bytes = |text: &Option<String>| text.as_ref().map(|text| text.as_bytes().to_vec());
        let columns: [Option<Vec<u8>>; entry::COLUMNS.len()] = [
            bytes(&self.aggregate_type),
            bytes(&self.aggregate_id),
            self.sequence.map(|number| number.to_be_bytes().to_vec()),
            bytes(&self.event_type),
            bytes(&self.event_version),
            bytes(&self.payload),
            bytes(&self.metadata),
            self.event_id.map(|id| id.into_bytes().to_vec()),
            self.command_id.map(|id| id.into_bytes().to_vec()),
            self.occurred_at.map(|at| at.0.to_be_bytes().to_vec()),
            self.recorded_at.map(|at| at.0.to_be_bytes().to_vec()),
        ];
        let mut row: Row<'_> = [None; entry::COLUMNS.len()];
        for (value, column) in row.iter_mut().zip(&columns) {
            *value = column.as_deref();
        }
        entry::leaf(&row)
    }
}

struct Read<'a> {
    position: u64,
    row: &'a Row<'a>,
}

impl Read<'_> {
    fn bad(&self, column: usize) -> BadValue {
        BadValue { column: entry::COLUMNS[column], position: self.position }
    }

    fn text(&self, column: usize) -> Result<Option<String>, BadValue> {
        let text = self.row[column].map(|bytes| String::from_utf8(bytes.to_vec()));
        text.transpose().map_err(|_| self.bad(column))
    }

    fn fixed<const BYTES: usize>(&self, column: usize) -> Result<Option<[u8; BYTES]>, BadValue> {
        self.row[column].map(TryInto::try_into).transpose().map_err(|_| self.bad(column))
    }

    fn instant(&self, column: usize) -> Result<Option<Instant>, BadValue> {
        let micros = self.fixed(column)?.map(i64::from_be_bytes);
        micros.map(|micros| Instant::of_micros(micros).ok_or_else(|| self.bad(column))).transpose()
    }
}

/// An instant, in microseconds since 1970. Written as `2026-11-22T09:00:00.000000Z`, always with six digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(i64);

impl Instant {
    /// None beyond the years 0 to 9999, which the text cannot hold.
    pub fn of_micros(micros: i64) -> Option<Self> {
        let at = DateTime::from_timestamp_micros(micros)?;
        (0..=9999).contains(&chrono::Datelike::year(&at)).then_some(Self(micros))
    }

    /// As a time.
    pub fn at(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or_default()
    }
}

impl Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.at().to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let at = DateTime::parse_from_rfc3339(&text).map_err(serde::de::Error::custom)?.to_utc();
        if at.to_rfc3339_opts(SecondsFormat::Micros, true) != text {
            return Err(serde::de::Error::custom("expected an instant such as 2026-11-22T09:00:00.000000Z"));
        }
        Ok(Self(at.timestamp_micros()))
    }
}
