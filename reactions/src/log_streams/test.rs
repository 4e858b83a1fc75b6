//! Trying a stream: one marked record, sent at once, whether the stream is active or not.

use std::time::Duration;

use event_store::Log;
use projections::log_streams::Stream;
use serde_json::{Map, Value, json};

use crate::{
    error::ReactionError,
    log_streams::{
        LogStreams,
        batch::{Batch, Record},
    },
};

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    /// Whether it was taken.
    pub taken: bool,
    /// What the receiver answered with; none where it answered nothing.
    pub status: Option<u16>,
    /// Why it was not taken.
    pub error: Option<String>,
    /// How long it took.
    pub took: Duration,
}

impl LogStreams {
    /// Sends one record that says it is a test.
    pub async fn test(&self, log: &Log, stream: &Stream) -> Result<Tested, ReactionError> {
        let now = self.clock().now();
        let id = format!("{}.test.{}", stream.id, self.inner.desk.store().ids().next().simple());
        let fields = json!({
            "log": "test", "test": true, "tenant": log.tenant().as_str(), "epoch": log.epoch(), "recorded_at": now,
            "action": "log_stream.tested", "target": {"kind": "log_stream", "id": stream.id},
        });
        let fields: Map<String, Value> = serde_json::from_value(fields).unwrap_or_default();
        let batch = Batch { id, records: vec![Record { number: 0, fields }] };
        let began = tokio::time::Instant::now();
        let sent = self.send(log, stream, &batch).await?;
        let took = began.elapsed();
        Ok(match sent {
            Ok(status) => Tested { taken: true, status, error: None, took },
            Err(refusal) => Tested { taken: false, status: refusal.status, error: Some(refusal.error), took },
        })
    }
}
