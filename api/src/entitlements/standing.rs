//! What an answer says of a limit that its request counts against: `Plan-Limit`, in the form of `RateLimit`.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use chrono::TimeDelta;
use domain::tenant::Limit;

static PLAN_LIMIT: HeaderName = HeaderName::from_static("plan-limit");

/// Says that of `allowed` `used` are used: `q` is how much there is, `r` how much is left, `t` in how many seconds it is
/// counted anew, if it is.
pub fn tell(headers: &mut HeaderMap, of: Limit, (used, allowed): (u64, u64), resets_in: Option<TimeDelta>) {
    let anew = resets_in.map(|left| format!(";t={}", left.num_seconds().max(0))).unwrap_or_default();
    let text = format!("\"{of}\";q={allowed};r={}{anew}", allowed.saturating_sub(used));
    if let Ok(value) = HeaderValue::from_str(&text) {
        headers.insert(PLAN_LIMIT.clone(), value);
    }
}
