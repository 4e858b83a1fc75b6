//! Log streams: where the audit trail is sent. Each is folded from its own short stream whenever it is asked for; how far it
//! was sent is no read model (`reactions`).

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::{
    Aggregate, LogStreamId, Personal,
    log_stream::{LogStream, LogStreamEvent, LogStreamStanding, LogStreamState, StreamedLog},
};
use event_store::{Log, RecordedEvent};

use crate::{
    as_of::{self, Moment},
    error::ProjectionError,
    sql::unsigned,
};

/// A log stream as its events leave it.
#[derive(Clone, Debug, PartialEq)]
pub struct Stream {
    /// Its id.
    pub id: String,
    /// What the rules know of it.
    pub state: LogStreamState,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// How many events it has.
    pub version: u64,
    /// The place of the last of them.
    pub position: u64,
    /// The first position of the audit trail that is sent.
    pub audit_from: u64,
    /// The access log is sent from the instant of this position on.
    pub access_from: u64,
}

impl Stream {
    /// Where it goes; none once its key is gone, or in a copy without keys.
    pub fn url(&self) -> Option<&str> {
        self.state.url.as_ref().and_then(Personal::value)
    }

    /// Whether this log is sent.
    pub fn sends(&self, log: StreamedLog) -> bool {
        self.is_active() && self.state.logs.contains(&log)
    }

    /// Whether anything is sent.
    pub fn is_active(&self) -> bool {
        match self.state.standing {
            LogStreamStanding::Active => true,
            LogStreamStanding::Unknown | LogStreamStanding::Disabled | LogStreamStanding::Deleted => false,
        }
    }

    /// Whether it was deleted.
    pub fn is_deleted(&self) -> bool {
        self.state.standing == LogStreamStanding::Deleted
    }

    /// Where a log begins.
    pub fn begins(&self, log: StreamedLog) -> u64 {
        match log {
            StreamedLog::Audit => self.audit_from,
            StreamedLog::AccessLog => self.access_from,
        }
    }
}

/// The stream at `moment`; none when it had not been made. One that was deleted is told: ask [`Stream::is_deleted`].
pub async fn stream(log: &Log, id: &str, moment: Moment) -> Result<Option<Stream>, ProjectionError> {
    let mut found = None;
    for (at, event) in as_of::events::<LogStream>(log, id, moment).await? {
        let stream = found.get_or_insert_with(|| Stream::begun(&at));
        stream.fold(&at, &event);
    }
    Ok(found)
}

/// All that were ever made, in their order; those that were deleted, too, but for what `is_over` knows of already.
pub async fn streams(log: &Log, is_over: impl Fn(&str) -> bool) -> Result<Vec<Stream>, ProjectionError> {
    let sql = "SELECT aggregate_id, position FROM events WHERE aggregate_type = 'log_stream' AND sequence = 1";
    let mut begun: Vec<(u64, String)> =
        log.query(sql, &[]).await?.iter().map(|row| (unsigned(row.get(1)), row.get(0))).collect();
    begun.sort_unstable();
    let mut all = vec![];
    for (_, id) in begun.into_iter().filter(|(_, id)| !is_over(id)) {
        all.extend(stream(log, &id, Moment::Now).await?);
    }
    Ok(all)
}

/// The stream that stands, and is not deleted.
pub async fn get(log: &Log, id: LogStreamId, moment: Moment) -> Result<Option<Stream>, ProjectionError> {
    Ok(stream(log, &id.to_string(), moment).await?.filter(|stream| !stream.is_deleted()))
}

impl Stream {
    fn begun(at: &RecordedEvent) -> Self {
        Self {
            id: at.stream.aggregate_id.clone(),
            state: LogStreamState::default(),
            created_at: at.recorded_at,
            updated_at: at.recorded_at,
            version: 0,
            position: 0,
            audit_from: at.position,
            access_from: at.position,
        }
    }

    fn fold(&mut self, at: &RecordedEvent, event: &LogStreamEvent) {
        let sent: BTreeSet<StreamedLog> = self.state.logs.clone();
        LogStream::apply(&mut self.state, event);
        let began = self.state.from_position.filter(|_| self.version == 0).unwrap_or(at.position);
        for log in self.state.logs.difference(&sent) {
            match log {
                StreamedLog::Audit => self.audit_from = began,
                StreamedLog::AccessLog => self.access_from = began,
            }
        }
        (self.updated_at, self.version, self.position) = (at.recorded_at, at.sequence, at.position);
    }
}
