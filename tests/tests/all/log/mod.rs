//! What the log promises, whatever is written into it.

mod concurrency;
mod fresh;
mod judgement;
mod look_ups;
mod scan;
mod seals;
mod time;

use std::sync::Arc;

use event_store::{
    Claim, CommandId, Commit, Draft, EventMetadata, Keep, Log, Origin, RecordedEvent, StreamDrafts, StreamId,
};
use serde_json::{Value, json};
use tests::World;
use tokio::sync::watch;

/// The command of this number.
fn command(number: u64) -> CommandId {
    CommandId::of(&[b"test", &number.to_be_bytes()])
}

fn metadata() -> EventMetadata {
    EventMetadata {
        actor: "system:test".to_owned(),
        correlation_id: "c".to_owned(),
        causation_id: "c".to_owned(),
        origin: Origin::System,
        request_id: None,
        client: None,
    }
}

fn draft(payload: Value) -> Draft {
    Draft {
        event_type: "thing.happened".to_owned(),
        event_version: 1,
        payload,
        metadata: metadata(),
        occurred_at: None,
    }
}

fn stream(name: &str) -> StreamId {
    StreamId::new("thing", name)
}

fn part(name: &str, expected: u64, payloads: impl IntoIterator<Item = Value>) -> StreamDrafts {
    StreamDrafts { stream: stream(name), expected, drafts: payloads.into_iter().map(draft).collect() }
}

/// A commit of this number, with these streams.
fn commit(number: u64, streams: Vec<StreamDrafts>) -> Commit {
    Commit {
        command_id: command(number),
        request_digest: [1; 32],
        keep: Keep::Day,
        streams,
        claims: vec![],
        releases: vec![],
        erases: vec![],
        outcome: json!({"number": number}),
    }
}

/// A commit that begins a stream of its own.
fn single(number: u64) -> Commit {
    commit(number, vec![part(&format!("s{number}"), 0, [json!({"number": number})])])
}

fn claim(value: &str, owner: &str) -> Claim {
    Claim { kind: "thing.name", value: value.to_owned(), owner: owner.to_owned() }
}

async fn everything(log: &Log) -> Vec<RecordedEvent> {
    let mut events: Vec<RecordedEvent> = vec![];
    loop {
        let next = log.read(events.len() as u64, 500).await.unwrap();
        if next.is_empty() {
            return events;
        }
        events.extend(next);
    }
}

/// How far writers and the one who cuts their connections have come. Writers wait for the next cut now and then, so that
/// there are some however fast they are.
struct Cuts {
    done: watch::Sender<u64>,
    cut: watch::Sender<u64>,
}

impl Cuts {
    const EVERY: u64 = 8;

    fn new() -> Arc<Self> {
        Arc::new(Self { done: watch::Sender::new(0), cut: watch::Sender::new(0) })
    }

    /// A writer has done its `turn`: 0, 1, …
    async fn done(&self, turn: u64) {
        self.done.send_modify(|done| *done += 1);
        let _ = self.cut.subscribe().wait_for(|cuts| cuts * Self::EVERY >= turn).await.unwrap();
    }

    /// Cuts every connection of the server's login again and again until the writers have done `all`.
    async fn make(&self, world: &World, all: u64) {
        let superuser = world.superuser().await;
        let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                   WHERE datname = current_database() AND usename = 'tests_server'";
        let mut done = 0;
        while done < all {
            superuser.query_one(cut, &[]).await.unwrap();
            self.cut.send_modify(|cuts| *cuts += 1);
            // The time that an attempt is given again is bounded: so many commits are heard of in between.
            done = *self.done.subscribe().wait_for(|now| *now >= (done + 30).min(all)).await.unwrap();
        }
    }
}

/// Positions and sequences are dense, and time never goes backwards along positions.
fn assert_sound(events: &[RecordedEvent]) {
    let mut versions = std::collections::HashMap::<&StreamId, u64>::new();
    for (event, position) in events.iter().zip(1..) {
        assert_eq!(event.position, position);
        let version = versions.entry(&event.stream).or_default();
        *version += 1;
        assert_eq!(event.sequence, *version, "{} at {position}", event.stream);
        assert!(event.occurred_at <= event.recorded_at);
    }
    assert!(events.is_sorted_by_key(|event| event.recorded_at));
}
