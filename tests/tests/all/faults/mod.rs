//! What goes wrong below us: disks, connections, servers, migrations. Nothing that was acknowledged is lost, nothing
//! happens twice, and who asks is told what to do.

mod clock;
mod commits;
mod disk;
mod migration;
mod neighbours;
mod news;
mod pool;
mod restart;
mod silence;
mod slow;

use event_store::{CommandId, Commit, Draft, EventMetadata, Keep, Log, Origin, StreamDrafts, StreamId};
use serde_json::json;

/// The command of this number: one event in a stream of its own.
fn commit(number: u64, keep: Keep, text: &str) -> Commit {
    let metadata = EventMetadata {
        actor: "system:test".to_owned(),
        correlation_id: "c".to_owned(),
        causation_id: "c".to_owned(),
        origin: Origin::System,
        request_id: None,
        client: None,
    };
    let payload = json!({"number": number, "text": text});
    let draft =
        Draft { event_type: "thing.happened".to_owned(), event_version: 1, payload, metadata, occurred_at: None };
    let stream = StreamId::new("thing", format!("s{number}"));
    Commit {
        command_id: CommandId::of(&[b"faults", &number.to_be_bytes()]),
        request_digest: [1; 32],
        keep,
        streams: vec![StreamDrafts { stream, expected: 0, drafts: vec![draft] }],
        claims: vec![],
        releases: vec![],
        erases: vec![],
        outcome: json!({"number": number}),
    }
}

/// The numbers in the log, in order; its positions have no hole.
async fn numbers(log: &Log) -> Vec<u64> {
    let mut events = vec![];
    loop {
        let next = log.read(events.len() as u64, 500).await.unwrap();
        if next.is_empty() {
            break;
        }
        events.extend(next);
    }
    assert!(events.iter().zip(1..).all(|(event, position)| event.position == position));
    events.iter().filter_map(|event| event.payload["number"].as_u64()).collect()
}
