//! Everything about a commit that needs no lock: sealing, serialising, bounds. Runs at the caller, on any core.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    append::counters::asks,
    commit::{Claim, CommandId, Commit, Erasing, Keep, StreamId},
    envelope::EventMetadata,
    error::AppendError,
    log::LogInner,
    seal::{CLIENT, NewKey, Place, Sealer, subjects},
};

/// All payloads of one commit together.
const MAX_BYTES: usize = 8 * 1024 * 1024;

/// A commit that is ready to be written.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub command_id: CommandId,
    pub request_digest: [u8; 32],
    pub keep: Keep,
    pub streams: Vec<PreparedStream>,
    pub claims: Vec<PreparedClaim>,
    pub releases: Vec<PreparedClaim>,
    pub erases: Vec<Erasing>,
    pub outcome: Value,
    pub new_keys: Vec<NewKey>,
}

impl Prepared {
    /// Whether a row of `commands` says what became of it; otherwise the log does.
    pub fn is_kept(&self) -> bool {
        self.keep != Keep::Nothing || self.streams.iter().all(|part| part.events.is_empty())
    }
}

#[derive(Debug)]
pub(crate) struct PreparedStream {
    pub stream: StreamId,
    pub expected: u64,
    pub events: Vec<PreparedEvent>,
}

#[derive(Debug)]
pub(crate) struct PreparedEvent {
    pub event_id: Uuid,
    pub event_type: String,
    pub event_version: u32,
    pub payload: Payload,
    pub metadata: String,
    pub occurred_at: Option<chrono::DateTime<chrono::Utc>>,
}

/// A payload waits as JSON only where a number must still be put in.
#[derive(Debug)]
pub(crate) enum Payload {
    Ready(String),
    Numbered(Value),
}

#[derive(Debug)]
pub(crate) struct PreparedClaim {
    pub kind: &'static str,
    pub digest: Vec<u8>,
    pub owner: String,
}

pub(crate) async fn prepare(log: &LogInner, commit: Commit) -> Result<Prepared, AppendError> {
    let keys = log.keys();
    let mut sealer = Sealer::new(&log.keyring, &keys);
    find_keys(log, &commit, &mut sealer).await?;
    let mut bytes = 0;
    let mut streams = Vec::with_capacity(commit.streams.len());
    for part in commit.streams {
        let mut events = Vec::with_capacity(part.drafts.len());
        for (draft, sequence) in part.drafts.into_iter().zip(part.expected + 1..) {
            let place = log.placement.place(&part.stream, sequence, &draft.event_type);
            let mut payload = draft.payload;
            sealer.seal_fields(place, &mut payload)?;
            let metadata = envelope(&mut sealer, place, &draft.metadata);
            let numbered = asks(&payload);
            let text = payload.to_string();
            bytes += text.len() + metadata.len();
            events.push(PreparedEvent {
                event_id: log.ids.next(),
                event_type: draft.event_type,
                event_version: draft.event_version,
                payload: if numbered { Payload::Numbered(payload) } else { Payload::Ready(text) },
                metadata,
                occurred_at: draft.occurred_at,
            });
        }
        streams.push(PreparedStream { stream: part.stream, expected: part.expected, events });
    }
    if bytes > MAX_BYTES {
        return Err(AppendError::TooLarge { found: bytes, limit: MAX_BYTES });
    }
    let claims = |claims: Vec<Claim>| {
        let digest = |claim: &Claim| keys.claim_digest(claim.kind, &claim.value);
        claims
            .into_iter()
            .map(|claim| PreparedClaim { digest: digest(&claim), kind: claim.kind, owner: claim.owner })
            .collect()
    };
    Ok(Prepared {
        command_id: commit.command_id,
        request_digest: commit.request_digest,
        keep: commit.keep,
        streams,
        claims: claims(commit.claims),
        releases: claims(commit.releases),
        // A key that would be made for somebody who is erased by the same commit is not kept.
        new_keys: sealer
            .into_made()
            .into_iter()
            .filter(|key| !commit.erases.iter().any(|erasing| erasing.name == key.subject))
            .collect(),
        erases: commit.erases,
        outcome: commit.outcome,
    })
}

/// Looks up the keys that are not cached. A subject whose own stream begins in this commit has none yet.
async fn find_keys(log: &LogInner, commit: &Commit, sealer: &mut Sealer<'_>) -> Result<(), AppendError> {
    let mut needed = vec![];
    for draft in commit.streams.iter().flat_map(|part| &part.drafts) {
        subjects(&draft.payload, &mut needed);
        if let Some(client) = &draft.metadata.client
            && !needed.contains(&client.subject)
        {
            needed.push(client.subject.clone());
        }
    }
    let is_new =
        |subject: &String| commit.streams.iter().any(|part| part.expected == 0 && part.stream.aggregate_id == *subject);
    let mut missing = sealer.take_cached(needed);
    missing.retain(|subject| !is_new(subject));
    if missing.is_empty() {
        return Ok(());
    }
    let tx = crate::database::TenantTx::begin(&log.pool, &log.placement).await?;
    let statement = tx
        .statement(
            "SELECT subject, key_id, wrapped FROM subject_keys WHERE subject = ANY($1) AND NOT single
             ORDER BY created_at",
        )
        .await?;
    for row in tx.query(&statement, &[&missing]).await? {
        let subject: String = row.get(0);
        sealer.found(&subject, row.get(1), row.get(2))?;
        missing.retain(|other| *other != subject);
    }
    // Who has no key yet gets one, unless they had one and it was destroyed.
    if !missing.is_empty() {
        let statement = tx.statement("SELECT subject FROM erased_subjects WHERE subject = ANY($1) LIMIT 1").await?;
        if let Some(row) = tx.query_opt(&statement, &[&missing]).await? {
            return Err(AppendError::SubjectErased { subject: row.get(0) });
        }
    }
    tx.commit().await?;
    Ok(())
}

/// The flat map of texts that stands in `metadata`; the client's sealed form is JSON within a text.
fn envelope(sealer: &mut Sealer<'_>, place: Place<'_>, metadata: &EventMetadata) -> String {
    let mut map = Map::new();
    let mut put = |key: &str, value: String| map.insert(key.to_owned(), Value::String(value));
    put("actor", metadata.actor.clone());
    put("correlation_id", metadata.correlation_id.clone());
    put("causation_id", metadata.causation_id.clone());
    put("origin", metadata.origin.to_string());
    if let Some(request_id) = &metadata.request_id {
        put("request_id", request_id.clone());
    }
    if let Some(client) = &metadata.client {
        put("client", sealer.seal(place, CLIENT, &client.subject, &client.value).to_string());
    }
    Value::Object(map).to_string()
}
