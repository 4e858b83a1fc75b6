use std::collections::BTreeMap;

use clap::Args;
use domain::DomainEvent;
use event_store::{Fields, Log, StoredEvent};
use serde::Serialize;

use crate::{
    Failure, Outcome,
    terminal::{Align, Form, grouped, print, print_json, table},
};

/// Of each type at most so many failures are told one by one.
const TOLD: usize = 5;

/// Read every event with this program's catalogue, and say which it cannot read
///
/// For a new program on old data, before it serves: an event whose type or version is unknown, or whose payload does not
/// fit, would park every reader in front of it. Personal fields stay closed.
///
/// Examples: replay-tool check-upcasts, replay-tool check-upcasts --tenant acme --json
#[derive(Debug, Args)]
pub struct CheckUpcasts {}

#[derive(Debug, Serialize)]
struct Answer {
    tenant: String,
    events: u64,
    unreadable: u64,
    types: Vec<Kind>,
}

#[derive(Debug, Serialize)]
struct Kind {
    event_type: String,
    event_version: u32,
    /// The version that this program writes.
    newest_version: Option<u32>,
    events: u64,
    unreadable: u64,
    failures: Vec<Unreadable>,
}

#[derive(Debug, Serialize)]
struct Unreadable {
    position: u64,
    reason: String,
}

impl CheckUpcasts {
    pub async fn run(self, log: &Log, form: Form) -> Result<Outcome, Failure> {
        let answer = check(log).await?;
        match form {
            Form::Json => print_json(&answer)?,
            Form::Text => print(&as_text(&answer)),
        }
        Ok(if answer.unreadable == 0 { Outcome::Same } else { Outcome::Different })
    }
}

async fn check(log: &Log) -> Result<Answer, Failure> {
    let end = log.head().await?.position;
    let mut found = BTreeMap::<(String, u32), Kind>::new();
    let mut chunks = log.scan(0, end, Fields::Closed).read_ahead();
    while let Some(chunk) = chunks.recv().await {
        for event in chunk?.events() {
            note(&mut found, &event?);
        }
    }
    let types: Vec<Kind> = found.into_values().collect();
    let unreadable = types.iter().map(|row| row.unreadable).sum();
    Ok(Answer { tenant: log.tenant().to_string(), events: end, unreadable, types })
}

fn note(found: &mut BTreeMap<(String, u32), Kind>, event: &StoredEvent<'_>) {
    let StoredEvent { event_type, event_version, .. } = *event;
    let row = found.entry((event_type.to_owned(), event_version)).or_insert_with(|| Kind {
        event_type: event_type.to_owned(),
        event_version,
        newest_version: newest(event_type),
        events: 0,
        unreadable: 0,
        failures: vec![],
    });
    row.events += 1;
    if let Err(error) = DomainEvent::decode_text(event.aggregate_type, event_type, event_version, event.payload) {
        row.unreadable += 1;
        if row.failures.len() < TOLD {
            row.failures.push(Unreadable { position: event.position, reason: error.to_string() });
        }
    }
}

fn newest(event_type: &str) -> Option<u32> {
    let versions = DomainEvent::types().into_iter().filter(|(_, name, _)| *name == event_type);
    versions.map(|(_, _, version)| version).max()
}

fn as_text(answer: &Answer) -> String {
    let rows: Vec<Vec<String>> = answer
        .types
        .iter()
        .map(|row| {
            let newest = row.newest_version.map_or("unknown".to_owned(), |version| version.to_string());
            let counts = [grouped(row.events), grouped(row.unreadable)];
            [vec![row.event_type.clone(), row.event_version.to_string(), newest], counts.into()].concat()
        })
        .collect();
    let columns = [
        ("type", Align::Left),
        ("version", Align::Right),
        ("newest", Align::Right),
        ("events", Align::Right),
        ("unreadable", Align::Right),
    ];
    let verdict = match answer.unreadable {
        0 => "Readable: this program reads every event of this log.".to_owned(),
        unreadable => format!(
            "NOT READABLE: {} events. Do not serve this log with this program; the one that wrote them is newer, or a \
             `from v …` line is missing in the catalogue.",
            grouped(unreadable)
        ),
    };
    let failures = answer.types.iter().flat_map(|row| &row.failures);
    let failures = failures.map(|failure| format!("  position {}: {}", grouped(failure.position), failure.reason));
    let head = format!("tenant {}, {} events\n", answer.tenant, grouped(answer.events));
    let lines = [head, table(&columns, &rows), String::new()].into_iter().chain(failures).chain([verdict]);
    lines.collect::<Vec<_>>().join("\n")
}
