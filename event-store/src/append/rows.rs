//! The rows of one batch, as columns, and the statements that write them.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use tokio_postgres::{
    Statement,
    types::{Json, ToSql},
};
use uuid::Uuid;

use crate::{
    append::{
        counters::Counters,
        facts::{Facts, HeadRow, StoredCommand},
        prepare::{Payload, Prepared, PreparedClaim},
        statements::Statements,
    },
    commit::{Appended, Keep},
    read::signed,
    seal::Scope,
};

/// A statement and what it is given.
pub(super) type Step<'a> = (&'a Statement, Vec<&'a (dyn ToSql + Sync)>);

#[derive(Debug)]
pub(super) struct Rows {
    pub now: DateTime<Utc>,
    /// As it was, to be compared.
    from: i64,
    to: i64,
    events: EventRows,
    commands: CommandRows,
    claims: ClaimRows,
    releases: ClaimRows,
    keys: KeyRows,
    erased: ErasedRows,
    assumed: AssumedRows,
    numbers: Json<Counters>,
}

#[derive(Debug, Default)]
struct EventRows {
    position: Vec<i64>,
    aggregate_type: Vec<String>,
    aggregate_id: Vec<String>,
    sequence: Vec<i64>,
    event_type: Vec<String>,
    event_version: Vec<String>,
    payload: Vec<String>,
    metadata: Vec<String>,
    event_id: Vec<Uuid>,
    command_id: Vec<Uuid>,
    occurred_at: Vec<DateTime<Utc>>,
}

#[derive(Debug, Default)]
struct CommandRows {
    command_id: Vec<Uuid>,
    request_digest: Vec<Vec<u8>>,
    outcome: Vec<String>,
    first_position: Vec<Option<i64>>,
    last_position: Vec<Option<i64>>,
    expires_at: Vec<Option<DateTime<Utc>>>,
    expired: Vec<Uuid>,
}

#[derive(Debug, Default)]
struct ClaimRows {
    kind: Vec<&'static str>,
    digest: Vec<Vec<u8>>,
    owner: Vec<String>,
}

#[derive(Debug, Default)]
struct KeyRows {
    key_id: Vec<String>,
    subject: Vec<String>,
    wrapped: Vec<Vec<u8>>,
    single: Vec<bool>,
    key_version: Vec<i32>,
}

/// Subjects whose keys are destroyed, and where the log says so.
#[derive(Debug, Default)]
struct ErasedRows {
    subject: Vec<String>,
    position: Vec<i64>,
    /// Keys of things that have several, and whose each is.
    key_id: Vec<String>,
    key_of: Vec<String>,
}

/// Versions that no unique index confirms.
#[derive(Debug, Default)]
struct AssumedRows {
    aggregate_type: Vec<String>,
    aggregate_id: Vec<String>,
    sequence: Vec<i64>,
}

impl Rows {
    pub fn new(clock: DateTime<Utc>, head: &HeadRow) -> Self {
        // A clock that was set back must not make an instant ambiguous.
        let now = head.recorded_at.map_or(clock, |last| clock.max(last));
        Self {
            now,
            from: signed(head.position),
            to: signed(head.position),
            numbers: Json(head.counters.clone()),
            events: EventRows::default(),
            commands: CommandRows::default(),
            claims: ClaimRows::default(),
            releases: ClaimRows::default(),
            keys: KeyRows::default(),
            erased: ErasedRows::default(),
            assumed: AssumedRows::default(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.commands.command_id.is_empty() && !self.moves()
    }

    /// Notes which versions the database must confirm: all but those of streams that are to be new and get events, for
    /// which their unique index speaks.
    pub fn assume(&mut self, prepared: &[Prepared]) {
        let mut met = HashSet::new();
        for part in prepared.iter().flat_map(|commit| &commit.streams) {
            if met.insert(&part.stream) && (part.expected > 0 || part.events.is_empty()) {
                self.assumed.aggregate_type.push(part.stream.aggregate_type.clone());
                self.assumed.aggregate_id.push(part.stream.aggregate_id.clone());
                self.assumed.sequence.push(signed(part.expected));
            }
        }
    }

    /// Gives positions and numbers to a commit that holds, and lets the next ones of the batch see it.
    pub fn add(&mut self, commit: &Prepared, facts: &mut Facts) -> Appended {
        let before = facts.head.position;
        for part in &commit.streams {
            for (event, sequence) in part.events.iter().zip(part.expected + 1..) {
                facts.head.position += 1;
                let payload = self.numbered(&event.payload);
                let rows = &mut self.events;
                rows.position.push(signed(facts.head.position));
                rows.aggregate_type.push(part.stream.aggregate_type.clone());
                rows.aggregate_id.push(part.stream.aggregate_id.clone());
                rows.sequence.push(signed(sequence));
                rows.payload.push(payload);
                rows.event_type.push(event.event_type.clone());
                rows.event_version.push(event.event_version.to_string());
                rows.metadata.push(event.metadata.clone());
                rows.event_id.push(event.event_id);
                rows.command_id.push(commit.command_id.0);
                rows.occurred_at.push(event.occurred_at.map_or(self.now, |at| at.min(self.now)));
            }
            facts.versions.insert(part.stream.clone(), part.expected + part.events.len() as u64);
        }
        self.to = signed(facts.head.position);
        self.add_claims(commit, facts);
        for new in &commit.new_keys {
            self.keys.key_id.push(new.id.clone());
            self.keys.subject.push(new.subject.clone());
            self.keys.wrapped.push(new.wrapped.clone());
            self.keys.single.push(new.scope == Scope::Single);
            self.keys.key_version.push(new.key_version);
        }
        for erasing in &commit.erases {
            self.erased.subject.push(erasing.name.clone());
            self.erased.position.push(self.to);
            self.erased.key_id.extend(erasing.keys.iter().cloned());
            self.erased.key_of.extend(erasing.keys.iter().map(|_| erasing.name.clone()));
        }
        let span = (facts.head.position > before).then_some((before + 1, facts.head.position));
        self.add_command(commit, span, facts);
        Appended { position: facts.head.position, replayed: false, outcome: commit.outcome.clone() }
    }

    fn add_claims(&mut self, commit: &Prepared, facts: &mut Facts) {
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
            let before = facts.owners.insert((claim.kind, claim.digest.clone()), claim.owner.clone());
            // What its owner claims twice is one row.
            if before.is_none() {
                self.claims.push(claim);
            }
        }
    }

    fn add_command(&mut self, commit: &Prepared, span: Option<(u64, u64)>, facts: &mut Facts) {
        let id = commit.command_id.0;
        let expires_at = match commit.keep {
            Keep::Nothing | Keep::Day => Some(self.now + TimeDelta::days(1)),
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
        if !commit.is_kept() {
            return;
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
                self.numbers.0.number(&mut value, self.now);
                value.to_string()
            }
        }
    }

    /// The head as it is once these are written.
    pub fn head(&self, facts: &Facts) -> HeadRow {
        HeadRow {
            position: facts.head.position,
            recorded_at: if self.moves() { Some(self.now) } else { facts.head.recorded_at },
            counters: self.numbers.0.clone(),
        }
    }

    /// What is sent when the lock is held and everything was read.
    pub fn known<'a>(&'a self, statements: &'a Statements) -> Vec<Step<'a>> {
        let mut steps = vec![];
        if !self.commands.expired.is_empty() {
            steps.push((&statements.delete_expired, vec![&self.commands.expired as &(dyn ToSql + Sync)]));
        }
        if self.moves() {
            let mut params = self.events.params();
            params.push(&self.now);
            steps.push((&statements.insert_events, params));
        }
        self.add_commands(statements, &mut steps);
        self.add_rest(statements, &statements.insert_claims, &mut steps);
        if self.moves() {
            steps.push((&statements.move_head, vec![&self.to, &self.now, &self.numbers]));
        }
        steps
    }

    /// What is sent when nothing was read. `None` for what moves no head: it has nothing to be confirmed by.
    pub fn assumed<'a>(&'a self, statements: &'a Statements) -> Option<Vec<Step<'a>>> {
        if !self.moves() {
            return None;
        }
        let assumed = &self.assumed;
        let mut params = self.events.params();
        params.push(&self.now);
        params.extend(self.commands.params());
        params.extend([&self.from as &(dyn ToSql + Sync), &self.to, &self.numbers]);
        params.extend([&assumed.aggregate_type as &(dyn ToSql + Sync), &assumed.aggregate_id, &assumed.sequence]);
        let mut steps = vec![(&statements.append_from, params)];
        self.add_rest(statements, &statements.insert_free_claims, &mut steps);
        Some(steps)
    }

    /// What is sent behind a batch that is still on its way. `None` for what moves no head, as in [`Rows::assumed`].
    pub fn behind<'a>(&'a self, statements: &'a Statements) -> Option<Vec<Step<'a>>> {
        if !self.moves() {
            return None;
        }
        let assumed = &self.assumed;
        let mut params = self.events.params();
        params.push(&self.now);
        params.extend([&assumed.aggregate_type as &(dyn ToSql + Sync), &assumed.aggregate_id, &assumed.sequence]);
        let mut steps = vec![(&statements.append_behind, params)];
        self.add_commands(statements, &mut steps);
        self.add_rest(statements, &statements.insert_free_claims, &mut steps);
        // Last, so that whoever holds the head waits for nobody.
        steps.push((&statements.confirm_head, vec![&self.from]));
        steps.push((&statements.move_head, vec![&self.to, &self.now, &self.numbers]));
        Some(steps)
    }

    fn moves(&self) -> bool {
        self.to > self.from
    }

    fn add_commands<'a>(&'a self, statements: &'a Statements, steps: &mut Vec<Step<'a>>) {
        if !self.commands.command_id.is_empty() {
            let mut params = self.commands.params();
            params.push(&self.now);
            steps.push((&statements.insert_commands, params));
        }
    }

    fn add_rest<'a>(&'a self, statements: &'a Statements, insert_claims: &'a Statement, steps: &mut Vec<Step<'a>>) {
        let claims = [(&statements.delete_claims, &self.releases), (insert_claims, &self.claims)];
        for (statement, rows) in claims.into_iter().filter(|(_, rows)| !rows.kind.is_empty()) {
            steps.push((statement, vec![&rows.kind, &rows.digest, &rows.owner]));
        }
        if !self.keys.key_id.is_empty() {
            let keys = &self.keys;
            steps.push((
                &statements.insert_keys,
                vec![&keys.key_id, &keys.subject, &keys.wrapped, &self.now, &keys.single, &keys.key_version],
            ));
        }
        // Last, so that no key of the same batch outlives them.
        if !self.erased.subject.is_empty() {
            let erased = &self.erased;
            steps.push((
                &statements.erase,
                vec![&erased.subject, &erased.position, &self.now, &erased.key_id, &erased.key_of],
            ));
        }
    }
}

impl EventRows {
    fn params(&self) -> Vec<&(dyn ToSql + Sync)> {
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
            &self.command_id,
            &self.occurred_at,
        ]
    }
}

impl CommandRows {
    fn params(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![
            &self.command_id,
            &self.request_digest,
            &self.outcome,
            &self.first_position,
            &self.last_position,
            &self.expires_at,
        ]
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
