//! Headers that keep a browser from being used against whoever sits before it. On every answer; a page that needs more
//! than an answer of the API says so itself, and what it said stands.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// What an answer of the API needs of a browser: nothing.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; base-uri 'none'; frame-ancestors 'none'");
static RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Adds those that are not there.
pub fn protect(headers: &mut HeaderMap) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(NOTHING);
    headers.entry(header::X_FRAME_OPTIONS).or_insert(HeaderValue::from_static("DENY"));
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("no-referrer"));
    headers.entry(RESOURCE_POLICY.clone()).or_insert(HeaderValue::from_static("same-origin"));
}

/// Over TLS only, as RFC 6797 has it. Not for sub-domains: those of a tenant's own domain are not ours to speak for.
pub fn insist_on_tls(headers: &mut HeaderMap, max_age: u32) {
    if max_age > 0
        && let Ok(value) = HeaderValue::from_str(&format!("max-age={max_age}"))
    {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
}
