use std::time::{Duration, Instant};

use clap::Args;
use event_store::{Log, Scratch};
use indicatif::{ProgressBar, ProgressStyle};
use projections::{Comparison, Difference, compare, replay_into_scratch};
use serde_json::{Value, json};
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    Failure, Outcome,
    terminal::{Align, Form, grouped, print, print_json, table},
};

/// Replay the log, and compare the live read models with it
///
/// The whole log is folded again, into a schema of its own beside the live tables, and every row is compared with the
/// live one. The server may go on: rows that change meanwhile are left out and counted. The schema is removed at the
/// end, also after an interruption.
///
/// Examples: replay-tool replay, replay-tool replay --tenant acme --up-to 5000
#[derive(Debug, Args)]
pub struct Replay {
    /// Replay up to this position only; rows that changed later are not compared
    #[arg(long, value_name = "POSITION")]
    up_to: Option<u64>,
    /// How many differences are listed; all are counted
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    list: usize,
}

struct Replayed {
    comparison: Comparison,
    /// The end of the log: what the live read models have not seen yet is not compared.
    head: u64,
    took: Duration,
}

impl Replay {
    pub async fn run(self, log: &Log, form: Form) -> Result<Outcome, Failure> {
        let scratch = log.scratch().await?;
        let mut terminate = signal(SignalKind::terminate())?;
        let replayed = tokio::select! {
            replayed = self.replay(log, &scratch) => replayed,
            _ = tokio::signal::ctrl_c() => Err("interrupted".into()),
            _ = terminate.recv() => Err("interrupted".into()),
        };
        scratch.remove().await?;
        let replayed = replayed?;
        match form {
            Form::Json => print_json(&as_json(log, &replayed))?,
            Form::Text => print(&as_text(log, &replayed)),
        }
        Ok(if replayed.comparison.is_same() { Outcome::Same } else { Outcome::Different })
    }

    async fn replay(&self, log: &Log, scratch: &Scratch) -> Result<Replayed, Failure> {
        let bar = progress_bar();
        let began = Instant::now();
        let replayed = replay_into_scratch(log, scratch, self.up_to, &|done, total| {
            bar.set_length(total);
            bar.set_position(done);
        })
        .await?;
        let took = began.elapsed();
        let head = log.head().await?.position;
        bar.set_style(ProgressStyle::with_template("{spinner} comparing")?);
        bar.enable_steady_tick(Duration::from_millis(100));
        let comparison = compare(log, scratch, replayed, self.list).await?;
        bar.finish_and_clear();
        Ok(Replayed { comparison, head, took })
    }
}

/// Replays the whole log, and gives how many rows of the read models are not what it says.
pub async fn compare_with_replay(log: &Log) -> Result<u64, Failure> {
    let scratch = log.scratch().await?;
    let replayed = Replay { up_to: None, list: 0 }.replay(log, &scratch).await;
    scratch.remove().await?;
    Ok(replayed?.comparison.tables.iter().map(|table| table.different).sum())
}

/// A bar on a terminal, nothing elsewhere.
fn progress_bar() -> ProgressBar {
    let template = "replaying [{wide_bar}] {human_pos}/{human_len} events, {per_sec}, {eta} left";
    let bar = ProgressBar::new(0);
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Nothing of what follows needs more than whole events a second.
fn events_per_second(replayed: &Replayed) -> u64 {
    let events = u128::from(replayed.comparison.position);
    let second = events * 1_000_000 / replayed.took.as_micros().max(1);
    u64::try_from(second).unwrap_or(u64::MAX)
}

fn as_text(log: &Log, replayed: &Replayed) -> String {
    let Comparison { position, tables, differences } = &replayed.comparison;
    let rows: Vec<Vec<String>> = tables
        .iter()
        .map(|table| {
            let numbers = [table.rows, table.different, table.newer].map(grouped);
            std::iter::once(table.table.to_owned()).chain(numbers).collect()
        })
        .collect();
    let columns =
        [("table", Align::Left), ("compared", Align::Right), ("different", Align::Right), ("newer", Align::Right)];
    let mut parts = vec![
        format!(
            "tenant {}, replayed to position {} of {} in {:.1} s ({} events/s)\n",
            log.tenant(),
            grouped(*position),
            grouped(replayed.head),
            replayed.took.as_secs_f64(),
            grouped(events_per_second(replayed))
        ),
        table(&columns, &rows),
        String::new(),
    ];
    parts.extend(differences.iter().map(described));
    let different: u64 = tables.iter().map(|table| table.different).sum();
    parts.push(if different == 0 {
        "Same: every row that was compared is what the log says.".to_owned()
    } else {
        format!("Different: rows that are not what the log says: {}. A rebuild mends them.", grouped(different))
    });
    parts.join("\n")
}

fn described(difference: &Difference) -> String {
    let Difference { table, key, column, live, replayed } = difference;
    let Some(column) = column else {
        let side = if live.is_some() { "live, but not in the log" } else { "in the log, but not live" };
        return format!("{table} {key}: the row is {side}");
    };
    let value = |value: &Option<Value>| value.as_ref().map_or_else(|| "nothing".to_owned(), ToString::to_string);
    format!("{table} {key} {column}:\n    live      {}\n    replayed  {}", value(live), value(replayed))
}

fn as_json(log: &Log, replayed: &Replayed) -> Value {
    let Comparison { position, tables, differences } = &replayed.comparison;
    let tables: Vec<Value> = tables
        .iter()
        .map(|table| {
            json!({
                "table": table.table, "compared": table.rows, "different": table.different, "newer": table.newer,
            })
        })
        .collect();
    let differences: Vec<Value> = differences
        .iter()
        .map(|found| {
            json!({
                "table": found.table, "key": found.key, "column": found.column,
                "live": found.live, "replayed": found.replayed,
            })
        })
        .collect();
    json!({
        "tenant": log.tenant().as_str(),
        "position": position,
        "head_position": replayed.head,
        "same": replayed.comparison.is_same(),
        "seconds": replayed.took.as_secs_f64(),
        "events_per_second": events_per_second(replayed),
        "tables": tables,
        "differences": differences,
    })
}
