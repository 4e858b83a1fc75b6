//! The request's own id, and the headers that every answer carries.

use std::{
    cell::{Cell, RefCell},
    sync::Arc,
};

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use commands::rate_limits::Charge;
use event_store::Log;

use super::{client, protection};
use crate::{app::App, limits};

tokio::task_local! {
    static REQUEST_ID: String;
    static WORLD: Cell<World>;
    static SUPPORTER: RefCell<Option<String>>;
    static UPGRADE_URL: Option<Arc<str>>;
    static CHARGE: RefCell<Option<Charge>>;
}

/// What the request that is being answered is about.
#[derive(Clone, Copy, Debug)]
struct World {
    epoch: u32,
    sandbox: bool,
    /// Whether the tenant lists the origin of the page that asks.
    listed: bool,
}

/// On every answer to the operator's staff: who asked.
static SUPPORT_ACCESS: HeaderName = HeaderName::from_static("helpdesk-support-access");
/// On every answer of a sandbox.
static SANDBOX: HeaderName = HeaderName::from_static("helpdesk-sandbox");
static REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("request-id");
static CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
static API_VERSION: HeaderName = HeaderName::from_static("helpdesk-version");

/// The version of the API that every answer names.
pub const VERSION: &str = "2026-11-01";

/// The id of the request that is being answered.
pub fn current_request_id() -> Option<String> {
    REQUEST_ID.try_with(Clone::clone).ok()
}

/// Where the tenant that asks gets a larger plan.
pub fn current_upgrade_url() -> Option<Arc<str>> {
    UPGRADE_URL.try_with(Clone::clone).ok().flatten()
}

/// Notes which of a tenant's logs the request is about.
pub fn note_world(log: &Log) {
    // An error: nobody asks.
    let _ = WORLD.try_with(|noted| {
        noted.set(World { epoch: log.epoch(), sandbox: log.is_masked(), ..noted.get() });
    });
}

/// Notes that somebody of the operator's staff asks.
pub fn note_supporter(operator: &str) {
    // An error: nobody asks.
    let _ = SUPPORTER.try_with(|noted| noted.replace(Some(operator.to_owned())));
}

/// Notes what the request was charged to.
pub fn note_charge(charge: Charge) {
    // An error: nobody asks.
    let _ = CHARGE.try_with(|noted| noted.replace(Some(charge)));
}

/// Notes that the page which asks may read the answer.
pub fn note_listed() {
    // An error: nobody asks.
    let _ = WORLD.try_with(|noted| noted.set(World { listed: true, ..noted.get() }));
}

/// Whether the page which asks may read the answer.
pub fn is_listed() -> bool {
    WORLD.try_with(Cell::get).is_ok_and(|world| world.listed)
}

/// Which of a tenant's logs the request that is being answered is about: versions of two of them are not the same.
pub fn current_epoch() -> u32 {
    WORLD.try_with(Cell::get).map_or(1, |world| world.epoch)
}

/// Gives the request an id (the client's own, when it is fit to stand in a log) and the answer its common headers.
pub async fn identify(State(app): State<App>, request: Request, next: Next) -> Response {
    let sent = request.headers().get(&CLIENT_REQUEST_ID).and_then(|value| value.to_str().ok());
    let id = match sent {
        Some(id) if is_fit(id) => id.to_owned(),
        _ => format!("req_{}", app.desk.store().ids().next().simple()),
    };
    let (parts, body) = request.into_parts();
    let secure = client::is_secure(&parts, &app.trusted_proxies, app.transport.tls);
    let request = Request::from_parts(parts, body);
    let answering = async {
        let response = next.run(request).await;
        (response, WORLD.with(Cell::get), SUPPORTER.with(RefCell::take), CHARGE.with(RefCell::take))
    };
    let nobodys = Cell::new(World { epoch: 1, sandbox: false, listed: false });
    let answering = SUPPORTER.scope(RefCell::default(), WORLD.scope(nobodys, answering));
    let answering = UPGRADE_URL.scope(app.upgrade_url.clone(), answering);
    let answering = CHARGE.scope(RefCell::default(), answering);
    let (mut response, world, supporter, charge) = REQUEST_ID.scope(id.clone(), answering).await;
    let status = response.status();
    let headers = response.headers_mut();
    if let Some(charge) = charge {
        limits::settle(&charge, status, headers, app.desk.store().clock().now());
    }
    if let Some(operator) = supporter.and_then(|operator| HeaderValue::from_str(&operator).ok()) {
        headers.insert(SUPPORT_ACCESS.clone(), operator);
    }
    if world.sandbox {
        headers.insert(SANDBOX.clone(), HeaderValue::from_static("true"));
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID_HEADER.clone(), id);
    }
    headers.insert(API_VERSION.clone(), HeaderValue::from_static(VERSION));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store"));
    headers.entry(header::VARY).or_insert(HeaderValue::from_static("Authorization, Accept, Origin"));
    protection::protect(headers);
    if secure {
        protection::insist_on_tls(headers, app.transport.hsts_max_age);
    }
    response
}

fn is_fit(id: &str) -> bool {
    (1..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b))
}
