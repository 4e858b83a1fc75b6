//! What is known of keys; never the keys themselves.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::{
    Aggregate, ApiKeyId, Event,
    tenant::{Tenant, TenantEvent, TenantState},
};
use event_store::{Log, StreamId};

use crate::{desk::Desk, error::CommandError};

/// Whether a key opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It does, as far as its owner may get in.
    Live,
    /// It is over.
    Expired,
    /// It was revoked.
    Revoked,
}

impl KeyState {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Live, Self::Expired, Self::Revoked];

    /// The text that stands for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

/// What is known of a key.
#[derive(Clone, Debug)]
pub struct KeyRecord {
    /// Its id.
    pub id: ApiKeyId,
    /// Its first characters.
    pub hint: String,
    /// What it is for.
    pub name: String,
    /// What it may do, as far as its owner may.
    pub scopes: Vec<String>,
    /// Whose it is; none: the tenant's own.
    pub owner: Option<String>,
    /// From where it opens; empty: from anywhere.
    pub allowed_addresses: Vec<String>,
    /// How many requests an hour it may make.
    pub rate_limit: u32,
    /// Whether it opens.
    pub state: KeyState,
    /// When it was issued.
    pub created_at: DateTime<Utc>,
    /// By whom: `agent:agt_…`.
    pub created_by: String,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// The key that takes its place.
    pub replaced_by: Option<ApiKeyId>,
}

/// What the envelopes say.
#[derive(Default)]
struct Seen {
    created_at: DateTime<Utc>,
    created_by: String,
    revoked_at: Option<DateTime<Utc>>,
}

/// What stands beside the log.
struct Row {
    hint: String,
    revoked_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
}

impl Desk {
    /// All keys that were ever issued, the newest first. A copy has none of those of the tenant that was copied, whose log
    /// it has.
    pub async fn keys(&self, log: &Log) -> Result<Vec<KeyRecord>, CommandError> {
        let mut state = TenantState::default();
        let mut seen: HashMap<ApiKeyId, Seen> = HashMap::new();
        for at in log.load(&StreamId::new(Tenant::TYPE, log.identity()), 0).await? {
            let created_by = at.actor().to_owned();
            let event = <Tenant as Aggregate>::Event::decode(&at.event_type, at.event_version, at.payload)?;
            Tenant::apply(&mut state, &event);
            if let TenantEvent::ApiKeyIssued(issued) = &event {
                seen.insert(issued.key, Seen { created_at: at.recorded_at, created_by, revoked_at: None });
            }
            if let TenantEvent::ApiKeyRevoked(revoked) = &event {
                seen.entry(revoked.key).or_default().revoked_at = Some(at.recorded_at);
            }
        }
        let mut rows = rows(log).await?;
        let now = self.store().clock().now();
        let allowed = state.entitlements(now).api_requests_per_hour();
        let mut records = vec![];
        for (id, key) in state.keys.iter() {
            let Seen { created_at, created_by, revoked_at } = seen.remove(&id).unwrap_or_default();
            let Some(Row { hint, revoked_at: for_good, last_used_at }) = rows.remove(&id.to_string()) else { continue };
            let revoked_at = for_good.or(revoked_at);
            let state = match revoked_at {
                Some(_) => KeyState::Revoked,
                None if key.opens_at(now) => KeyState::Live,
                None => KeyState::Expired,
            };
            records.push(KeyRecord {
                id,
                name: key.name.clone(),
                scopes: key.scopes.iter().cloned().collect(),
                owner: key.owner.map(|owner| owner.to_string()),
                allowed_addresses: key.allowed_addresses.iter().map(ToString::to_string).collect(),
                rate_limit: key.requests_per_hour(allowed),
                state,
                created_at,
                created_by,
                expires_at: key.ends_at,
                revoked_at,
                last_used_at,
                replaced_by: key.replaced_by,
                hint,
            });
        }
        records.sort_by_key(|key| std::cmp::Reverse((key.created_at, key.id)));
        Ok(records)
    }
}

async fn rows(log: &Log) -> Result<HashMap<String, Row>, CommandError> {
    let rows = log.query("SELECT key_id, hint, revoked_at, last_used_at FROM api_keys", &[]).await?;
    let read = |row: &event_store::driver::Row| {
        (row.get(0), Row { hint: row.get(1), revoked_at: row.get(2), last_used_at: row.get(3) })
    };
    Ok(rows.iter().map(read).collect())
}
