//! What is told of log streams. The fields' docs are the API's reference.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{LogStreamId, log_stream::StreamedLog, tenant::Feature};
use event_store::Log;
use projections::{as_of::Moment, log_streams::Stream};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    error::ReactionError,
    log_streams::{
        LogStreams,
        lanes::{self, Lane},
    },
};

/// A log stream: where the audit trail, and the access log if you wish, are sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = LogStream)]
pub struct LogStreamView {
    /// Its id. It never changes.
    #[schema(example = "lst_0199aa00000070008000000000000061")]
    pub id: String,
    /// What it is called.
    #[schema(example = "SIEM")]
    pub name: String,
    /// Where it goes.
    #[schema(example = "https://siem.example.com/ingest")]
    pub url: Option<String>,
    /// The authorities that its receiver's certificate is verified with, in PEM; null: those of the machine. For
    /// `syslog+tls`.
    pub ca_certificates: Option<String>,
    /// What is sent: `audit`, `access_log`.
    #[schema(example = json!(["audit"]))]
    pub logs: Vec<&'static str>,
    /// Whether it is sent. While it is not, nothing is lost: it goes on where it stood.
    pub active: bool,
    /// How each log that was ever sent fares.
    pub status: LogStreamStatus,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When anything of this last changed, but for `status`.
    pub updated_at: DateTime<Utc>,
    /// How many changes it has seen. Send it as `If-Match` to change only what you have seen.
    #[schema(minimum = 1)]
    pub version: u64,
    /// The place of its last change in your event log.
    #[schema(minimum = 1)]
    pub position: u64,
}

/// How each log fares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct LogStreamStatus {
    /// The audit trail; null: it was never sent.
    pub audit: Option<LaneView>,
    /// The access log; null: it was never sent.
    pub access_log: Option<LaneView>,
}

/// How a log fares on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = LogStreamLane)]
pub struct LaneView {
    /// `live`; `failing`: the receiver did not take the last batch; `parked`: it cannot be sent, for a fault on our side;
    /// `paused`: it is not active, or the plan does not have it.
    #[schema(example = "live")]
    pub state: &'static str,
    /// The last place that was taken: a position of the audit trail, or a number of the access log.
    #[schema(minimum = 0)]
    pub sent_to: u64,
    /// How many places are behind it.
    #[schema(minimum = 0)]
    pub behind: u64,
    /// When something was last taken.
    pub last_sent_at: Option<DateTime<Utc>>,
    /// The first failure since.
    pub failing_since: Option<DateTime<Utc>>,
    /// What the last failure said; null once something is taken again.
    #[schema(example = "it answered 503")]
    pub last_error: Option<String>,
    /// When it is tried again.
    pub next_attempt_at: Option<DateTime<Utc>>,
}

/// The stream at `moment`, and how it fares now; none when there is none.
pub async fn get(
    streams: &LogStreams,
    log: &Log,
    id: LogStreamId,
    moment: Moment,
) -> Result<Option<LogStreamView>, ReactionError> {
    let Some(stream) = projections::log_streams::get(log, id, moment).await? else { return Ok(None) };
    Ok(views(streams, log, vec![stream]).await?.pop())
}

/// All that there are, in the order in which they were made.
pub async fn list(streams: &LogStreams, log: &Log) -> Result<Vec<LogStreamView>, ReactionError> {
    let mut all = projections::log_streams::streams(log, |_| false).await?;
    all.retain(|stream| !stream.is_deleted());
    views(streams, log, all).await
}

async fn views(streams: &LogStreams, log: &Log, all: Vec<Stream>) -> Result<Vec<LogStreamView>, ReactionError> {
    let has = streams.inner.desk.entitlements(log).await?.has(Feature::CustomIntegrations) && !log.is_masked();
    let tx = log.begin().await?;
    let mut lanes: BTreeMap<(String, StreamedLog), Lane> =
        lanes::all(&tx).await?.into_iter().map(|lane| ((lane.stream.clone(), lane.log), lane)).collect();
    tx.commit().await?;
    let mut lane = |stream: &Stream, of| {
        let lane = lanes.remove(&(stream.id.clone(), of))?;
        let sent = stream.sends(of);
        // One that was never sent has nothing to tell.
        (sent || lane.last_sent_at.is_some()).then(|| LaneView::of(lane, sent && has))
    };
    let view = |stream: Stream| {
        let status = LogStreamStatus {
            audit: lane(&stream, StreamedLog::Audit),
            access_log: lane(&stream, StreamedLog::AccessLog),
        };
        LogStreamView {
            url: stream.url().map(str::to_owned),
            active: stream.is_active(),
            status,
            name: stream.state.name,
            ca_certificates: stream.state.ca_certificates,
            logs: stream.state.logs.iter().map(|log| log.as_str()).collect(),
            id: stream.id,
            created_at: stream.created_at,
            updated_at: stream.updated_at,
            version: stream.version,
            position: stream.position,
        }
    };
    Ok(all.into_iter().map(view).collect())
}

impl LaneView {
    fn of(lane: Lane, is_sent: bool) -> Self {
        let state = match (is_sent, lane.parked, lane.failing_since) {
            (false, ..) => "paused",
            (true, true, _) => "parked",
            (true, false, Some(_)) => "failing",
            (true, false, None) => "live",
        };
        Self {
            state,
            sent_to: lane.sent_to,
            behind: lane.end.saturating_sub(lane.sent_to),
            last_sent_at: lane.last_sent_at,
            failing_since: lane.failing_since,
            last_error: lane.last_error,
            next_attempt_at: lane.due_at.filter(|_| is_sent),
        }
    }
}
