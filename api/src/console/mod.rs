//! The console: what `web/` builds, within this program. All its pages are one document, whose script knows the paths; what
//! that loads is named after its content, and so may be kept for ever.
//!
//! A program that was compiled without it, as on a machine without Node, has a page that says how to build it.

mod document;
mod files;

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, Method, Uri, header},
    response::Response,
    routing::get,
};

use crate::{app::App, nothing_here, problem::ApiError, request::Conditions};
use files::File;

/// Below these paths are no pages, whatever a browser asks for.
const ELSEWHERE: [&str; 3] = ["/api", "/assets", "/files"];
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Kept, and asked for again: a new version of the program has another.
const FOR_NOW: &str = "no-cache";

/// What its pages load.
pub fn routes() -> Router<App> {
    Router::new().route("/assets/{*path}", get(asset))
}

async fn asset(Path(path): Path<String>, headers: HeaderMap, conditions: Conditions) -> Result<Response, ApiError> {
    let file = File::find(&format!("assets/{path}"), &headers).ok_or_else(nothing_here)?;
    Ok(file.answer(&conditions, FOR_EVER))
}

/// What no route takes: a page, for whoever can read one, a file beside it, or nothing.
pub async fn page_or_nothing(
    State(app): State<App>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    conditions: Conditions,
) -> Result<Response, ApiError> {
    let path = uri.path();
    if !matches!(method, Method::GET | Method::HEAD) {
        return Err(nothing_here());
    }
    if is_page(path) && reads_html(&headers) {
        return Ok(document::answer(&*app.random));
    }
    let beside = path.strip_prefix('/').filter(|name| is_beside(name)).and_then(|name| File::find(name, &headers));
    beside.map(|file| file.answer(&conditions, FOR_NOW)).ok_or_else(nothing_here)
}

fn is_page(path: &str) -> bool {
    let is_below = |place: &str| path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    !path.contains('.') && !ELSEWHERE.into_iter().any(is_below)
}

/// Beside the document, as an icon is; not the document itself, which is nothing without what is said with it.
fn is_beside(name: &str) -> bool {
    name != document::NAME && !name.starts_with('.') && !name.contains('/')
}

fn reads_html(headers: &HeaderMap) -> bool {
    let mut accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.any(|value| value.contains("text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_page_unless_it_looks_like_a_file_or_belongs_to_programs() {
        for path in ["/", "/login", "/tickets/T-001", "/admin/webhooks/whk_1", "/apiary"] {
            assert!(is_page(path), "{path}");
        }
        for path in ["/api", "/api/nothing", "/api/v1/", "/files/acme", "/assets", "/index.php", "/.well-known/x"] {
            assert!(!is_page(path), "{path}");
        }
    }

    #[test]
    fn the_document_and_what_is_hidden_are_no_files_beside_it() {
        assert!(is_beside("icon.svg"));
        for name in ["index.html", ".stamp", ".vite/manifest.json", "../Cargo.toml"] {
            assert!(!is_beside(name), "{name}");
        }
    }
}
