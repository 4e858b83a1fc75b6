//! Under what conditions: `If-Match`, `If-None-Match`, `Idempotency-Key`.

use axum::{
    extract::{FromRequestParts, MatchedPath},
    http::{HeaderMap, header, request::Parts},
};
use commands::Request;
use event_store::{CommandId, Keep, Origin};

use crate::{
    app::App,
    problem::ApiError,
    request::{current_request_id, session::Session},
};

const MAX_KEY_CHARS: usize = 255;

/// The conditions of one request.
#[derive(Clone, Debug)]
pub struct Conditions {
    /// The version that the caller saw, and in which of the tenant's logs.
    expected_version: Option<(u32, u64)>,
    /// The entity tags that the caller has.
    if_none_match: Vec<String>,
    idempotency_key: Option<String>,
    /// Method and route: the scope of an idempotency key.
    route: String,
    /// Path and query as sent: part of what an idempotency key stands for.
    target: String,
}

impl FromRequestParts<App> for Conditions {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        let matched = parts.extensions.get::<MatchedPath>().map_or(parts.uri.path(), MatchedPath::as_str);
        Ok(Self {
            expected_version: if_match(&parts.headers)?,
            if_none_match: tags(&parts.headers, &header::IF_NONE_MATCH),
            idempotency_key: idempotency_key(&parts.headers)?,
            route: format!("{} {}", parts.method, matched.replacen("/api/v1/", "/api/", 1)),
            target: parts.uri.to_string(),
        })
    }
}

impl Conditions {
    /// Whether the caller has this representation already.
    pub fn has(&self, etag: &str) -> bool {
        self.if_none_match.iter().any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
    }

    /// The wish that this request makes, around what it wishes for.
    pub fn wish(&self, app: &App, session: &Session, body: &[u8]) -> Request {
        let actor = session.caller.actor.to_string();
        let command_id = match &self.idempotency_key {
            Some(key) => CommandId::of(&[b"http", actor.as_bytes(), self.route.as_bytes(), key.as_bytes()]),
            None => CommandId(app.desk.store().ids().next()),
        };
        let digest = ring::digest::digest(&ring::digest::SHA256, &[self.target.as_bytes(), b"\0", body].concat());
        let mut request_digest = [0; 32];
        request_digest.copy_from_slice(digest.as_ref());
        Request {
            caller: session.caller.clone(),
            command_id,
            digest: request_digest,
            may_repeat: self.idempotency_key.is_some(),
            keep: if self.idempotency_key.is_some() { Keep::Day } else { Keep::Nothing },
            request_id: current_request_id(),
            client: session.client.clone(),
            expected_version: self.expected_version.map(|(epoch, version)| {
                // Of a version of an earlier log nothing is known to be the same.
                if epoch == session.log.epoch() { version } else { 0 }
            }),
            origin: Origin::Live,
        }
    }
}

fn tags(headers: &HeaderMap, name: &header::HeaderName) -> Vec<String> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(|tag| tag.trim().to_owned()).collect()
}

/// Only the version counts: a renamed customer changes a ticket's body and not the ticket. `*` must exist, which
/// every change demands anyway.
fn if_match(headers: &HeaderMap) -> Result<Option<(u32, u64)>, ApiError> {
    let sent = tags(headers, &header::IF_MATCH);
    match sent.as_slice() {
        [] => Ok(None),
        [any] if any == "*" => Ok(None),
        [tag] => {
            let version = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).and_then(|tag| {
                let (epoch, tag) = match tag.strip_prefix('e') {
                    None => (1, tag),
                    Some(tag) => tag.split_once('.').and_then(|(epoch, tag)| Some((epoch.parse().ok()?, tag)))?,
                };
                let (version, _) = tag.split_once('.').unwrap_or((tag, ""));
                Some((epoch, version.parse().ok()?))
            });
            version.map(Some).ok_or_else(|| {
                ApiError::invalid_parameter("If-Match", "expected an ETag of this API, such as \"3.9f86d081884c7d65\"")
            })
        }
        _ => Err(ApiError::invalid_parameter("If-Match", "expected one ETag")),
    }
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(sent) = headers.get("idempotency-key") else { return Ok(None) };
    let key = sent.to_str().unwrap_or("");
    if key.is_empty() || key.len() > MAX_KEY_CHARS || !key.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        let detail = format!("expected 1 to {MAX_KEY_CHARS} printable ASCII characters");
        return Err(ApiError::invalid_parameter("Idempotency-Key", detail));
    }
    Ok(Some(key.to_owned()))
}
