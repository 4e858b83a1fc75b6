//! What the verdicts on a batch rest on: read under the head's lock, or assumed for the database to confirm.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use futures_util::future::try_join4;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    append::{
        counters::Counters,
        prepare::{Prepared, PreparedClaim, PreparedStream},
        statements::Statements,
    },
    commit::StreamId,
    database::TenantTx,
    error::StoreError,
    read::{signed, unsigned},
};

/// The head's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HeadRow {
    pub position: u64,
    pub recorded_at: Option<DateTime<Utc>>,
    pub counters: Counters,
}

/// What the verdicts rest on; kept true for the next commit of the batch while commits are added.
#[derive(Debug)]
pub(super) struct Facts {
    pub head: HeadRow,
    pub versions: HashMap<StreamId, u64>,
    pub commands: HashMap<Uuid, StoredCommand>,
    pub owners: HashMap<(&'static str, Vec<u8>), String>,
}

#[derive(Debug)]
pub(super) struct StoredCommand {
    pub request_digest: Vec<u8>,
    pub outcome: Value,
    pub position: Option<u64>,
    pub expires_at: Option<DateTime<Utc>>,
}

impl Facts {
    /// What holds when nobody else has written since the head was `head`, and every commit is right about its streams:
    /// no command has happened, and every claim is free but those that are given back.
    pub fn assumed(head: HeadRow, prepared: &[Prepared]) -> Self {
        let mut versions = HashMap::new();
        for part in prepared.iter().flat_map(|commit| &commit.streams) {
            versions.entry(part.stream.clone()).or_insert(part.expected);
        }
        let releases = prepared.iter().flat_map(|commit| &commit.releases);
        let owners = releases.map(|claim| ((claim.kind, claim.digest.clone()), claim.owner.clone())).collect();
        Self { head, versions, commands: HashMap::new(), owners }
    }

    /// Takes the lock, and reads everything in the same round trip.
    pub async fn read(tx: &TenantTx, statements: &Statements, prepared: &[Prepared]) -> Result<Self, StoreError> {
        let streams: Vec<&StreamId> = prepared.iter().flat_map(|c| &c.streams).map(|part| &part.stream).collect();
        let types: Vec<&str> = streams.iter().map(|stream| stream.aggregate_type.as_str()).collect();
        let ids: Vec<&str> = streams.iter().map(|stream| stream.aggregate_id.as_str()).collect();
        let command_ids: Vec<Uuid> = prepared.iter().map(|commit| commit.command_id.0).collect();
        let claims: Vec<&PreparedClaim> = prepared.iter().flat_map(|c| c.claims.iter().chain(&c.releases)).collect();
        let kinds: Vec<&str> = claims.iter().map(|claim| claim.kind).collect();
        let digests: Vec<&[u8]> = claims.iter().map(|claim| claim.digest.as_slice()).collect();
        let owner_rows = async {
            if claims.is_empty() { Ok(vec![]) } else { tx.query(&statements.owners, &[&kinds, &digests]).await }
        };
        let (head, version_rows, command_rows, owner_rows) = try_join4(
            tx.query_one(&statements.lock, &[]),
            tx.query(&statements.versions, &[&types, &ids]),
            tx.query(&statements.commands, &[&command_ids]),
            owner_rows,
        )
        .await?;
        let counters: Value = head.get(2);
        let index = |ordinal: i64| usize::try_from(ordinal - 1).unwrap_or(0);
        Ok(Self {
            head: HeadRow {
                position: unsigned(head.get(0)),
                recorded_at: head.get(1),
                counters: serde_json::from_value(counters).unwrap_or_default(),
            },
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

    /// Finds those of `prepared` that an earlier attempt has recorded without keeping their outcome: their first event
    /// stands where it was to be, under its own id. Under the lock.
    pub async fn find_recorded(
        &mut self,
        tx: &TenantTx,
        statements: &Statements,
        prepared: &[Prepared],
    ) -> Result<(), StoreError> {
        let first = |commit: &Prepared| commit.streams.iter().position(|part| !part.events.is_empty());
        let asked: Vec<(&Prepared, &PreparedStream)> = prepared
            .iter()
            .filter(|commit| !commit.is_kept())
            .filter_map(|commit| Some((commit, &commit.streams[first(commit)?])))
            .collect();
        let types: Vec<&str> = asked.iter().map(|(_, part)| part.stream.aggregate_type.as_str()).collect();
        let ids: Vec<&str> = asked.iter().map(|(_, part)| part.stream.aggregate_id.as_str()).collect();
        let sequences: Vec<i64> = asked.iter().map(|(_, part)| signed(part.expected + 1)).collect();
        let event_ids: Vec<Uuid> = asked.iter().map(|(_, part)| part.events[0].event_id).collect();
        for row in tx.query(&statements.recorded, &[&types, &ids, &sequences, &event_ids]).await? {
            let (commit, _) = asked[usize::try_from(row.get::<_, i64>(0) - 1).unwrap_or(0)];
            let events: usize = commit.streams.iter().map(|part| part.events.len()).sum();
            let stored = StoredCommand {
                request_digest: commit.request_digest.to_vec(),
                outcome: commit.outcome.clone(),
                position: Some(unsigned(row.get(1)) + events as u64 - 1),
                expires_at: None,
            };
            self.commands.insert(commit.command_id.0, stored);
        }
        Ok(())
    }
}
