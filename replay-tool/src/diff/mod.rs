mod thing;

use chrono::{DateTime, Utc};
use clap::Args;
use event_store::{Log, StreamId};
use projections::as_of::Moment;
use serde::Serialize;

use crate::{
    Failure, Outcome,
    moment::parse_as_of,
    names::Names,
    terminal::{Form, grouped, instant, print, print_json},
    ticket::Of,
};
use thing::Thing;

/// Tell what changed between two moments: who did what, from where, and why
///
/// Every thing that something happened to is named with what it was and what it became; below it, each event that led
/// there: who caused it, from which address, with which command, and the chain of what caused that. It exits with 1
/// when something changed, as diff(1) does.
///
/// Examples: replay-tool diff 2026-03-31 2026-04-30, replay-tool diff 4711 --of T-001
#[derive(Debug, Args)]
pub struct Diff {
    /// The earlier moment: a position of the log, an instant (RFC 3339), or a date, which means its end (UTC)
    #[arg(value_name = "FROM", value_parser = parse_as_of)]
    from: Moment,
    /// The later one; now by default
    #[arg(value_name = "TO", value_parser = parse_as_of)]
    to: Option<Moment>,
    /// Only what happened to this: a ticket (T-001, external:ID) or the id of anything (tkt_…, cus_…, agt_…)
    #[arg(long, value_name = "THING")]
    of: Option<Of>,
}

/// An answer is held in memory.
const MOST: u64 = 10_000;

/// A moment, as the log knows it.
#[derive(Clone, Copy, Debug, Serialize)]
struct Reached {
    position: u64,
    /// When the event at this position was recorded; none before the first.
    recorded_at: Option<DateTime<Utc>>,
}

#[derive(Serialize)]
struct Answer {
    from: Reached,
    to: Reached,
    events: u64,
    changed: Vec<Thing>,
}

impl Diff {
    pub async fn run(self, log: &Log, form: Form) -> Result<Outcome, Failure> {
        let from = reached(log, self.from).await?;
        let to = reached(log, self.to.unwrap_or(Moment::Now)).await?;
        if from.position > to.position {
            return Err(format!(
                "the first moment (position {}) is after the second (position {}): give the earlier one first",
                from.position, to.position
            )
            .into());
        }
        let of = match &self.of {
            Some(of) => Some(of.find(log).await?),
            None => None,
        };
        let touched = touched(log, from, to, of.as_deref()).await?;
        let events: u64 = touched.iter().map(|(_, events)| events).sum();
        if events > MOST {
            let (events, most) = (grouped(events), grouped(MOST));
            return Err(format!(
                "{events} events lie between: name nearer moments, or a thing with --of (at most {most})"
            )
            .into());
        }
        let mut names = Names::new(log);
        let mut changed = vec![];
        for (stream, _) in touched {
            changed.push(Thing::between(log, &mut names, &stream, from.position, to.position).await?);
        }
        let outcome = if changed.is_empty() { Outcome::Same } else { Outcome::Different };
        let answer = Answer { from, to, events, changed };
        match form {
            Form::Json => print_json(&answer)?,
            Form::Text => print(&as_text(&answer)),
        }
        Ok(outcome)
    }
}

/// What of the log a moment includes.
async fn reached(log: &Log, moment: Moment) -> Result<Reached, Failure> {
    let head = log.head().await?.position;
    let position = match moment {
        Moment::Now => head,
        Moment::Position(position) => position,
        Moment::Recorded(instant) | Moment::Happened(instant) => log.position_at(instant).await?,
    };
    if position > head {
        return Err(format!("position {position} is not recorded yet: the log ends at position {head}").into());
    }
    let tx = log.begin().await?;
    let row = tx.query_opt("SELECT recorded_at FROM events WHERE position = $1", &[&i64::try_from(position)?]).await?;
    tx.commit().await?;
    Ok(Reached { position, recorded_at: row.map(|row| row.get(0)) })
}

/// The streams that have events between, in the order of the first of them, and how many.
async fn touched(log: &Log, from: Reached, to: Reached, of: Option<&str>) -> Result<Vec<(StreamId, u64)>, Failure> {
    let (from, to) = (i64::try_from(from.position)?, i64::try_from(to.position)?);
    let tx = log.begin().await?;
    let rows = tx
        .query(
            "SELECT aggregate_type, aggregate_id, count(*) FROM events
             WHERE position > $1 AND position <= $2 AND ($3::text IS NULL OR aggregate_id = $3)
             GROUP BY aggregate_type, aggregate_id ORDER BY min(position)",
            &[&from, &to, &of],
        )
        .await?;
    tx.commit().await?;
    let counted = |row: &event_store::driver::Row| {
        let stream = StreamId::new(row.get::<_, String>(0), row.get::<_, String>(1));
        Ok((stream, u64::try_from(row.get::<_, i64>(2))?))
    };
    rows.iter().map(counted).collect()
}

fn as_text(answer: &Answer) -> String {
    let moment = |Reached { position, recorded_at }: &Reached| {
        let at = recorded_at.map_or_else(|| "before the first event".to_owned(), instant);
        format!("position {} ({at})", grouped(*position))
    };
    let Answer { from, to, events, changed } = answer;
    let between = format!("From {} to {}", moment(from), moment(to));
    if changed.is_empty() {
        return format!("{between}: nothing happened");
    }
    let counted = |count: u64, what: &str| format!("{} {what}{}", grouped(count), if count == 1 { "" } else { "s" });
    let (events, things) = (counted(*events, "event"), counted(changed.len() as u64, "thing"));
    let mut lines = vec![format!("{between}: {events}, on {things}")];
    lines.extend(changed.iter().flat_map(Thing::lines));
    lines.join("\n")
}
