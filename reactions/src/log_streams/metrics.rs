//! What an operator watches: how far behind the streams of a tenant are, and how many of them are not taken.

use event_store::{Log, Standing};

use crate::{
    error::ReactionError,
    log_streams::{LogStreams, NAME, lanes},
};

impl LogStreams {
    /// Sets the gauges of a tenant that has streams to what they are at this moment; gives whether something waits.
    #[expect(clippy::cast_precision_loss, reason = "more than 2^52 records are out of reach")]
    pub async fn measure(&self, log: &Log) -> Result<bool, ReactionError> {
        let tx = log.begin().await?;
        let lanes = lanes::all(&tx).await?;
        tx.commit().await?;
        if lanes.is_empty() {
            return Ok(false);
        }
        let active: Vec<_> = lanes.iter().filter(|lane| lane.active).collect();
        let tenant = || log.tenant().to_string();
        let behind = active.iter().map(|lane| lane.end.saturating_sub(lane.sent_to)).max().unwrap_or(0);
        let failing = active.iter().filter(|lane| lane.failing_since.is_some()).count();
        metrics::gauge!("ledgerdesk_log_stream_records_behind", "tenant" => tenant()).set(behind as f64);
        metrics::gauge!("ledgerdesk_log_streams_failing", "tenant" => tenant()).set(failing as f64);
        let head = log.head().await?.position;
        let parked = active.iter().filter(|lane| lane.parked).count() as u64;
        let standing = Standing { checkpoint: head.saturating_sub(behind), head, parked: None, parked_keys: parked };
        log.note_standing(NAME, standing);
        Ok(active.iter().any(|lane| lane.waits()))
    }

    pub(super) async fn measure_or_say(&self, log: &Log) -> bool {
        self.measure(log).await.unwrap_or_else(|error| {
            tracing::debug!(tenant = %log.tenant(), %error, "log streams could not be measured");
            true
        })
    }
}
