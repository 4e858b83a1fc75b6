//! Who could do what at a moment: people, programs and keys. Asked for by reviews of access and by evidence.
//!
//! Folded from their own streams, so that it is exact for any moment. When somebody last did anything is in no log: it is
//! what the tables say now, whatever the moment.

mod fold;
mod review;

use chrono::{DateTime, Utc};
use domain::{
    AgentId, Aggregate, ApiKeyId, ServiceAccountId,
    access_policy::{AccessPolicy, AccessPolicyState},
    agent::{Agent, AgentState},
    service_account::{ServiceAccount, ServiceAccountState},
    tenant::IssuedKey,
};
use event_store::{Log, TenantTx};

use crate::{
    as_of::{self, Moment},
    error::ProjectionError,
    sql::signed,
};

pub use review::ToReview;

/// So many streams are read at once.
const AT_ONCE: usize = 200;

/// Everybody who was ever there, up to a position of the log.
#[derive(Clone, Debug)]
pub struct Principals {
    /// The position.
    pub position: u64,
    /// What each role allowed, and who had to show a second factor.
    pub policy: AccessPolicyState,
    /// People, those who were erased too.
    pub people: Vec<Person>,
    /// Service accounts.
    pub programs: Vec<Program>,
    /// Keys. A copy of a tenant has none of those of the tenant that was copied.
    pub keys: Vec<Key>,
}

/// A person.
#[derive(Clone, Debug)]
pub struct Person {
    /// Who.
    pub id: AgentId,
    /// What the rules knew of them.
    pub state: AgentState,
    /// When they were made.
    pub created_at: DateTime<Utc>,
    /// When they last logged in.
    pub last_log_in_at: Option<DateTime<Utc>>,
    /// When they last did anything in one of these sessions, as the tables say now; or logged in.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A service account.
#[derive(Clone, Debug)]
pub struct Program {
    /// Which.
    pub id: ServiceAccountId,
    /// What the rules knew of it.
    pub state: ServiceAccountState,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// A key.
#[derive(Clone, Debug)]
pub struct Key {
    /// Which.
    pub id: ApiKeyId,
    /// What the rules knew of it.
    pub issued: IssuedKey,
    /// When it was issued.
    pub created_at: DateTime<Utc>,
    /// When it was last used, as the table says now.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Everybody as of a position, which the log had come to at that time.
pub async fn at(log: &Log, position: u64, time: DateTime<Utc>) -> Result<Principals, ProjectionError> {
    let mut policy = AccessPolicyState::default();
    for (_, event) in as_of::events::<AccessPolicy>(log, log.identity(), Moment::Position(position)).await? {
        AccessPolicy::apply(&mut policy, &event);
    }
    let tx = log.begin().await?;
    let sessions = fold::last_uses(&tx, "SELECT session_id, last_used_at FROM sessions").await?;
    let mut people = vec![];
    for ids in streams(&tx, Agent::TYPE, position).await?.chunks(AT_ONCE) {
        let events = log.load_all_in(&tx, Agent::TYPE, ids).await?;
        people.extend(fold::people(events, position, &sessions)?);
    }
    let mut programs = vec![];
    for ids in streams(&tx, ServiceAccount::TYPE, position).await?.chunks(AT_ONCE) {
        let events = log.load_all_in(&tx, ServiceAccount::TYPE, ids).await?;
        programs.extend(fold::programs(events, position)?);
    }
    let uses = fold::key_uses(&tx).await?;
    tx.end();
    let keys = fold::keys(log, (position, time), &uses).await?;
    Ok(Principals { position, policy, people, programs, keys })
}

/// The ids of all streams of a kind that had begun by then.
async fn streams(tx: &TenantTx, kind: &str, position: u64) -> Result<Vec<String>, ProjectionError> {
    let sql = "SELECT aggregate_id FROM events WHERE aggregate_type = $1 AND sequence = 1 AND position <= $2 \
               ORDER BY aggregate_id";
    let rows = tx.query(&tx.statement(sql).await?, &[&kind, &signed(position)]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
