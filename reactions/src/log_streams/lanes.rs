//! How far each log of each stream was sent: rows, one a lane, that workers claim.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::log_stream::StreamedLog;
use event_store::{Log, TenantTx, driver::Row, signed, unsigned};
use projections::log_streams::Stream;
use uuid::Uuid;

use crate::error::ReactionError;

/// How long a worker may keep a lane, for one batch: several times an attempt's longest time.
const LEASE: TimeDelta = TimeDelta::seconds(60);

/// A log of a stream, and how it fares.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Lane {
    pub stream: String,
    pub log: StreamedLog,
    /// The version of the stream that this follows.
    pub version: u64,
    pub active: bool,
    pub deleted: bool,
    /// The last place that was taken.
    pub sent_to: u64,
    pub last_sent_at: Option<DateTime<Utc>>,
    pub failing_since: Option<DateTime<Utc>>,
    pub failures: i32,
    pub last_error: Option<String>,
    pub parked: bool,
    /// Not before.
    pub due_at: Option<DateTime<Utc>>,
    pub leased_until: Option<DateTime<Utc>>,
    /// The last place that there is.
    pub end: u64,
}

impl Lane {
    fn of(row: &Row) -> Option<Self> {
        Some(Self {
            stream: row.get(0),
            log: row.get::<_, &str>(1).parse().ok()?,
            version: unsigned(row.get(2)),
            active: row.get(3),
            deleted: row.get(4),
            sent_to: unsigned(row.get(5)),
            last_sent_at: row.get(6),
            failing_since: row.get(7),
            failures: row.get(8),
            last_error: row.get(9),
            parked: row.get(10),
            due_at: row.get(11),
            leased_until: row.get(12),
            end: unsigned(row.get(13)),
        })
    }

    /// Whether there is something to send.
    pub fn waits(&self) -> bool {
        self.active && self.sent_to < self.end
    }

    /// Whether somebody may send it now.
    pub fn is_due(&self, now: DateTime<Utc>) -> bool {
        let over = |until: Option<DateTime<Utc>>| until.is_none_or(|until| until <= now);
        self.waits() && over(self.due_at) && over(self.leased_until)
    }
}

const ALL: &str = "
    SELECT stream_id, log, version, active, deleted, sent_to, last_sent_at, failing_since, failures, last_error, parked,
        due_at, leased_until, CASE log WHEN 'audit' THEN head.position ELSE access_log_head.number END
    FROM log_streams, head, access_log_head ORDER BY stream_id, log";

/// All that there are.
pub(crate) async fn all(tx: &TenantTx) -> Result<Vec<Lane>, ReactionError> {
    let statement = tx.statement(ALL).await?;
    Ok(tx.query(&statement, &[]).await?.iter().filter_map(Lane::of).collect())
}

/// Brings the rows to what the streams' events say; gives the streams that are not deleted, by their ids. Where nothing
/// changed, nothing is written.
pub(crate) async fn follow(log: &Log) -> Result<BTreeMap<String, Stream>, ReactionError> {
    let tx = log.begin().await?;
    let lanes = all(&tx).await?;
    tx.commit().await?;
    let is_over = |id: &str| lanes.iter().any(|lane| lane.deleted && lane.stream == id);
    let streams = projections::log_streams::streams(log, is_over).await?;
    for stream in &streams {
        let known = lanes.iter().find(|lane| lane.stream == stream.id);
        if known.is_none_or(|lane| lane.version < stream.version) {
            write(log, stream).await?;
        }
    }
    let standing = streams.into_iter().filter(|stream| !stream.is_deleted());
    Ok(standing.map(|stream| (stream.id.clone(), stream)).collect())
}

/// A lane that is new begins before the first record that is sent. What is changed is tried at once.
const UPSERT: &str = "
    INSERT INTO log_streams (stream_id, log, version, active, deleted, sent_to, failures, parked)
    VALUES ($1, $2, $3, $4, $5, CASE WHEN $2 = 'audit' THEN $6::bigint - 1 ELSE coalesce(
        (SELECT a.number - 1 FROM access_log a WHERE a.recorded_at >= (SELECT recorded_at FROM events WHERE position = $6)
         ORDER BY a.recorded_at, a.number LIMIT 1),
        (SELECT number FROM access_log_head)) END, 0, false)
    ON CONFLICT (stream_id, log) DO UPDATE SET version = excluded.version, active = excluded.active,
        deleted = excluded.deleted, due_at = NULL, failures = 0
    WHERE log_streams.version < excluded.version";

async fn write(log: &Log, stream: &Stream) -> Result<(), ReactionError> {
    let tx = log.begin().await?;
    let (id, version) = (&stream.id, signed(stream.version));
    for of in &stream.state.logs {
        let statement = tx.statement(UPSERT).await?;
        let (active, deleted, from) = (stream.sends(*of), stream.is_deleted(), signed(stream.begins(*of)));
        tx.execute(&statement, &[id, &of.as_str(), &version, &active, &deleted, &from]).await?;
    }
    // What is sent no more keeps its place.
    let left =
        "UPDATE log_streams SET version = $2, active = false, deleted = $3 WHERE stream_id = $1 AND version < $2";
    tx.execute(&tx.statement(left).await?, &[id, &version, &stream.is_deleted()]).await?;
    if stream.is_deleted() {
        tx.execute("DELETE FROM webhook_secrets WHERE webhook_id = $1", &[&stream.id]).await?;
    }
    tx.commit().await?;
    Ok(())
}

const CLAIM: &str = "
    UPDATE log_streams SET lease = $3, leased_until = $4
    WHERE stream_id = $1 AND log = $2 AND active AND coalesce(leased_until <= $5, true) AND coalesce(due_at <= $5, true)
    RETURNING sent_to";

/// Takes a lane in hand, for a while; gives how far it was sent. None: somebody else has it.
pub(crate) async fn claim(
    log: &Log,
    lane: &Lane,
    lease: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<u64>, ReactionError> {
    let tx = log.begin().await?;
    let statement = tx.statement(CLAIM).await?;
    let until = now + LEASE;
    let row = tx.query_opt(&statement, &[&lane.stream, &lane.log.as_str(), &lease, &until, &now]).await?;
    tx.commit().await?;
    Ok(row.map(|row| unsigned(row.get(0))))
}

/// What came of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Came {
    /// Everything up to here was taken.
    Taken(u64),
    /// What there is cannot be read yet: the lists have not come so far.
    Nothing,
    /// It was not taken.
    Failed { error: String, failures: i32, due_at: DateTime<Utc> },
    /// It could not be sent, for a fault of our own.
    Parked { reason: String, due_at: DateTime<Utc> },
    /// It could not be tried: the database was away.
    Later(DateTime<Utc>),
}

/// Notes it, and gives the lane up; false: the lease was lost.
pub(crate) async fn note(
    log: &Log,
    lane: &Lane,
    lease: Uuid,
    now: DateTime<Utc>,
    came: &Came,
) -> Result<bool, ReactionError> {
    let tx = log.begin().await?;
    let (id, of) = (&lane.stream, lane.log.as_str());
    let sql = |set: &str| {
        format!(
            "UPDATE log_streams SET lease = NULL, leased_until = NULL{set}
             WHERE stream_id = $1 AND log = $2 AND lease = $3"
        )
    };
    let done = match came {
        Came::Taken(to) => {
            let sql = sql(", sent_to = $4, last_sent_at = $5, failing_since = NULL, failures = 0, last_error = NULL, \
                           parked = false, due_at = NULL");
            tx.execute(&tx.statement(&sql).await?, &[id, &of, &lease, &signed(*to), &now]).await?
        }
        Came::Nothing => tx.execute(&tx.statement(&sql("")).await?, &[id, &of, &lease]).await?,
        Came::Failed { error, failures, due_at } => {
            let sql =
                sql(", failing_since = coalesce(failing_since, $4), failures = $5, last_error = $6, due_at = $7, \
                           parked = false");
            tx.execute(&tx.statement(&sql).await?, &[id, &of, &lease, &now, failures, error, due_at]).await?
        }
        Came::Parked { reason, due_at } => {
            let sql = sql(", failing_since = coalesce(failing_since, $4), last_error = $5, due_at = $6, parked = true");
            tx.execute(&tx.statement(&sql).await?, &[id, &of, &lease, &now, reason, due_at]).await?
        }
        Came::Later(due_at) => {
            tx.execute(&tx.statement(&sql(", due_at = $4")).await?, &[id, &of, &lease, due_at]).await?
        }
    };
    tx.commit().await?;
    Ok(done == 1)
}
