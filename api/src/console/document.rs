//! The one document of all pages. Each answer has a nonce of its own, for styles that a script makes, and so is not kept.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use event_store::Random;

use super::files;

/// What it is called among the files.
pub const NAME: &str = "index.html";
/// What `web/vite.config.ts` writes where the nonce goes.
const NONCE: &str = "CSP_NONCE";
/// What is served instead of it by a program that was compiled without the console.
const NOT_BUILT: &str = include_str!("not_built.html");
const NOT_BUILT_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");

/// The document, or how to get it.
pub fn answer(random: &dyn Random) -> Response {
    let Some(document) = files::text(NAME) else {
        return page(StatusCode::SERVICE_UNAVAILABLE, NOT_BUILT_POLICY, NOT_BUILT.to_owned());
    };
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    let nonce = BASE64_STANDARD.encode(bytes);
    let policy = HeaderValue::try_from(policy(&nonce)).expect("base64 is ASCII");
    page(StatusCode::OK, policy, document.replace(NONCE, &nonce))
}

/// Nothing inline, nothing from elsewhere, in nobody's frame. `blob:`: what somebody is about to attach.
fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; connect-src 'self'; \
         img-src 'self' data: blob:; font-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
    )
}

fn page(status: StatusCode, policy: HeaderValue, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, text).into_response()
}
