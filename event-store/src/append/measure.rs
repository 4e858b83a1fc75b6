//! What is counted of appends. Named after Prometheus' conventions: base units, a suffix for what is counted.

use std::time::Duration;

use crate::{append::writer::Verdict, commit::Appended, error::AppendError};

/// A batch was answered.
#[expect(clippy::cast_precision_loss, reason = "a batch is far smaller than 2^52")]
pub(super) fn answered(verdicts: &[Verdict], took: Duration) {
    metrics::histogram!("ledgerdesk_append_batch_seconds").record(took.as_secs_f64());
    metrics::histogram!("ledgerdesk_append_batch_commits").record(verdicts.len() as f64);
    for verdict in verdicts {
        let outcome = match verdict {
            Ok(Appended { replayed: false, .. }) => "appended",
            Ok(Appended { replayed: true, .. }) => "replayed",
            Err(AppendError::Conflict { .. }) => "conflict",
            Err(AppendError::ClaimTaken { .. }) => "claim_taken",
            Err(_) => "failed",
        };
        metrics::counter!("ledgerdesk_append_commits_total", "outcome" => outcome).increment(1);
    }
}

/// A batch was sent: on an assumption (`first`), behind another one (`behind`), or under the head's lock (`locked`).
pub(super) fn sent(how: &'static str) {
    metrics::counter!("ledgerdesk_append_batches_total", "sent" => how).increment(1);
}
