//! Pages of other origins: which of them may use a tenant's API (the CORS protocol, <https://fetch.spec.whatwg.org>).
//!
//! A browser's question beforehand is answered alike for every page and every tenant: it has no credentials, so it must
//! learn nothing. What counts is the request itself: one from a page of another origin acts only where the tenant that it
//! is about lists that origin. No cookie is ever asked for or taken on such a page's behalf.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::access_policy::Origin;
use event_store::{Log, StoreError};

use super::{Addressee, client, identity};
use crate::{app::App, problem::ApiError};

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE");
const TAKEN: HeaderValue = HeaderValue::from_static(
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, X-Request-ID, X-Tenant-ID",
);
const READABLE: HeaderValue = HeaderValue::from_static(
    "ETag, Helpdesk-Checkpoint, Helpdesk-Position, Helpdesk-Sandbox, Helpdesk-Support-Access, Helpdesk-Version, \
     Helpdesk-Visible, Idempotency-Replayed, Link, Location, RateLimit, RateLimit-Policy, Request-Id, Retry-After, \
     WWW-Authenticate, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset",
);
/// Two hours: as long as browsers remember it.
const REMEMBERED: HeaderValue = HeaderValue::from_static("7200");

/// Which page asks.
#[derive(Clone, Debug, Default)]
pub enum Page {
    /// None, or one of the same origin.
    #[default]
    Own,
    /// One of an origin that the tenant which the request names lists.
    Listed,
    /// One of another origin; whose list counts is not known yet. None: it does not say, or says nonsense.
    Foreign(Option<Origin>),
}

impl Page {
    /// What was found out of a request.
    pub fn of(parts: &Parts) -> Self {
        parts.extensions.get().cloned().unwrap_or_default()
    }

    /// Refuses a page that the tenant of this log does not list.
    pub async fn must_be_listed(&self, app: &App, log: &Log) -> Result<(), ApiError> {
        let Self::Foreign(origin) = self else { return Ok(()) };
        if !lists(app, log, origin.as_ref()).await? {
            return Err(refused());
        }
        identity::note_listed();
        Ok(())
    }

    /// Refuses a page of which nobody can say yet whether it is listed: whoever shows no credentials.
    pub fn must_be_known(&self) -> Result<(), ApiError> {
        match self {
            Self::Own | Self::Listed => Ok(()),
            Self::Foreign(_) => Err(refused()),
        }
    }
}

/// Whether no page asks, or one of the same origin.
pub fn is_own_page(parts: &Parts) -> bool {
    matches!(Page::of(parts), Page::Own)
}

/// For what tenants' pages may use.
pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(sent) = request.headers().get(header::ORIGIN).cloned() else { return next.run(request).await };
    if request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD) {
        return preflight();
    }
    let (mut parts, body) = request.into_parts();
    match look(&app, &parts, &sent).await {
        Ok(page) => parts.extensions.insert(page),
        Err(error) => return error.into_response(),
    };
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if identity::is_listed() {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, sent);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, READABLE);
    }
    response
}

/// For what no page may use.
pub async fn refuse(request: Request, next: Next) -> Response {
    if !request.headers().contains_key(header::ORIGIN) {
        return next.run(request).await;
    }
    refused().saying("this address is for operators' programs, and takes no requests of web pages").into_response()
}

/// What a browser asks beforehand: the same for everybody, whether there is anything at this path or not.
fn preflight() -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, TAKEN);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, REMEMBERED);
    (StatusCode::NO_CONTENT, headers).into_response()
}

fn refused() -> ApiError {
    ApiError::new(
        StatusCode::FORBIDDEN,
        "origin_not_allowed",
        "this request comes from a web page whose origin the tenant does not list: add it to origins of the access \
         policy (PATCH /api/access-policy); without credentials, name the tenant by X-Tenant-ID, or ask at its domain",
    )
}

async fn look(app: &App, parts: &Parts, sent: &HeaderValue) -> Result<Page, ApiError> {
    let addressee = Addressee::of(parts);
    let secure = client::is_secure(parts, &app.trusted_proxies, app.transport.tls);
    let text = sent.to_str().unwrap_or_default();
    if addressee.host().is_some_and(|host| is_own(text, host, secure)) {
        return Ok(Page::Own);
    }
    let one = parts.headers.get_all(header::ORIGIN).iter().count() == 1;
    let origin = text.parse().ok().filter(|_| one);
    let named = addressee.named(app).await?;
    for tenant in &named {
        let log = match tenant.parse() {
            Ok(tenant) => app.desk.store().log(&tenant).await,
            Err(_) => return Err(refused()),
        };
        match log {
            Ok(log) if lists(app, &log, origin.as_ref()).await? => {}
            // As one that does not list it: whether there is such a tenant is nobody's business.
            Ok(_) | Err(StoreError::UnknownTenant(_)) => return Err(refused()),
            Err(error) => return Err(error.into()),
        }
    }
    if named.is_empty() {
        return Ok(Page::Foreign(origin));
    }
    identity::note_listed();
    Ok(Page::Listed)
}

async fn lists(app: &App, log: &Log, origin: Option<&Origin>) -> Result<bool, ApiError> {
    let Some(origin) = origin else { return Ok(false) };
    Ok(app.desk.access_policy(log).await?.origins.contains(origin))
}

/// Whether a page is of the host that it asks. Where that speaks TLS, one that came without is not: anybody on the way
/// could have written it.
fn is_own(origin: &str, host: &str, secure: bool) -> bool {
    let (scheme, place) = origin.split_once("://").unwrap_or_default();
    let usual = if scheme.eq_ignore_ascii_case("https") { ":443" } else { ":80" };
    let known = scheme.eq_ignore_ascii_case("https") || !secure && scheme.eq_ignore_ascii_case("http");
    known && place.eq_ignore_ascii_case(host.strip_suffix(usual).unwrap_or(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_of_the_host_that_it_asks_by_name_port_and_security() {
        for (origin, host) in [
            ("https://desk.example.com", "desk.example.com"),
            ("https://desk.example.com", "Desk.Example.com:443"),
            ("https://desk.example.com:8443", "desk.example.com:8443"),
        ] {
            assert!(is_own(origin, host, true) && is_own(origin, host, false), "{origin} {host}");
        }
        assert!(
            is_own("http://localhost:8080", "localhost:8080", false),
            "TLS may be spoken by a proxy that is not named"
        );
        for (origin, host) in [
            ("http://desk.example.com", "desk.example.com"),
            ("https://desk.example.com", "desk.example.com:8443"),
            ("https://desk.example.com.evil.test", "desk.example.com"),
            ("https://evil.test", "desk.example.com"),
            ("null", "desk.example.com"),
            ("null", "null"),
            ("", ""),
            ("ftp://desk.example.com", "desk.example.com"),
            ("desk.example.com", "desk.example.com"),
        ] {
            assert!(!is_own(origin, host, true), "{origin} {host}");
        }
    }
}
