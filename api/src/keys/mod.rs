//! `/api/keys`: what programs get in with.

mod create;
mod list;
mod revoke;
mod rotate;

use chrono::{DateTime, TimeDelta, Utc};
use commands::api_keys::KeyRecord;
use domain::ApiKeyId;
use projections::timeline::Actor;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{app::App, openapi::schemas, problem::ApiError};

/// How long a key opens when nothing else is wished.
const USUAL_LIFE: TimeDelta = TimeDelta::days(365);
/// And at most: two years, of which one may be a leap year.
const LONGEST_LIFE: TimeDelta = TimeDelta::days(731);

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_keys, create::create_key))
        .routes(routes!(list::get_key, revoke::revoke_key))
        .routes(routes!(rotate::rotate_key))
}

/// What is known of a key. The key itself was shown once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiKey)]
pub struct KeyView {
    /// Its id.
    #[schema(example = "key_0199aabbccdd70008000000000000001")]
    id: String,
    /// Its first characters, to tell keys apart.
    hint: String,
    /// What it is for.
    name: String,
    /// What it may do, as far as its owner may.
    scopes: Vec<String>,
    /// Whose it is: `svc_…` or `agt_…`; null: the tenant's own. Without the owner's rights it has none.
    #[schema(example = "svc_0199aa00000070008000000000000041")]
    owner: Option<String>,
    /// The only ranges of addresses from where it opens; empty: from anywhere.
    #[schema(example = json!(["203.0.113.0/24"]))]
    allowed_addresses: Vec<String>,
    /// How many requests an hour it may make, and as many at once.
    #[schema(example = 1000)]
    rate_limit: u32,
    /// Whether it opens: `live`, `expired` or `revoked`.
    #[schema(value_type = schemas::KeyState)]
    state: &'static str,
    /// When it was issued.
    created_at: DateTime<Utc>,
    /// By whom.
    created_by: Actor,
    /// When it ends; null: never.
    expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    last_used_at: Option<DateTime<Utc>>,
    /// The key that takes its place, once it was rotated.
    #[schema(example = "key_0199aabbccdd70008000000000000002")]
    replaced_by: Option<String>,
}

impl From<KeyRecord> for KeyView {
    fn from(key: KeyRecord) -> Self {
        Self {
            id: key.id.to_string(),
            hint: key.hint,
            name: key.name,
            scopes: key.scopes,
            owner: key.owner,
            allowed_addresses: key.allowed_addresses,
            rate_limit: key.rate_limit,
            state: key.state.as_str(),
            created_at: key.created_at,
            created_by: Actor::of(&key.created_by),
            expires_at: key.expires_at,
            revoked_at: key.revoked_at,
            last_used_at: key.last_used_at,
            replaced_by: key.replaced_by.map(|id| id.to_string()),
        }
    }
}

fn named(text: &str) -> Result<ApiKeyId, ApiError> {
    text.parse().map_err(|_| ApiError::not_found("API key"))
}

/// When a new key ends.
fn end(wanted: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<DateTime<Utc>, ApiError> {
    let end = wanted.unwrap_or(now + USUAL_LIFE);
    let refused = |expected| Err(ApiError::invalid_field("/expires_at", "invalid_value", expected));
    if end <= now {
        return refused("expected an instant in the future");
    }
    if end > now + LONGEST_LIFE {
        return refused("expected an instant within two years: rotate the key before it ends");
    }
    Ok(end)
}
