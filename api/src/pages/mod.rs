//! The sign-in page: `/signin` and `/join`. Three files that stand in this program; they call the API like any client.

use axum::{
    Router,
    http::{HeaderName, HeaderValue, header},
    routing::get,
};

use crate::app::App;

/// Nothing inline, nothing from elsewhere, in nobody's frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
                      form-action 'none'; frame-ancestors 'none'; base-uri 'none'";
const HTML: &str = include_str!("page.html");
const CSS: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

type Page = ([(HeaderName, HeaderValue); 3], &'static str);

/// Where they are.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/signin", get(page))
        .route("/join", get(page))
        .route("/signin.css", get(async || served("text/css; charset=utf-8", CSS)))
        .route("/signin.js", get(async || served("text/javascript; charset=utf-8", SCRIPT)))
}

async fn page() -> Page {
    served("text/html; charset=utf-8", HTML)
}

fn served(kind: &'static str, text: &'static str) -> Page {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        // A new version of the program has new ones.
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, text)
}
