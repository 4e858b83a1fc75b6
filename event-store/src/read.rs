//! Reading the log back: in order, without holes, personal fields opened.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use ring::aead::LessSafeKey;
use serde_json::Value;
use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};

use crate::{
    commit::{CommandId, StoredOutcome, StreamId},
    database::TenantTx,
    envelope::RecordedEvent,
    error::StoreError,
    log::{Head, LogInner},
    seal::{CLIENT, Place, Scope, key_ids, open_at, open_fields},
};

macro_rules! select_events {
    ($rest:literal) => {
        concat!(
            "SELECT position, aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata, \
             event_id, command_id, occurred_at, recorded_at FROM events ",
            $rest
        )
    };
}

pub(crate) async fn stream(
    tx: &TenantTx,
    log: &LogInner,
    stream: &StreamId,
    after: u64,
) -> Result<Vec<RecordedEvent>, StoreError> {
    let sql = select_events!("WHERE aggregate_type = $1 AND aggregate_id = $2 AND sequence > $3 ORDER BY sequence");
    let statement = tx.statement(sql).await?;
    let rows = tx.query(&statement, &[&stream.aggregate_type, &stream.aggregate_id, &signed(after)]).await?;
    opened(tx, log, &rows).await
}

pub(crate) async fn streams(
    tx: &TenantTx,
    log: &LogInner,
    aggregate_type: &str,
    aggregate_ids: &[String],
) -> Result<Vec<RecordedEvent>, StoreError> {
    let sql = select_events!("WHERE aggregate_type = $1 AND aggregate_id = ANY($2) ORDER BY aggregate_id, sequence");
    let statement = tx.statement(sql).await?;
    let rows = tx.query(&statement, &[&aggregate_type, &aggregate_ids]).await?;
    opened(tx, log, &rows).await
}

/// As [`stream`], in one round trip when all keys are cached.
pub(crate) async fn stream_once(
    log: &LogInner,
    stream: &StreamId,
    after: u64,
) -> Result<Vec<RecordedEvent>, StoreError> {
    let sql = select_events!("WHERE aggregate_type = $1 AND aggregate_id = $2 AND sequence > $3 ORDER BY sequence");
    let params: [(&(dyn ToSql + Sync), Type); 3] =
        [(&stream.aggregate_type, Type::TEXT), (&stream.aggregate_id, Type::TEXT), (&signed(after), Type::INT8)];
    let rows = TenantTx::once(&log.pool, &log.placement, sql, &params).await?;
    let events = rows.iter().map(recorded).collect::<Result<Vec<_>, _>>()?;
    let mut needed = Keys::of(log, &events);
    if !needed.missing.is_empty() {
        let tx = TenantTx::begin(&log.pool, &log.placement).await?;
        needed.fetch(&tx, log).await?;
        tx.commit().await?;
    }
    open_all(log, events, &needed.found)
}

pub(crate) async fn after(
    tx: &TenantTx,
    log: &LogInner,
    after: u64,
    limit: u32,
) -> Result<Vec<RecordedEvent>, StoreError> {
    let statement = tx.statement(select_events!("WHERE position > $1 ORDER BY position LIMIT $2")).await?;
    let rows = tx.query(&statement, &[&signed(after), &i64::from(limit)]).await?;
    let events = opened(tx, log, &rows).await?;
    // Positions are dense: whatever is missing was taken out from outside.
    for (event, distance) in events.iter().zip(1..) {
        let expected = after.saturating_add(distance);
        if event.position != expected {
            return Err(StoreError::Hole(expected));
        }
    }
    Ok(events)
}

pub(crate) async fn head(tx: &TenantTx) -> Result<Head, StoreError> {
    let statement = tx.statement("SELECT position, nullif(recorded_at, '-infinity') FROM head").await?;
    let row = tx.query_one(&statement, &[]).await?;
    Ok(Head { position: unsigned(row.get(0)), recorded_at: row.get(1) })
}

pub(crate) async fn position_at(tx: &TenantTx, instant: DateTime<Utc>) -> Result<u64, StoreError> {
    // recorded_at never goes backwards along positions, so a binary search by primary key needs no index of its own.
    let statement = tx.statement("SELECT recorded_at FROM events WHERE position = $1").await?;
    let (mut low, mut high) = (0, head(tx).await?.position);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        let row = tx.query_opt(&statement, &[&signed(middle)]).await?.ok_or(StoreError::Hole(middle))?;
        if row.get::<_, DateTime<Utc>>(0) <= instant {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Ok(low)
}

pub(crate) async fn outcome(log: &LogInner, command: CommandId) -> Result<Option<StoredOutcome>, StoreError> {
    let sql = "SELECT request_digest, outcome, last_position FROM commands
               WHERE command_id = $1 AND (expires_at IS NULL OR expires_at > $2)";
    let params: [(&(dyn ToSql + Sync), Type); 2] = [(&command.0, Type::UUID), (&log.clock.now(), Type::TIMESTAMPTZ)];
    let rows = TenantTx::once(&log.pool, &log.placement, sql, &params).await?;
    Ok(rows.first().map(|row| StoredOutcome {
        request_digest: row.get(0),
        outcome: row.get(1),
        position: row.get::<_, Option<i64>>(2).map(unsigned),
    }))
}

async fn opened(tx: &TenantTx, log: &LogInner, rows: &[Row]) -> Result<Vec<RecordedEvent>, StoreError> {
    let events = rows.iter().map(recorded).collect::<Result<Vec<_>, _>>()?;
    let mut keys = Keys::of(log, &events);
    keys.fetch(tx, log).await?;
    open_all(log, events, &keys.found)
}

fn open_all(
    log: &LogInner,
    mut events: Vec<RecordedEvent>,
    keys: &HashMap<String, Arc<LessSafeKey>>,
) -> Result<Vec<RecordedEvent>, StoreError> {
    for event in &mut events {
        let RecordedEvent { stream, sequence, event_type, payload, .. } = event;
        let place = log.placement.place(stream, *sequence, event_type);
        open_fields(place, keys, payload)?;
    }
    Ok(events)
}

pub(crate) async fn clients(
    tx: &TenantTx,
    log: &LogInner,
    positions: &[u64],
) -> Result<HashMap<u64, String>, StoreError> {
    let positions: Vec<i64> = positions.iter().copied().map(signed).collect();
    let statement = tx.statement(select_events!("WHERE position = ANY($1)")).await?;
    let rows = tx.query(&statement, &[&positions]).await?;
    let events = rows.iter().map(recorded).collect::<Result<Vec<_>, _>>()?;
    let mut sealed: Vec<(&RecordedEvent, Value)> = events
        .iter()
        .filter_map(|event| Some((event, serde_json::from_str(event.metadata.get("client")?).ok()?)))
        .collect();
    let mut ids = vec![];
    sealed.iter().for_each(|(_, client)| key_ids(client, &mut ids));
    let mut keys = Keys::named(log, ids);
    keys.fetch(tx, log).await?;
    let mut clients = HashMap::with_capacity(sealed.len());
    for (event, client) in &mut sealed {
        open_at(place(log, event), CLIENT, &keys.found, client)?;
        if let Some(text) = client["$personal"]["value"].as_str() {
            clients.insert(event.position, text.to_owned());
        }
    }
    Ok(clients)
}

fn place<'a>(log: &'a LogInner, event: &'a RecordedEvent) -> Place<'a> {
    log.placement.place(&event.stream, event.sequence, &event.event_type)
}

/// The keys that sealed fields need: those in the cache, and those to be looked up.
pub(crate) struct Keys {
    found: HashMap<String, Arc<LessSafeKey>>,
    missing: Vec<String>,
}

impl Keys {
    fn of(log: &LogInner, events: &[RecordedEvent]) -> Self {
        let mut ids = vec![];
        events.iter().for_each(|event| key_ids(&event.payload, &mut ids));
        Self::named(log, ids)
    }

    /// Those of these ids that are there.
    pub(crate) async fn fetched(
        tx: &TenantTx,
        log: &LogInner,
        ids: Vec<String>,
    ) -> Result<HashMap<String, Arc<LessSafeKey>>, StoreError> {
        let mut keys = Self::named(log, ids);
        keys.fetch(tx, log).await?;
        Ok(keys.found)
    }

    fn named(log: &LogInner, mut ids: Vec<String>) -> Self {
        ids.sort_unstable();
        ids.dedup();
        let mut found = HashMap::with_capacity(ids.len());
        let keys = log.keys();
        ids.retain(|id| match log.keyring.cached(&keys, id) {
            Some(key) => {
                found.insert(id.clone(), key);
                false
            }
            None => true,
        });
        Self { found, missing: ids }
    }

    /// Looks the missing ones up, in one query. One that is not there any more was erased.
    async fn fetch(&mut self, tx: &TenantTx, log: &LogInner) -> Result<(), StoreError> {
        if self.missing.is_empty() {
            return Ok(());
        }
        let statement =
            tx.statement("SELECT key_id, subject, wrapped, single FROM subject_keys WHERE key_id = ANY($1)").await?;
        for row in tx.query(&statement, &[&self.missing]).await? {
            let id: String = row.get(0);
            let scope = if row.get(3) { Scope::Single } else { Scope::Shared };
            let key =
                log.opening(Some(tx), |keys| log.keyring.unwrap(keys, row.get(1), &id, scope, row.get(2))).await?;
            self.found.insert(id, key);
        }
        self.missing.clear();
        Ok(())
    }
}

fn recorded(row: &Row) -> Result<RecordedEvent, StoreError> {
    let position = unsigned(row.get(0));
    let malformed = |reason: String| StoreError::Malformed { position, reason };
    let version: &str = row.get(5);
    let metadata: Value = row.get(7);
    Ok(RecordedEvent {
        position,
        stream: StreamId { aggregate_type: row.get(1), aggregate_id: row.get(2) },
        sequence: unsigned(row.get(3)),
        event_type: row.get(4),
        event_version: version.parse().map_err(|_| malformed(format!("event_version is {version:?}")))?,
        payload: row.get(6),
        metadata: serde_json::from_value::<BTreeMap<String, String>>(metadata)
            .map_err(|error| malformed(format!("metadata: {error}")))?,
        event_id: row.get(8),
        command_id: row.get(9),
        occurred_at: row.get(10),
        recorded_at: row.get(11),
    })
}

/// What PostgreSQL, which has no unsigned integers, keeps for `number`. A log of 2^63 events is out of reach.
pub fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// What PostgreSQL keeps `number` for: positions, versions and counts are never negative.
pub fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
