//! What an operation says that it shows of people is so.

use event_store::Log;
use reqwest::Method;
use serde_json::Value;
use tests::Answer;

use crate::operations::Operation;

/// Of the people of these tests: see `things.rs`, and `run.rs` for those who joined.
const PERSONAL: [&str; 7] = ["Quincy", "Quill", "Quentin", "Quinn", "@x.example", "person-", "Somebody"];

/// `before`: the last number of the access log before the answer.
pub async fn check(log: &Log, operation: &Operation, answer: &Answer, before: u64, recorded: bool) {
    let request = answer.header("request-id");
    let entries = log.read_accesses(before, 100).await.unwrap();
    let left: Vec<_> = entries
        .iter()
        .filter(|entry| entry.request_id.as_deref() == request && entry.operation == operation.id)
        .collect();
    let says = &operation.document["x-personal-data"];
    if let Value::String(kind) = says {
        // What a write recorded is in the audit trail, and 204 shows nothing.
        let shows = operation.method == Method::GET || (!recorded && answer.status != 204);
        let expected = usize::from(shows);
        assert!(left.len() >= expected && left.len() <= 1, "{}: {left:#?}", operation.id);
        assert!(left.iter().all(|entry| entry.kind == *kind && entry.status == answer.status), "{left:#?}");
        assert!(left.iter().all(|entry| entry.client.is_some()), "{left:#?}");
        return;
    }
    assert!(left.is_empty(), "{} says {says}: {left:#?}", operation.id);
    let why = says["none"].as_str().or_else(|| says["own"].as_str());
    assert!(why.is_some_and(|why| !why.is_empty()), "{} says {says}", operation.id);
    if says["none"].is_string() {
        let shown: Vec<_> = PERSONAL.iter().filter(|word| answer.text.contains(**word)).collect();
        assert!(shown.is_empty(), "{} says {says}, and shows {shown:?}", operation.id);
    } else {
        assert!(operation.is_open(), "{} shows more than who asks, who is nobody yet", operation.id);
    }
}
