//! One transaction of the writer: lock the head, judge every commit, write those that hold.
//!
//! Two round trips: the first takes the lock and reads what the verdicts need, the second writes and commits. All
//! statements of a round trip are sent before the first answer is awaited.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::{try_join, try_join_all, try_join4};
use serde_json::Value;
use tokio_postgres::{Statement, error::SqlState};
use uuid::Uuid;

use crate::{
    append::prepare::{Payload, Prepared, PreparedClaim, number},
    commit::{Appended, Keep, StreamId},
    database::TenantTx,
    error::{AppendError, StoreError},
    log::LogInner,
    read::{signed, unsigned},
};

type Verdict = Result<Appended, AppendError>;

/// Commits every one of `prepared` that holds; the answer has a verdict for each.
pub(crate) async fn commit(log: &LogInner, prepared: &mut [Prepared], again: bool) -> Result<Vec<Verdict>, StoreError> {
    let tx = TenantTx::begin(&log.pool, &log.placement).await?;
    let facts = Facts::read(&tx, prepared).await?;
    let mut rows = Rows::new(log.clock.now(), &facts);
    let mut judge = Judge::new(facts, again);
    let verdicts: Vec<Verdict> = prepared
        .iter_mut()
        .map(|commit| judge.judge(commit, rows.now).unwrap_or_else(|| Ok(rows.add(commit, &mut judge.facts))))
        .collect();
    if rows.is_empty() {
        tx.commit().await?;
    } else {
        rows.write(tx).await?;
    }
    for (commit, verdict) in prepared.iter().zip(&verdicts) {
        if matches!(verdict, Ok(Appended { replayed: false, .. })) {
            for new in &commit.new_keys {
                log.keyring.remember(&log.keys, &new.subject, &new.id, &new.key);
            }
        }
    }
    let head = judge.facts.position;
    log.committed.send_if_modified(|position| std::mem::replace(position, head) != head);
    Ok(verdicts)
}

/// What stands in the database, read under the lock.
struct Facts {
    position: u64,
    recorded_at: Option<DateTime<Utc>>,
    counters: HashMap<String, u64>,
    versions: HashMap<StreamId, u64>,
    commands: HashMap<Uuid, StoredCommand>,
    owners: HashMap<(&'static str, Vec<u8>), String>,
}

struct StoredCommand {
    request_digest: Vec<u8>,
    outcome: Value,
    position: Option<u64>,
    expires_at: Option<DateTime<Utc>>,
}

const LOCK: &str = "SELECT position, nullif(recorded_at, '-infinity'), counters FROM head FOR UPDATE";
const VERSIONS: &str = "
    SELECT ordinal, (SELECT sequence FROM events
                     WHERE events.aggregate_type = wanted.aggregate_type AND events.aggregate_id = wanted.aggregate_id
                     ORDER BY sequence DESC LIMIT 1)
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted (aggregate_type, aggregate_id, ordinal)";
const COMMANDS: &str = "
    SELECT command_id, request_digest, outcome, last_position, expires_at FROM commands WHERE command_id = ANY($1)";
const OWNERS: &str = "
    SELECT ordinal, owner FROM unnest($1::text[], $2::bytea[]) WITH ORDINALITY AS wanted (kind, digest, ordinal)
    JOIN claims USING (kind, digest)";

impl Facts {
    async fn read(tx: &TenantTx, prepared: &[Prepared]) -> Result<Self, StoreError> {
        // Prepared first, one after the other: once the lock is asked for, nothing may overtake it.
        let [lock, versions, commands, owners] = [
            tx.statement(LOCK).await?,
            tx.statement(VERSIONS).await?,
            tx.statement(COMMANDS).await?,
            tx.statement(OWNERS).await?,
        ];
        let streams: Vec<&StreamId> = prepared.iter().flat_map(|c| &c.streams).map(|part| &part.stream).collect();
        let types: Vec<&str> = streams.iter().map(|stream| stream.aggregate_type.as_str()).collect();
        let ids: Vec<&str> = streams.iter().map(|stream| stream.aggregate_id.as_str()).collect();
        let command_ids: Vec<Uuid> = prepared.iter().map(|commit| commit.command_id.0).collect();
        let claims: Vec<&PreparedClaim> = prepared.iter().flat_map(|c| c.claims.iter().chain(&c.releases)).collect();
        let kinds: Vec<&str> = claims.iter().map(|claim| claim.kind).collect();
        let digests: Vec<&[u8]> = claims.iter().map(|claim| claim.digest.as_slice()).collect();
        let owner_rows =
            async { if claims.is_empty() { Ok(vec![]) } else { tx.query(&owners, &[&kinds, &digests]).await } };
        let (head, version_rows, command_rows, owner_rows) = try_join4(
            tx.query_one(&lock, &[]),
            tx.query(&versions, &[&types, &ids]),
            tx.query(&commands, &[&command_ids]),
            owner_rows,
        )
        .await?;
        let counters: Value = head.get(2);
        let index = |ordinal: i64| usize::try_from(ordinal - 1).unwrap_or(0);
        Ok(Self {
            position: unsigned(head.get(0)),
            recorded_at: head.get(1),
            counters: serde_json::from_value(counters).unwrap_or_default(),
            versions: version_rows
                .iter()
                .map(|row| {
                    let version = row.get::<_, Option<i64>>(1).map_or(0, unsigned);
                    (streams[index(row.get(0))].clone(), version)
                })
                .collect(),
            commands: command_rows
                .iter()
                .map(|row| {
                    let command = StoredCommand {
                        request_digest: row.get(1),
                        outcome: row.get(2),
                        position: row.get::<_, Option<i64>>(3).map(unsigned),
                        expires_at: row.get(4),
                    };
                    (row.get(0), command)
                })
                .collect(),
            owners: owner_rows
                .iter()
                .map(|row| {
                    let claim = claims[index(row.get(0))];
                    ((claim.kind, claim.digest.clone()), row.get(1))
                })
                .collect(),
        })
    }
}

/// Judges commits in order, each against the database and against those of the batch that came before it.
struct Judge {
    facts: Facts,
    /// Whether this batch may have been committed already, by an attempt that never heard the answer.
    again: bool,
}

impl Judge {
    fn new(facts: Facts, again: bool) -> Self {
        Self { facts, again }
    }

    /// `None`: it holds.
    fn judge(&self, commit: &Prepared, now: DateTime<Utc>) -> Option<Verdict> {
        let happened = self.facts.commands.get(&commit.command_id.0);
        if let Some(stored) = happened.filter(|stored| stored.expires_at.is_none_or(|end| end > now)) {
            return Some(self.repeat(stored, commit));
        }
        for part in &commit.streams {
            let actual = self.facts.versions.get(&part.stream).copied().unwrap_or(0);
            if actual != part.expected {
                let (stream, expected) = (part.stream.clone(), part.expected);
                return Some(Err(AppendError::Conflict { stream, expected, actual }));
            }
        }
        for claim in &commit.claims {
            let owner = self.facts.owners.get(&(claim.kind, claim.digest.clone()));
            // Only its owner can give a value back.
            let given_back = |owner: &String| {
                commit.releases.iter().any(|r| r.kind == claim.kind && r.digest == claim.digest && r.owner == *owner)
            };
            if let Some(owner) = owner.filter(|owner| **owner != claim.owner && !given_back(owner)) {
                return Some(Err(AppendError::ClaimTaken { kind: claim.kind.to_owned(), owner: owner.clone() }));
            }
        }
        None
    }

    fn repeat(&self, stored: &StoredCommand, commit: &Prepared) -> Verdict {
        if stored.request_digest != commit.request_digest {
            return Err(AppendError::CommandReused);
        }
        Ok(Appended {
            position: stored.position.unwrap_or(self.facts.position),
            replayed: !self.again,
            outcome: stored.outcome.clone(),
        })
    }
}

/// The rows of one batch, as columns.
#[derive(Default)]
struct Rows {
    now: DateTime<Utc>,
    position: Vec<i64>,
    aggregate_type: Vec<String>,
    aggregate_id: Vec<String>,
    sequence: Vec<i64>,
    event_type: Vec<String>,
    event_version: Vec<String>,
    payload: Vec<String>,
    metadata: Vec<String>,
    event_id: Vec<Uuid>,
    event_command: Vec<Uuid>,
    occurred_at: Vec<DateTime<Utc>>,
    commands: CommandRows,
    claims: ClaimRows,
    releases: ClaimRows,
    keys: KeyRows,
    head: u64,
    counters: HashMap<String, u64>,
}

#[derive(Default)]
struct CommandRows {
    command_id: Vec<Uuid>,
    request_digest: Vec<Vec<u8>>,
    outcome: Vec<String>,
    first_position: Vec<Option<i64>>,
    last_position: Vec<Option<i64>>,
    expires_at: Vec<Option<DateTime<Utc>>>,
    expired: Vec<Uuid>,
}

#[derive(Default)]
struct ClaimRows {
    kind: Vec<&'static str>,
    digest: Vec<Vec<u8>>,
    owner: Vec<String>,
}

#[derive(Default)]
struct KeyRows {
    key_id: Vec<String>,
    subject: Vec<String>,
    wrapped: Vec<Vec<u8>>,
}

const INSERT_EVENTS: &str = "
    INSERT INTO events (position, aggregate_type, aggregate_id, sequence, event_type, event_version, payload,
                        metadata, event_id, command_id, occurred_at, recorded_at)
    SELECT position, aggregate_type, aggregate_id, sequence, event_type, event_version, payload::json,
           metadata::json, event_id, command_id, occurred_at, $12
    FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[],
                $9::uuid[], $10::uuid[], $11::timestamptz[])
        AS row (position, aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata,
                event_id, command_id, occurred_at)";
const INSERT_COMMANDS: &str = "
    INSERT INTO commands (command_id, request_digest, outcome, first_position, last_position, recorded_at, expires_at)
    SELECT command_id, request_digest, outcome::json, first_position, last_position, $7, expires_at
    FROM unnest($1::uuid[], $2::bytea[], $3::text[], $4::bigint[], $5::bigint[], $6::timestamptz[])
        AS row (command_id, request_digest, outcome, first_position, last_position, expires_at)";
const DELETE_EXPIRED: &str = "DELETE FROM commands WHERE command_id = ANY($1)";
const INSERT_CLAIMS: &str = "
    INSERT INTO claims (kind, digest, owner)
    SELECT kind, digest, owner FROM unnest($1::text[], $2::bytea[], $3::text[]) AS row (kind, digest, owner)
    ON CONFLICT (kind, digest) DO NOTHING";
const DELETE_CLAIMS: &str = "
    DELETE FROM claims USING unnest($1::text[], $2::bytea[], $3::text[]) AS row (kind, digest, owner)
    WHERE claims.kind = row.kind AND claims.digest = row.digest AND claims.owner = row.owner";
const INSERT_KEYS: &str = "
    INSERT INTO subject_keys (key_id, subject, wrapped, created_at)
    SELECT key_id, subject, wrapped, $4 FROM unnest($1::text[], $2::text[], $3::bytea[]) AS row (key_id, subject, wrapped)";
const MOVE_HEAD: &str = "UPDATE head SET position = $1, recorded_at = $2, counters = $3";

impl Rows {
    fn new(clock: DateTime<Utc>, facts: &Facts) -> Self {
        // A clock that was set back must not make an instant ambiguous.
        let now = facts.recorded_at.map_or(clock, |last| clock.max(last));
        Self { now, head: facts.position, counters: facts.counters.clone(), ..Self::default() }
    }

    fn is_empty(&self) -> bool {
        self.commands.command_id.is_empty()
    }

    /// Gives positions and numbers to a commit that holds, and lets the next ones of the batch see it.
    fn add(&mut self, commit: &mut Prepared, facts: &mut Facts) -> Appended {
        let first = self.head + 1;
        for part in &mut commit.streams {
            let events = std::mem::take(&mut part.events);
            let version = part.expected + events.len() as u64;
            for (event, sequence) in events.into_iter().zip(part.expected + 1..) {
                self.head += 1;
                self.position.push(signed(self.head));
                self.aggregate_type.push(part.stream.aggregate_type.clone());
                self.aggregate_id.push(part.stream.aggregate_id.clone());
                self.sequence.push(signed(sequence));
                let payload = self.numbered(&event.payload);
                self.payload.push(payload);
                self.event_type.push(event.event_type.clone());
                self.event_version.push(event.event_version.to_string());
                self.metadata.push(event.metadata.clone());
                self.event_id.push(event.event_id);
                self.event_command.push(commit.command_id.0);
                self.occurred_at.push(event.occurred_at.map_or(self.now, |at| at.min(self.now)));
                part.events.push(event);
            }
            facts.versions.insert(part.stream.clone(), version);
        }
        facts.position = self.head;
        for claim in &commit.releases {
            let key = (claim.kind, claim.digest.clone());
            if facts.owners.get(&key) == Some(&claim.owner) {
                facts.owners.remove(&key);
                // Also what was claimed earlier in this batch: rows are deleted before others are inserted.
                self.claims.remove(claim);
                self.releases.push(claim);
            }
        }
        for claim in &commit.claims {
            self.claims.push(claim);
            facts.owners.insert((claim.kind, claim.digest.clone()), claim.owner.clone());
        }
        for new in &commit.new_keys {
            self.keys.key_id.push(new.id.clone());
            self.keys.subject.push(new.subject.clone());
            self.keys.wrapped.push(new.wrapped.clone());
        }
        self.add_command(commit, (self.head >= first).then_some((first, self.head)), facts);
        Appended { position: self.head, replayed: false, outcome: commit.outcome.clone() }
    }

    fn add_command(&mut self, commit: &Prepared, span: Option<(u64, u64)>, facts: &mut Facts) {
        let id = commit.command_id.0;
        let expires_at = match commit.keep {
            Keep::Day => Some(self.now + TimeDelta::days(1)),
            Keep::Forever => None,
        };
        let position = span.map(|(_, last)| last);
        let stored = StoredCommand {
            request_digest: commit.request_digest.to_vec(),
            outcome: commit.outcome.clone(),
            position,
            expires_at,
        };
        if facts.commands.insert(id, stored).is_some() {
            self.commands.expired.push(id);
        }
        self.commands.command_id.push(id);
        self.commands.request_digest.push(commit.request_digest.to_vec());
        self.commands.outcome.push(commit.outcome.to_string());
        self.commands.first_position.push(span.map(|(first, _)| signed(first)));
        self.commands.last_position.push(position.map(signed));
        self.commands.expires_at.push(expires_at);
    }

    fn numbered(&mut self, payload: &Payload) -> String {
        match payload {
            Payload::Ready(text) => text.clone(),
            Payload::Numbered(value) => {
                let mut value = value.clone();
                number(&mut value, &mut |counter| {
                    let last = self.counters.entry(counter.to_owned()).or_default();
                    *last += 1;
                    *last
                });
                value.to_string()
            }
        }
    }

    /// Sends everything and the COMMIT at once. A pipelined COMMIT answers Ok even after a statement that failed, so
    /// it counts only when every one succeeded.
    async fn write(self, tx: TenantTx) -> Result<(), StoreError> {
        let c = &self.commands;
        let statements = Statements::prepare(&tx, &self).await?;
        let counters = serde_json::to_value(&self.counters).unwrap_or_default();
        let head = signed(self.head);
        let params: Vec<(&Statement, Vec<&(dyn tokio_postgres::types::ToSql + Sync)>)> = [
            (&statements.delete_expired, vec![&c.expired as &(dyn tokio_postgres::types::ToSql + Sync)]),
            (
                &statements.insert_events,
                vec![
                    &self.position,
                    &self.aggregate_type,
                    &self.aggregate_id,
                    &self.sequence,
                    &self.event_type,
                    &self.event_version,
                    &self.payload,
                    &self.metadata,
                    &self.event_id,
                    &self.event_command,
                    &self.occurred_at,
                    &self.now,
                ],
            ),
            (
                &statements.insert_commands,
                vec![
                    &c.command_id,
                    &c.request_digest,
                    &c.outcome,
                    &c.first_position,
                    &c.last_position,
                    &c.expires_at,
                    &self.now,
                ],
            ),
            (&statements.delete_claims, vec![&self.releases.kind, &self.releases.digest, &self.releases.owner]),
            (&statements.insert_claims, vec![&self.claims.kind, &self.claims.digest, &self.claims.owner]),
            (&statements.insert_keys, vec![&self.keys.key_id, &self.keys.subject, &self.keys.wrapped, &self.now]),
            (&statements.move_head, vec![&head, &self.now, &counters]),
        ]
        .into_iter()
        .filter_map(|(statement, params)| statement.as_ref().map(|statement| (statement, params)))
        .collect();
        let writes = try_join_all(params.iter().map(|(statement, params)| tx.execute(*statement, params)));
        match try_join(writes, tx.batch_execute("COMMIT")).await {
            Ok(_) => {
                tx.ended();
                Ok(())
            }
            Err(error) => Err(refused(error)),
        }
    }
}

impl ClaimRows {
    fn push(&mut self, claim: &PreparedClaim) {
        self.kind.push(claim.kind);
        self.digest.push(claim.digest.clone());
        self.owner.push(claim.owner.clone());
    }

    fn remove(&mut self, claim: &PreparedClaim) {
        for at in (0..self.kind.len()).rev() {
            if self.kind[at] == claim.kind && self.digest[at] == claim.digest {
                self.kind.swap_remove(at);
                self.digest.swap_remove(at);
                self.owner.swap_remove(at);
            }
        }
    }
}

/// The statements that this batch needs.
struct Statements {
    insert_events: Option<Statement>,
    insert_commands: Option<Statement>,
    delete_expired: Option<Statement>,
    delete_claims: Option<Statement>,
    insert_claims: Option<Statement>,
    insert_keys: Option<Statement>,
    move_head: Option<Statement>,
}

impl Statements {
    async fn prepare(tx: &TenantTx, rows: &Rows) -> Result<Self, StoreError> {
        let when = async |needed: bool, sql: &str| -> Result<Option<Statement>, StoreError> {
            Ok(if needed { Some(tx.statement(sql).await?) } else { None })
        };
        Ok(Self {
            insert_events: when(!rows.position.is_empty(), INSERT_EVENTS).await?,
            insert_commands: when(true, INSERT_COMMANDS).await?,
            delete_expired: when(!rows.commands.expired.is_empty(), DELETE_EXPIRED).await?,
            delete_claims: when(!rows.releases.kind.is_empty(), DELETE_CLAIMS).await?,
            insert_claims: when(!rows.claims.kind.is_empty(), INSERT_CLAIMS).await?,
            insert_keys: when(!rows.keys.key_id.is_empty(), INSERT_KEYS).await?,
            move_head: when(!rows.position.is_empty(), MOVE_HEAD).await?,
        })
    }
}

/// Under the lock a duplicate key cannot come from this program: something else writes to the tables. Tried again,
/// as if the connection had been lost, the verdicts will say what is in the way.
fn refused(error: tokio_postgres::Error) -> StoreError {
    if error.code() == Some(&SqlState::UNIQUE_VIOLATION) {
        tracing::error!(%error, "a duplicate key under the head's lock: does something else write to this schema?");
    }
    StoreError::Database(error)
}
