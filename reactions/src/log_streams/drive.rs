//! Sending what waits in a lane, a batch at a time.

use chrono::TimeDelta;
use domain::tenant::Feature;
use event_store::Log;
use projections::log_streams::Stream;
use uuid::Uuid;

use crate::{
    error::ReactionError,
    log_streams::{
        LogStreams, batch,
        lanes::{self, Came, Lane},
    },
};

/// After a failure of our own (the database is away), a lane is due again this much later.
const PAUSE: TimeDelta = TimeDelta::seconds(10);
/// The same, where trying again soon would change nothing.
const TRY_PARKED: TimeDelta = TimeDelta::minutes(5);

/// A lane in the hand of this worker.
#[derive(Debug)]
pub(super) struct Claimed {
    stream: Stream,
    lane: Lane,
    lease: Uuid,
    sent_to: u64,
}

impl LogStreams {
    /// Claims every lane that is due.
    pub(super) async fn claim_due(&self, log: &Log) -> Result<Vec<Claimed>, ReactionError> {
        // Nothing leaves a sandbox, whatever its streams say.
        if log.is_masked() {
            return Ok(vec![]);
        }
        let streams = lanes::follow(log).await?;
        if streams.is_empty() {
            return Ok(vec![]);
        }
        let now = self.clock().now();
        let tx = log.begin().await?;
        let due: Vec<Lane> = lanes::all(&tx).await?.into_iter().filter(|lane| lane.is_due(now)).collect();
        tx.commit().await?;
        // They wait, and go on where they stand when the plan has it again.
        if due.is_empty() || !self.inner.desk.entitlements(log).await?.has(Feature::CustomIntegrations) {
            return Ok(vec![]);
        }
        let mut all = vec![];
        for lane in due {
            let Some(stream) = streams.get(&lane.stream) else { continue };
            let lease = self.inner.desk.store().ids().next();
            if let Some(sent_to) = lanes::claim(log, &lane, lease, now).await? {
                all.push(Claimed { stream: stream.clone(), lane, lease, sent_to });
            }
        }
        Ok(all)
    }

    /// Sends the next batch; gives whether it was taken. Whatever goes wrong here is logged, and stands in the lane.
    pub(super) async fn drive(&self, log: &Log, claimed: Claimed) -> bool {
        let Claimed { stream, lane, lease, sent_to } = claimed;
        let came = match self.next(log, &stream, &lane, sent_to).await {
            Ok(came) => came,
            Err(ReactionError::Store(error)) if event_store::is_transient(&error) => {
                Came::Later(self.clock().now() + PAUSE)
            }
            Err(error) => {
                let reason = error.to_string();
                if lane.last_error.as_ref() != Some(&reason) {
                    tracing::error!(tenant = %log.tenant(), stream = stream.id, %error, "a log stream is parked");
                }
                Came::Parked { reason, due_at: self.clock().now() + TRY_PARKED }
            }
        };
        match lanes::note(log, &lane, lease, self.clock().now(), &came).await {
            Ok(true) => matches!(came, Came::Taken(_)),
            Ok(false) => {
                tracing::warn!(tenant = %log.tenant(), stream = stream.id, "a batch took longer than its lease");
                false
            }
            Err(error) => {
                tracing::warn!(tenant = %log.tenant(), stream = stream.id, %error, "its lease has to run out");
                false
            }
        }
    }

    async fn next(&self, log: &Log, stream: &Stream, lane: &Lane, sent_to: u64) -> Result<Came, ReactionError> {
        let Some(batch) = batch::read(log, lane.log, &stream.id, sent_to).await? else { return Ok(Came::Nothing) };
        let last = batch.records.last().map_or(sent_to, |record| record.number);
        match self.send(log, stream, &batch).await? {
            Ok(_) => Ok(Came::Taken(last)),
            Err(refusal) => {
                if lane.failures == 0 {
                    tracing::warn!(tenant = %log.tenant(), stream = stream.id, error = refusal.error, "a log stream is not taken");
                }
                let failures = lane.failures.saturating_add(1);
                let due_at = refusal.due_at(failures, self.clock().now());
                Ok(Came::Failed { error: refusal.error, failures, due_at })
            }
        }
    }
}
