//! What an answer says of the bucket that its request was charged to: as draft-ietf-httpapi-ratelimit-headers-10 has it,
//! and as most clients read it.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use chrono::{DateTime, Utc};
use commands::rate_limits::{Charge, Standing};

static POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
static STANDING: HeaderName = HeaderName::from_static("ratelimit");
static LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
static REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
static RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// Gives back what an answer of this status does not cost (there was nothing new, or the fault was ours), and says how the
/// bucket stands.
pub fn settle(charge: &Charge, status: StatusCode, headers: &mut HeaderMap, now: DateTime<Utc>) {
    if status == StatusCode::NOT_MODIFIED || status.is_server_error() {
        charge.give_back();
    }
    let Standing { limit, remaining, full_at, full_in } = charge.standing(now);
    let name = charge.bucket;
    let mut say = |header: &HeaderName, text: String| {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(header.clone(), value);
        }
    };
    say(&POLICY, format!("\"{name}\";q={limit};w=3600"));
    say(&STANDING, format!("\"{name}\";r={remaining};t={full_in}"));
    say(&LIMIT, limit.to_string());
    say(&REMAINING, remaining.to_string());
    say(&RESET, full_at.to_string());
}
