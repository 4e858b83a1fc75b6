//! The importer, on files like those of other help desks and on a real one.

mod history;
mod lists;

use std::{collections::BTreeMap, ops::ControlFlow};

use commands::import::{Columns, Importer, Mapping, Meaning, Report, Role, Shape};
use domain::{Event, ticket::TicketEvent};
use event_store::{Log, RecordedEvent};
use tests::{TestClock, World};

/// Two tenants whose logs are empty.
async fn two_logs() -> (Log, Log) {
    let world = World::new().await;
    let store = world.app.desk.store();
    let new = async |name: &str| {
        let id = name.parse().unwrap();
        store.provision(&id, migrations::TENANT).await.unwrap();
        store.activate(&id).await.unwrap();
        store.log(&id).await.unwrap()
    };
    (new("one").await, new("two").await)
}

fn no_comments() -> Option<&'static [u8]> {
    None
}

fn importer(mapping: &Mapping, file: &str) -> Importer {
    Importer::read(mapping, file.as_bytes(), no_comments()).unwrap()
}

async fn run(importer: &Importer, log: &Log) -> Report {
    importer.run(log, &TestClock::default(), &|_| ControlFlow::Continue(())).await.unwrap()
}

async fn events(log: &Log) -> Vec<RecordedEvent> {
    let mut all: Vec<RecordedEvent> = vec![];
    loop {
        let more = log.read(all.len() as u64, 5000).await.unwrap();
        if more.is_empty() {
            return all;
        }
        all.extend(more);
    }
}

/// What stands in a log apart from when and in which commits it was recorded.
fn content(events: &[RecordedEvent]) -> BTreeMap<String, Vec<String>> {
    let mut streams: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for event in events {
        let mut payload = event.payload.clone();
        if let Some(members) = payload.as_object_mut() {
            members.remove("number");
        }
        let mark = event.metadata.get("request_id").cloned().unwrap_or_default();
        let (kind, at, actor) = (&event.event_type, event.occurred_at, event.actor());
        streams.entry(event.stream.to_string()).or_default().push(format!("{kind} {at} {actor} {mark} {payload}"));
    }
    streams
}

fn accounted(report: &Report) {
    for rows in [Some(report.rows), report.comments].into_iter().flatten() {
        assert_eq!(rows.total, rows.recorded + rows.known + rows.nothing_new + rows.rejected, "{report}");
    }
}

fn decoded(event: &RecordedEvent) -> TicketEvent {
    TicketEvent::decode(&event.event_type, event.event_version, event.payload.clone()).unwrap()
}

fn of_case(events: &[RecordedEvent], case: &str) -> Vec<(TicketEvent, String)> {
    let prefix = format!(":{case}:");
    events
        .iter()
        .filter(|event| event.metadata.get("request_id").is_some_and(|mark| mark.contains(&prefix)))
        .map(|event| (decoded(event), event.occurred_at.to_rfc3339()))
        .collect()
}

fn log_mapping() -> Mapping {
    let mut mapping = Mapping::new("old-desk", Shape::Events);
    mapping.columns = Columns::from([
        (Role::Case, "case".into()),
        (Role::Activity, "what".into()),
        (Role::Time, "when".into()),
        (Role::Agent, "who".into()),
        (Role::Customer, "customer".into()),
    ]);
    mapping.activities = BTreeMap::from([
        ("took".to_owned(), Meaning::Started),
        ("solved".to_owned(), Meaning::Resolved),
        ("closed".to_owned(), Meaning::Closed),
    ]);
    mapping
}

/// Rows of many cases, two of each the same, one a minute: several commits.
fn small_log(cases: u32, rows: u32) -> String {
    let mut text = "case,what,when,who,customer\n".to_owned();
    let words = ["took", "looked", "looked", "solved", "closed"];
    for row in 0..rows {
        for case in 0..cases {
            let (hour, minute) = (row, case % 60);
            let word = words[row as usize % words.len()];
            let line = format!(
                "C{case},{word},2020-01-{:02}T{hour:02}:{minute:02}:00Z,A{},K{}\n",
                case / 60 + 1,
                case % 3,
                case % 7
            );
            text.push_str(&line);
            if row == 1 {
                text.push_str(&line);
            }
        }
    }
    text
}
