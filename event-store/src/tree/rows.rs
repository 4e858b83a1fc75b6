//! The rows of the log as they are stored, as a stream whose memory does not grow with it, and the leaves that they
//! make. Nothing is parsed: what is hashed is what the database holds.

use std::pin::Pin;

use futures_util::{Stream, StreamExt};
use proof::{Hash, entry};
use tokio_postgres::{
    binary_copy::{BinaryCopyOutRow, BinaryCopyOutStream},
    types::{FromSql, Type},
};

use crate::{database::TenantTx, error::StoreError};

/// PostgreSQL counts microseconds from 2000-01-01, an entry from 1970-01-01.
const EPOCH_MICROS: i64 = 946_684_800_000_000;
const TYPES: [Type; 12] = [
    Type::INT8,
    Type::TEXT,
    Type::TEXT,
    Type::INT8,
    Type::TEXT,
    Type::TEXT,
    Type::JSON,
    Type::JSON,
    Type::UUID,
    Type::UUID,
    Type::TIMESTAMPTZ,
    Type::TIMESTAMPTZ,
];
const OCCURRED_AT: usize = 9;
const RECORDED_AT: usize = 10;

/// Rows in order of their positions.
pub struct StoredRows(Pin<Box<BinaryCopyOutStream>>);

impl std::fmt::Debug for StoredRows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoredRows")
    }
}

impl StoredRows {
    /// The rows of positions `from` to `to`, both inclusive.
    pub async fn between(tx: &TenantTx, from: i64, to: i64) -> Result<Self, StoreError> {
        Self::of(tx, &format!("position BETWEEN {from} AND {to}")).await
    }

    /// The rows at these positions.
    pub async fn at(tx: &TenantTx, positions: &[u64]) -> Result<Self, StoreError> {
        // Numbers of ours: COPY takes no parameters.
        let positions: Vec<String> = positions.iter().map(u64::to_string).collect();
        Self::of(tx, &format!("position = ANY ('{{{}}}'::bigint[])", positions.join(","))).await
    }

    async fn of(tx: &TenantTx, condition: &str) -> Result<Self, StoreError> {
        let columns = entry::COLUMNS.join(", ");
        let sql = format!(
            "COPY (SELECT position, {columns} FROM events WHERE {condition} ORDER BY position) TO STDOUT (FORMAT binary)"
        );
        Ok(Self(Box::pin(BinaryCopyOutStream::new(tx.copy_out(&sql).await?, &TYPES))))
    }

    /// The next one.
    pub async fn next(&mut self) -> Result<Option<StoredRow>, StoreError> {
        let row = std::future::poll_fn(|context| self.0.as_mut().poll_next(context)).await;
        row.transpose()?.map(StoredRow::read).transpose()
    }

    /// The next ones that are there already, and one at least, unless it is the end.
    pub async fn all(mut self) -> Result<Vec<StoredRow>, StoreError> {
        let mut rows = vec![];
        while let Some(row) = self.0.next().await {
            rows.push(StoredRow::read(row?)?);
        }
        Ok(rows)
    }
}

/// One row.
pub struct StoredRow {
    /// Its position, whatever it is.
    pub position: i64,
    row: BinaryCopyOutRow,
    /// `occurred_at` and `recorded_at`, counted from 1970.
    times: [Option<[u8; 8]>; 2],
}

impl std::fmt::Debug for StoredRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StoredRow({})", self.position)
    }
}

impl StoredRow {
    fn read(row: BinaryCopyOutRow) -> Result<Self, StoreError> {
        let time = |index: usize| -> Result<Option<[u8; 8]>, StoreError> {
            let micros = row.try_get::<Option<Raw<'_>>>(index + 1)?.and_then(|raw| raw.0.try_into().ok());
            // An infinite time wraps, to what no other time is.
            Ok(micros.map(|bytes| i64::from_be_bytes(bytes).wrapping_add(EPOCH_MICROS).to_be_bytes()))
        };
        let (position, times) = (row.try_get(0)?, [time(OCCURRED_AT)?, time(RECORDED_AT)?]);
        Ok(Self { position, row, times })
    }

    /// The values, in the order of [`entry::COLUMNS`].
    pub fn values(&self) -> entry::Row<'_> {
        let mut values = [None; entry::COLUMNS.len()];
        for (index, value) in values.iter_mut().enumerate() {
            *value = match index {
                OCCURRED_AT => self.times[0].as_ref().map(<[u8; 8]>::as_slice),
                RECORDED_AT => self.times[1].as_ref().map(<[u8; 8]>::as_slice),
                _ => self.row.get::<Option<Raw<'_>>>(index + 1).map(|raw| raw.0),
            };
        }
        values
    }

    /// Its leaf.
    pub fn leaf(&self) -> Hash {
        entry::leaf(&self.values())
    }
}

/// The bytes of a value of any type, as PostgreSQL sends them. Those of `json` are the text as it was stored.
struct Raw<'a>(&'a [u8]);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(raw))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
