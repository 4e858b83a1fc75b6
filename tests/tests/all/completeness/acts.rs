//! Of every act it is known who did it, whence, with what, and by which request.

use event_store::{Log, RecordedEvent};
use serde_json::Value;
use tests::Answer;

use crate::operations::Operation;

/// What each request of these tests says that it is sent by.
pub const USER_AGENT: &str = "completeness/1.0";

/// What the events of an operation do not say; `before`: the last position before it.
pub async fn lacking(log: &Log, operation: &Operation, answer: &Answer, before: u64) -> Option<String> {
    let request = answer.header("request-id");
    let events = log.read(before, 1000).await.unwrap();
    let by_it = |event: &&RecordedEvent| event.metadata.get("request_id").map(String::as_str) == request;
    let acts: Vec<_> = events.iter().filter(by_it).collect();
    let positions: Vec<u64> = acts.iter().map(|event| event.position).collect();
    let tx = log.begin().await.unwrap();
    let clients = log.clients(&tx, &positions).await.unwrap();
    tx.commit().await.unwrap();
    let is_whole = |event: &&RecordedEvent| {
        let client = clients.get(&event.position).and_then(|text| serde_json::from_str::<Value>(text).ok());
        client.is_some_and(|client| client["address"] == "127.0.0.1" && client["user_agent"] == USER_AGENT)
            && event.metadata.get("actor").is_some_and(|actor| actor.contains(':'))
    };
    let whole = !acts.is_empty() && acts.iter().all(is_whole);
    let said = || events.iter().map(|event| format!("{} {:?}", event.event_type, event.metadata)).collect::<Vec<_>>();
    (!whole).then(|| format!("{} ({request:?}): {:#?}", operation.id, said()))
}
