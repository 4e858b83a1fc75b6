//! What a request asks for, as it may stand in the log: nothing personal.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{extract::MatchedPath, http::request::Parts};

/// Method and route of a request, with the ids that its path names; never a query, which may hold an email.
#[derive(Clone, Debug)]
pub struct Asked {
    method: String,
    path: String,
    told: Arc<AtomicBool>,
}

impl Asked {
    /// What a request says.
    pub fn of(parts: &Parts) -> Self {
        let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
        Self { method: parts.method.to_string(), path: filled(route, parts.uri.path()), told: Arc::default() }
    }

    /// Method and path, for the first who asks: a stream that looks at its credentials again is one request.
    pub fn once(&self) -> Option<(String, String)> {
        let told = self.told.swap(true, Ordering::Relaxed);
        (!told).then(|| (self.method.clone(), self.path.clone()))
    }
}

/// The route with what the path has in its places, where that is an id of ours. A route is matched from its end: what it
/// is nested in may be gone from the path.
fn filled(route: &str, path: &str) -> String {
    let mut named = path.rsplit('/');
    let mut parts: Vec<&str> = route
        .rsplit('/')
        .map(|part| match named.next() {
            Some(named) if part.starts_with('{') && is_id(named) => named,
            _ => part,
        })
        .collect();
    parts.reverse();
    parts.join("/")
}

/// `tkt_…`, `T-12`: made here, so they say nothing of anybody.
fn is_id(text: &str) -> bool {
    let number = text.strip_prefix("T-").is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
    let prefixed = text.split_once('_').is_some_and(|(prefix, rest)| {
        prefix.len() == 3 && rest.len() == 32 && rest.bytes().all(|byte| byte.is_ascii_hexdigit())
    });
    number || prefixed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_told_with_ids_and_without_anything_that_somebody_else_wrote() {
        let id = "tkt_0199aa00000070008000000000000001";
        for (route, path, told) in [
            ("/api/tickets/{id}", format!("/tickets/{id}"), format!("/api/tickets/{id}")),
            ("/api/tickets/{id}/messages", "/api/tickets/T-12/messages".into(), "/api/tickets/T-12/messages".into()),
            ("/api/customers/{id}", "/customers/external:ann@example.com".into(), "/api/customers/{id}".into()),
            ("/api/customers/{id}", "/customers/cus_ann".into(), "/api/customers/{id}".into()),
            ("/api/tickets", "/tickets".into(), "/api/tickets".into()),
        ] {
            assert_eq!(filled(route, &path), told);
        }
    }
}
