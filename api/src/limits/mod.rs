//! How much each caller may ask for: which bucket a request is charged to, and what every answer says of it.
//!
//! Whoever shows credentials has a bucket for what they do, and others for what would eat it: reading the feed, and
//! exports. The buckets themselves are in [`commands::rate_limits`]. Whoever shows none, or what opens nothing, is counted
//! by their address.

mod addresses;
mod bucket;
mod headers;

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use commands::{
    Caller,
    rate_limits::{Charge, Quota, RateLimits},
};
use event_store::Log;

pub use bucket::Bucket;
pub use headers::settle;

use addresses::Addresses;

use crate::{app::App, problem::ApiError, request};

/// How much callers may ask for in an hour.
#[derive(Clone, Copy, Debug)]
pub struct LimitSettings {
    /// Of the feed, with one key.
    pub feed: Quota,
    /// Of exports and reports, with one key.
    pub exports: Quota,
    /// What a person may, in all that they do.
    pub people: Quota,
}

/// The limits of this process, if there are any.
#[derive(Clone, Debug, Default)]
pub struct Limits(Option<Arc<Bounds>>);

#[derive(Debug)]
struct Bounds {
    settings: LimitSettings,
    rates: RateLimits,
    addresses: Addresses,
}

impl Limits {
    /// None: for load tests.
    pub fn none() -> Self {
        Self::default()
    }

    /// These.
    pub fn new(settings: LimitSettings) -> Self {
        Self(Some(Arc::new(Bounds { settings, rates: RateLimits::default(), addresses: Addresses::default() })))
    }

    /// Charges a request to its bucket; refuses it where that is empty. Either way, the answer will say how it stands.
    pub async fn charge(&self, log: &Log, caller: &Caller, own: Option<Quota>, path: &str) -> Result<(), ApiError> {
        let Some(bounds) = &self.0 else { return Ok(()) };
        let bucket = own.map_or(Bucket::Person, |_| Bucket::of(path));
        let quota = match (bucket, own) {
            (Bucket::Requests, Some(own)) => own,
            (Bucket::Requests | Bucket::Person, _) => bounds.settings.people,
            (Bucket::Feed, _) => bounds.settings.feed,
            (Bucket::Exports, _) => bounds.settings.exports,
        };
        let charge = bounds.rates.charge(log, bucket.name(), &caller.actor, quota).await?;
        let refused = refusal(&charge);
        request::note_charge(charge);
        refused.map_or(Ok(()), Err)
    }

    /// Whether these credentials may be looked up.
    pub fn may_show(&self, address: Option<IpAddr>, shown: &str, now: DateTime<Utc>) -> Result<(), ApiError> {
        let Some(bounds) = &self.0 else { return Ok(()) };
        bounds.addresses.may_show(address, shown, now).map_err(too_many_from_there)
    }

    /// Counts credentials that opened nothing.
    pub fn guessed(&self, address: Option<IpAddr>, now: DateTime<Utc>) -> Result<(), ApiError> {
        let Some(bounds) = &self.0 else { return Ok(()) };
        bounds.addresses.guessed(address, now).map_err(too_many_from_there)
    }

    /// Remembers credentials that opened something.
    pub fn recognised(&self, shown: &str, now: DateTime<Utc>) {
        if let Some(bounds) = &self.0 {
            bounds.addresses.recognised(shown, now);
        }
    }
}

/// What is answered however often it is asked for: how this process is, and what the console's pages load, since a
/// browser loads many files at once, and many people may sit behind one address.
fn is_always_answered(path: &str) -> bool {
    ["/healthz", "/readyz"].contains(&path) || path.starts_with("/assets/")
}

/// Counts requests without credentials by their address.
pub async fn guard_visits(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(bounds) = app.limits.0.clone() else { return next.run(request).await };
    if request.headers().contains_key(header::AUTHORIZATION) || is_always_answered(request.uri().path()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let (address, now) = (request::address(&parts, &app.trusted_proxies), app.desk.store().clock().now());
    match bounds.addresses.visit(address, now) {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(retry_after) => too_many_from_there(retry_after).into_response(),
    }
}

fn too_many_from_there(retry_after: u32) -> ApiError {
    let detail = format!(
        "too many requests without credentials, or with some that open nothing, come from this address: ask again in \
         {retry_after} seconds"
    );
    limited("address", retry_after.into(), detail)
}

fn limited(bucket: &'static str, retry_after: u64, detail: String) -> ApiError {
    metrics::counter!("ledgerdesk_rate_limited_total", "bucket" => bucket).increment(1);
    let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", detail);
    error.header(header::RETRY_AFTER, HeaderValue::from(retry_after))
}

fn refusal(charge: &Charge) -> Option<ApiError> {
    let retry_after = charge.retry_after?;
    let (bucket, limit) = (charge.bucket, charge.quota.limit());
    let detail = format!(
        "this takes from the limit \"{bucket}\", {limit} requests an hour, and nothing is left of it: ask again in \
         {retry_after} seconds, as Retry-After says, and send no more than RateLimit tells of"
    );
    Some(limited(bucket, retry_after, detail))
}
