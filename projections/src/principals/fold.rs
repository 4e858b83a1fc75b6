//! Streams folded up to a position, and what the tables say beside them.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use domain::{
    Aggregate, ApiKeyId, Event,
    agent::{Agent, AgentEvent, AgentState},
    service_account::{ServiceAccount, ServiceAccountState},
    tenant::{Tenant, TenantEvent, TenantState},
};
use event_store::{Log, RecordedEvent, TenantTx};

use super::{Key, Person, Program};
use crate::{
    as_of::{self, Moment},
    error::ProjectionError,
};

type Instants = HashMap<String, Option<DateTime<Utc>>>;

/// When what a row names was last used.
pub(super) async fn last_uses(tx: &TenantTx, sql: &str) -> Result<Instants, ProjectionError> {
    let rows = tx.query(&tx.statement(sql).await?, &[]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// What stands of a key beside the log.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeyRow {
    revoked_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
}

pub(super) async fn key_uses(tx: &TenantTx) -> Result<HashMap<String, KeyRow>, ProjectionError> {
    let sql = "SELECT key_id, revoked_at, last_used_at FROM api_keys";
    let rows = tx.query(&tx.statement(sql).await?, &[]).await?;
    let read =
        |row: &event_store::driver::Row| (row.get(0), KeyRow { revoked_at: row.get(1), last_used_at: row.get(2) });
    Ok(rows.iter().map(read).collect())
}

pub(super) fn people(
    events: Vec<RecordedEvent>,
    position: u64,
    sessions: &Instants,
) -> Result<Vec<Person>, ProjectionError> {
    let mut people = vec![];
    for (id, events) in by_stream::<Agent>(events, position)? {
        let Some(created_at) = events.first().map(|(at, _)| *at) else { continue };
        let (mut state, mut last_log_in_at) = (AgentState::default(), None);
        for (at, event) in events {
            Agent::apply(&mut state, &event);
            if let AgentEvent::AgentSessionStarted(_) = event {
                last_log_in_at = Some(at);
            }
        }
        let used = state.access.sessions.iter().filter_map(|session| *sessions.get(&session.to_string())?);
        let last_used_at = used.chain(last_log_in_at).max();
        people.push(Person { id: named(&id)?, state, created_at, last_log_in_at, last_used_at });
    }
    Ok(people)
}

pub(super) fn programs(events: Vec<RecordedEvent>, position: u64) -> Result<Vec<Program>, ProjectionError> {
    let mut programs = vec![];
    for (id, events) in by_stream::<ServiceAccount>(events, position)? {
        let Some(created_at) = events.first().map(|(at, _)| *at) else { continue };
        let mut state = ServiceAccountState::default();
        events.iter().for_each(|(_, event)| ServiceAccount::apply(&mut state, event));
        programs.push(Program { id: named(&id)?, state, created_at });
    }
    Ok(programs)
}

pub(super) async fn keys(
    log: &Log,
    (position, time): (u64, DateTime<Utc>),
    rows: &HashMap<String, KeyRow>,
) -> Result<Vec<Key>, ProjectionError> {
    let (mut state, mut created) = (TenantState::default(), HashMap::new());
    for (at, event) in as_of::events::<Tenant>(log, log.identity(), Moment::Position(position)).await? {
        Tenant::apply(&mut state, &event);
        if let TenantEvent::ApiKeyIssued(issued) = event {
            created.insert(issued.key, at.recorded_at);
        }
    }
    let key = |(id, issued): (ApiKeyId, &domain::tenant::IssuedKey)| {
        let row = rows.get(&id.to_string())?;
        let mut issued = issued.clone();
        // What was revoked before a restore stays so.
        issued.revoked |= row.revoked_at.is_some_and(|at| at <= time);
        Some(Key { id, issued, created_at: *created.get(&id)?, last_used_at: row.last_used_at })
    };
    Ok(state.keys.iter().filter_map(key).collect())
}

type Streams<A> = BTreeMap<String, Vec<(DateTime<Utc>, <A as Aggregate>::Event)>>;

/// Each stream's events up to a position, in order.
fn by_stream<A: Aggregate>(events: Vec<RecordedEvent>, position: u64) -> Result<Streams<A>, ProjectionError> {
    let mut streams: Streams<A> = BTreeMap::new();
    for at in events.into_iter().filter(|event| event.position <= position) {
        let event = A::Event::decode(&at.event_type, at.event_version, at.payload)
            .map_err(|error| ProjectionError::Poisoned { position: at.position, reason: error.to_string() })?;
        streams.entry(at.stream.aggregate_id).or_default().push((at.recorded_at, event));
    }
    Ok(streams)
}

fn named<T: std::str::FromStr>(id: &str) -> Result<T, ProjectionError> {
    let foreign = || ProjectionError::Poisoned { position: 0, reason: format!("a stream is called {id}") };
    id.parse().map_err(|_| foreign())
}
