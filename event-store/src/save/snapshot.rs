//! What a tenant's schema holds, as streams: in PostgreSQL's text form, one section per table as in a plain dump:
//! `COPY table (columns) FROM stdin;`, the rows, `\.`. No more than a few rows are in memory.

use std::{ops::Deref, pin::Pin};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use serde_json::Value;
use tokio_postgres::Client;

use super::{
    hold::Hold,
    tables::{self, SavedTable},
};
use crate::{
    error::StoreError,
    log::Log,
    read::{signed, unsigned},
    tenancy::TenantId,
};

/// Sections, as they come.
pub type Dump<'a> = Pin<Box<dyn Stream<Item = Result<Bytes, StoreError>> + Send + 'a>>;

/// The end of a log, with what belongs to it, as it was at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedHead {
    /// The last position; 0 when the log is empty.
    pub position: u64,
    /// When the last event was recorded.
    pub recorded_at: Option<DateTime<Utc>>,
    /// The counters, as far as they have come.
    pub counters: Value,
}

/// A tenant's tables as they were when it was begun. It derefs to the driver's client: names in its SQL are unqualified
/// and mean this tenant's tables.
pub struct Snapshot<'a> {
    hold: &'a Hold,
    schema: &'a str,
}

impl std::fmt::Debug for Snapshot<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Snapshot({})", self.schema)
    }
}

impl Deref for Snapshot<'_> {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.hold.client
    }
}

impl Hold {
    /// Begins to read the tables of the tenant's log as they are at this moment.
    pub async fn snapshot<'a>(&'a self, log: &'a Log) -> Result<Snapshot<'a>, StoreError> {
        let schema = log.inner.placement.schema.as_str();
        // One that was given up may not be over.
        self.client.batch_execute("ROLLBACK").await?;
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        self.client.batch_execute(&format!("{begin}; SET LOCAL search_path TO {schema}")).await?;
        Ok(Snapshot { hold: self, schema })
    }

    /// The events from one position to another, as they are stored.
    pub async fn events(&self, log: &Log, first: u64, last: u64) -> Result<Dump<'static>, StoreError> {
        let schema = log.inner.placement.schema.as_str();
        let table = tables::named(&self.client, schema, tables::EVENTS).await?;
        let (first, last) = (signed(first), signed(last));
        let which = format!("WHERE position BETWEEN {first} AND {last} ORDER BY position");
        section(&self.client, schema, &table, &which).await
    }

    /// The id of the event at each of these positions that the log has.
    pub async fn event_ids(&self, log: &Log, positions: &[u64]) -> Result<Vec<(u64, String)>, StoreError> {
        let positions: Vec<i64> = positions.iter().copied().map(signed).collect();
        let schema = &log.inner.placement.schema;
        let sql = format!("SELECT position, event_id::text FROM {schema}.events WHERE position = ANY($1) ORDER BY 1");
        let rows = self.client.query(&sql, &[&positions]).await?;
        Ok(rows.iter().map(|row| (unsigned(row.get(0)), row.get(1))).collect())
    }

    /// The keys of the people that the log is about, as they are now.
    pub async fn subject_keys(&self, log: &Log) -> Result<Dump<'static>, StoreError> {
        let schema = log.inner.placement.schema.as_str();
        let table = tables::named(&self.client, schema, tables::SUBJECT_KEYS).await?;
        section(&self.client, schema, &table, "ORDER BY key_id").await
    }
}

impl Snapshot<'_> {
    /// Whose they are.
    pub fn tenant(&self) -> &TenantId {
        self.hold.tenant()
    }

    /// Where the log ended then.
    pub async fn head(&self) -> Result<SavedHead, StoreError> {
        let sql = "SELECT position, nullif(recorded_at, '-infinity'), counters FROM head";
        let row = self.query_one(sql, &[]).await?;
        Ok(SavedHead { position: unsigned(row.get(0)), recorded_at: row.get(1), counters: row.get(2) })
    }

    /// The number of the last migration that the schema had.
    pub async fn migration(&self) -> Result<i32, StoreError> {
        Ok(self.query_one("SELECT coalesce(max(number), 0) FROM migrations", &[]).await?.get(0))
    }

    /// The last checkpoint that was signed by then.
    pub async fn checkpoint(&self) -> Result<Option<String>, StoreError> {
        let row = self.query_opt("SELECT note FROM seals ORDER BY size DESC LIMIT 1", &[]).await?;
        Ok(row.map(|row| row.get(0)))
    }

    /// The tables that are saved in this way.
    pub async fn tables(&self) -> Result<Vec<SavedTable>, StoreError> {
        tables::saved(&self.hold.client, self.schema).await
    }

    /// The rows of these tables.
    pub fn dump(&self, tables: Vec<SavedTable>) -> Dump<'_> {
        let sections = stream::iter(tables)
            .then(move |table| async move { section(&self.hold.client, self.schema, &table, "").await })
            .try_flatten();
        sections.boxed()
    }

    /// Ends it.
    pub async fn end(self) -> Result<(), StoreError> {
        Ok(self.batch_execute("COMMIT").await?)
    }
}

async fn section(client: &Client, schema: &str, table: &SavedTable, which: &str) -> Result<Dump<'static>, StoreError> {
    let SavedTable { name, columns } = table;
    let rows = client.copy_out(&format!("COPY (SELECT {columns} FROM {schema}.{name} {which}) TO STDOUT")).await?;
    let one = |text: String| stream::iter([Ok(Bytes::from(text))]);
    let begin = one(format!("COPY {name} ({columns}) FROM stdin;\n"));
    Ok(begin.chain(rows.map_err(StoreError::from)).chain(one("\\.\n".to_owned())).boxed())
}
