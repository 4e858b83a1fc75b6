//! What is sent: records of a log, in order, as they are shown by the API.

use std::collections::HashSet;

use domain::log_stream::StreamedLog;
use event_store::{Log, TenantTx};
use projections::{
    Scope, access_log,
    audit::{self, AuditFilter},
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::error::ReactionError;

/// Records that are read at a time.
const RECORDS: u16 = 200;
/// A batch that has come to this many bytes is closed.
const BYTES: usize = 256 * 1024;

/// One record of a log.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    /// Its place: a position, or a number of the access log.
    pub number: u64,
    /// As it is sent.
    pub fields: Map<String, Value>,
}

/// Records that are sent together.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Batch {
    /// Names it: the same for the same records of the same log.
    pub id: String,
    /// At least one.
    pub records: Vec<Record>,
}

/// What stands behind `after`; none: nothing yet.
pub(crate) async fn read(log: &Log, of: StreamedLog, stream: &str, after: u64) -> Result<Option<Batch>, ReactionError> {
    let tx = log.begin().await?;
    let mut records = match of {
        StreamedLog::Audit => acts(log, &tx, after).await?,
        StreamedLog::AccessLog => accesses(log, &tx, after).await?,
    };
    tx.commit().await?;
    records.truncate(within(&records, BYTES));
    let (Some(first), Some(last)) = (records.first(), records.last()) else { return Ok(None) };
    let id = format!("{stream}.{of}.{}.{}-{}", log.epoch(), first.number, last.number);
    Ok(Some(Batch { id, records }))
}

/// How many of them are sent together: up to the first that comes to so many bytes with those before it.
fn within(records: &[Record], most: usize) -> usize {
    let mut bytes = 0;
    let room = records.iter().position(|record| {
        bytes += line(&record.fields).len();
        bytes >= most
    });
    room.map_or(records.len(), |last| last + 1)
}

/// A record as a line of JSON, with its end.
pub(crate) fn line(fields: &Map<String, Value>) -> Vec<u8> {
    // Texts and numbers always serialise.
    let mut line = serde_json::to_vec(fields).unwrap_or_default();
    line.push(b'\n');
    line
}

async fn acts(log: &Log, tx: &TenantTx, after: u64) -> Result<Vec<Record>, ReactionError> {
    let acts = audit::following(log, tx, &Scope::ALL, &AuditFilter::default(), after, RECORDS).await?;
    let targets: Vec<&str> = acts.iter().map(|act| act.target.id.as_str()).collect();
    let restricted: HashSet<String> = audit::restricted(tx, &targets).await?;
    let record = |act: &audit::AuditEntry| {
        let mut fields = fields(log, StreamedLog::Audit, act);
        if restricted.contains(&act.target.id) {
            fields.insert("changes".to_owned(), json!({}));
            fields.insert("restricted".to_owned(), true.into());
        }
        Record { number: act.position, fields }
    };
    Ok(acts.iter().map(record).collect())
}

async fn accesses(log: &Log, tx: &TenantTx, after: u64) -> Result<Vec<Record>, ReactionError> {
    let accesses = access_log::following(log, tx, after, RECORDS.into()).await?;
    let record = |entry: &access_log::AccessLogEntry| {
        let fields = fields(log, StreamedLog::AccessLog, entry);
        Record { number: entry.number, fields }
    };
    Ok(accesses.iter().map(record).collect())
}

/// What an entry says, and which log of whom it is in: after a restore from a backup, places are another epoch's.
fn fields(log: &Log, of: StreamedLog, entry: &impl Serialize) -> Map<String, Value> {
    let mut fields = match serde_json::to_value(entry) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) | Err(_) => Map::new(),
    };
    fields.insert("log".to_owned(), of.as_str().into());
    fields.insert("tenant".to_owned(), log.tenant().as_str().into());
    fields.insert("epoch".to_owned(), log.epoch().into());
    fields
}
