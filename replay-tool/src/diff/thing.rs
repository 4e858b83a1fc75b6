//! What became of one thing between two positions.

use domain::{Aggregate, TicketNumber, ticket::Ticket};
use event_store::{Log, StreamId};
use projections::audit::{Act, history};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{Failure, changes::described, names::Names, told::ToldAct};

#[derive(Debug, Serialize)]
pub struct Thing {
    kind: String,
    id: String,
    /// Of a ticket: `T-001`.
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket_id: Option<String>,
    /// Its versions: before, and after.
    versions: [u64; 2],
    /// What is different afterwards: field -> [before, after].
    changes: Map<String, Value>,
    /// What led there.
    events: Vec<ToldAct>,
}

impl Thing {
    pub async fn between(
        log: &Log,
        names: &mut Names<'_>,
        stream: &StreamId,
        from: u64,
        to: u64,
    ) -> Result<Self, Failure> {
        let mut acts = history(log, stream).await?;
        acts.retain(|act| (from + 1..=to).contains(&act.entry.position));
        let first = acts.first().map_or(0, |act| act.entry.target.version - 1);
        let last = acts.last().map_or(first, |act| act.entry.target.version);
        let changes = net(&acts);
        let mut events = vec![];
        for act in acts {
            events.push(ToldAct::of(log, names, act).await?);
        }
        let StreamId { aggregate_type, aggregate_id } = stream.clone();
        let ticket_id = ticket_number(log, stream).await?;
        Ok(Self { kind: aggregate_type, id: aggregate_id, ticket_id, versions: [first, last], changes, events })
    }

    pub fn lines(&self) -> Vec<String> {
        let Self { kind, id, ticket_id, versions: [before, after], changes, events } = self;
        let version =
            if *before == 0 { format!("new, version {after}") } else { format!("version {before} -> {after}") };
        let name = ticket_id.as_ref().map_or_else(|| id.clone(), |number| format!("{number}  {id}"));
        let mut lines = vec![format!("\n{kind} {name}  {version}")];
        lines.extend(changes.iter().map(|(field, change)| format!("  {field}: {}", described(change))));
        for event in events {
            lines.push(String::new());
            lines.extend(event.lines());
        }
        lines
    }
}

async fn ticket_number(log: &Log, stream: &StreamId) -> Result<Option<String>, Failure> {
    if stream.aggregate_type != Ticket::TYPE {
        return Ok(None);
    }
    let tx = log.begin().await?;
    let sql = "SELECT payload ->> 'number' FROM events
               WHERE aggregate_type = $1 AND aggregate_id = $2 AND event_type = 'ticket.opened'";
    let row = tx.query_opt(sql, &[&stream.aggregate_type, &stream.aggregate_id]).await?;
    tx.commit().await?;
    let number = row.and_then(|row| row.get::<_, Option<String>>(0)?.parse().ok());
    Ok(number.map(|number| TicketNumber(number).to_string()))
}

/// The first before and the last after of each field; what came back to what it was is left out.
fn net(acts: &[Act]) -> Map<String, Value> {
    let mut changes: Map<String, Value> = Map::new();
    for (field, change) in acts.iter().filter_map(|act| act.entry.changes.as_object()).flatten() {
        if let [before, after] = change.as_array().map_or(&[][..], Vec::as_slice) {
            let was = changes.get(field).map_or(before, |known| &known[0]).clone();
            changes.insert(field.clone(), json!([was, after]));
        }
    }
    changes.retain(|_, change| change[0] != change[1]);
    changes
}
