use chrono::{DateTime, Utc};
use clap::Args;
use event_store::{Log, TenantTx, unsigned};
use serde::Serialize;

use crate::{
    Failure, Outcome,
    terminal::{Align, Form, grouped, print, print_json, table},
    ticket::instant_or_dash,
};

/// Count what is in a log, and check that nothing is missing
///
/// Positions are 1, 2, 3, … without holes: if there are as many events as the last position says, nothing was taken
/// out. A reader's lag is how many events it has not seen yet.
///
/// Examples: replay-tool stats, replay-tool stats --tenant acme --json
#[derive(Debug, Args)]
pub struct Stats {}

#[derive(Debug, Serialize)]
struct Answer {
    tenant: String,
    events: u64,
    head_position: u64,
    dense: bool,
    first_recorded_at: Option<DateTime<Utc>>,
    last_recorded_at: Option<DateTime<Utc>>,
    first_occurred_at: Option<DateTime<Utc>>,
    last_occurred_at: Option<DateTime<Utc>>,
    log_bytes: u64,
    read_model_bytes: u64,
    aggregates: Vec<Aggregates>,
    types: Vec<Type>,
    readers: Vec<Reader>,
}

#[derive(Debug, Serialize)]
struct Aggregates {
    aggregate_type: String,
    streams: u64,
    events: u64,
}

#[derive(Debug, Serialize)]
struct Type {
    event_type: String,
    events: u64,
}

#[derive(Debug, Serialize)]
struct Reader {
    name: String,
    version: i32,
    checkpoint: u64,
    lag: u64,
    state: String,
    last_error: Option<String>,
}

impl Stats {
    pub async fn run(self, log: &Log, form: Form) -> Result<Outcome, Failure> {
        let tx = log.begin().await?;
        // All counts are of one moment, whoever writes meanwhile.
        tx.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?;
        let answer = count(&tx, log).await?;
        tx.commit().await?;
        match form {
            Form::Json => print_json(&answer)?,
            Form::Text => print(&as_text(&answer)),
        }
        Ok(if answer.dense { Outcome::Same } else { Outcome::Different })
    }
}

async fn count(tx: &TenantTx, log: &Log) -> Result<Answer, Failure> {
    let totals = tx
        .query_one(
            "SELECT count(*), min(position), max(position), min(recorded_at), max(recorded_at), min(occurred_at),
                 max(occurred_at), (SELECT position FROM head), pg_total_relation_size('events'::regclass)
             FROM events",
            &[],
        )
        .await?;
    let head: i64 = totals.get(7);
    let (first, last): (Option<i64>, Option<i64>) = (totals.get(1), totals.get(2));
    let whole = totals.get::<_, i64>(0) == head && first.unwrap_or(1) == 1 && last.unwrap_or(0) == head;
    let models = tx
        .query_one(
            "SELECT coalesce(sum(pg_total_relation_size(tables.oid)), 0)::bigint
             FROM pg_class tables JOIN pg_namespace schemas ON schemas.oid = tables.relnamespace
             WHERE schemas.nspname = current_schema() AND tables.relkind = 'r' AND tables.relname ~ '_g[0-9]+$'",
            &[],
        )
        .await?;
    Ok(Answer {
        tenant: log.tenant().to_string(),
        events: unsigned(totals.get(0)),
        head_position: unsigned(head),
        dense: whole,
        first_recorded_at: totals.get(3),
        last_recorded_at: totals.get(4),
        first_occurred_at: totals.get(5),
        last_occurred_at: totals.get(6),
        log_bytes: unsigned(totals.get(8)),
        read_model_bytes: unsigned(models.get(0)),
        aggregates: aggregates(tx).await?,
        types: types(tx).await?,
        readers: readers(tx, head).await?,
    })
}

async fn aggregates(tx: &TenantTx) -> Result<Vec<Aggregates>, Failure> {
    let sql = "SELECT aggregate_type, count(DISTINCT aggregate_id), count(*) FROM events GROUP BY 1 ORDER BY 1";
    let rows = tx.query(sql, &[]).await?;
    let streams = rows.iter().map(|row| Aggregates {
        aggregate_type: row.get(0),
        streams: unsigned(row.get(1)),
        events: unsigned(row.get(2)),
    });
    Ok(streams.collect())
}

async fn types(tx: &TenantTx) -> Result<Vec<Type>, Failure> {
    let rows = tx.query("SELECT event_type, count(*) FROM events GROUP BY 1 ORDER BY 2 DESC, 1", &[]).await?;
    Ok(rows.iter().map(|row| Type { event_type: row.get(0), events: unsigned(row.get(1)) }).collect())
}

async fn readers(tx: &TenantTx, head: i64) -> Result<Vec<Reader>, Failure> {
    let sql = "SELECT name, version, checkpoint, state, last_error FROM subscriptions ORDER BY name";
    let rows = tx.query(sql, &[]).await?;
    let readers = rows.iter().map(|row| Reader {
        name: row.get(0),
        version: row.get(1),
        checkpoint: unsigned(row.get(2)),
        lag: unsigned(head - row.get::<_, i64>(2)),
        state: row.get(3),
        last_error: row.get(4),
    });
    Ok(readers.collect())
}

fn as_text(answer: &Answer) -> String {
    let dense = if answer.dense { "without holes" } else { "NOT WITHOUT HOLES: events are missing" };
    let megabytes = |bytes: u64| format!("{}.{} MB", grouped(bytes / 1_000_000), bytes % 1_000_000 / 100_000);
    let range = |first, last| format!("{} to {}", instant_or_dash(first), instant_or_dash(last));
    let streams: Vec<Vec<String>> = answer
        .aggregates
        .iter()
        .map(|row| vec![row.aggregate_type.clone(), grouped(row.streams), grouped(row.events)])
        .collect();
    let types: Vec<Vec<String>> =
        answer.types.iter().map(|row| vec![row.event_type.clone(), grouped(row.events)]).collect();
    [
        format!("tenant {}", answer.tenant),
        format!(
            "  events        {}, positions 1 to {}, {dense}",
            grouped(answer.events),
            grouped(answer.head_position)
        ),
        format!("  recorded      {}", range(answer.first_recorded_at, answer.last_recorded_at)),
        format!("  happened      {}", range(answer.first_occurred_at, answer.last_occurred_at)),
        format!(
            "  on disk       log {}, read models {}\n",
            megabytes(answer.log_bytes),
            megabytes(answer.read_model_bytes)
        ),
        table(&[("of", Align::Left), ("streams", Align::Right), ("events", Align::Right)], &streams),
        String::new(),
        table(&[("type", Align::Left), ("events", Align::Right)], &types),
        String::new(),
        readers_as_text(&answer.readers),
    ]
    .join("\n")
}

fn readers_as_text(readers: &[Reader]) -> String {
    let rows: Vec<Vec<String>> = readers
        .iter()
        .map(|reader| {
            let state = match &reader.last_error {
                Some(error) => format!("{}: {error}", reader.state),
                None => reader.state.clone(),
            };
            let version = reader.version.to_string();
            vec![reader.name.clone(), version, grouped(reader.checkpoint), grouped(reader.lag), state]
        })
        .collect();
    let columns = [
        ("reader", Align::Left),
        ("version", Align::Right),
        ("checkpoint", Align::Right),
        ("lag", Align::Right),
        ("state", Align::Left),
    ];
    table(&columns, &rows)
}
