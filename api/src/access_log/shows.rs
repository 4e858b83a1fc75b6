//! What an operation shows of people, as the document says it in `x-personal-data`.

use std::collections::HashMap;

use axum::http::{HeaderMap, Method};
use serde_json::{Value, json};
use utoipa::openapi::{OpenApi, PathItem, path::Operation};

use crate::{events::wants, request::below_api};

/// Where an operation says it: a kind of access; or `{"none": why}` where there is nothing of anybody in its answers,
/// `{"own": why}` where there is only what the caller is told of themselves. An operation that says nothing is logged.
pub const EXTENSION: &str = "x-personal-data";

/// What is noted of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// Its `operationId`.
    pub operation: String,
    /// The kind of access.
    pub kind: String,
}

/// The operations whose answers are noted, by method and route.
#[derive(Debug)]
pub struct Operations(HashMap<(Method, String), Noted>);

impl Operations {
    /// Those of a document.
    pub fn of(document: &OpenApi) -> Self {
        let mut noted = HashMap::new();
        for (path, item) in &document.paths.paths {
            for (method, operation) in operations(item) {
                if let Value::String(kind) = stated(operation) {
                    let operation = operation.operation_id.clone().unwrap_or_default();
                    noted.insert((method, path.clone()), Noted { operation, kind });
                }
            }
        }
        Self(noted)
    }

    /// What is noted of a request; none: nothing.
    pub fn find(&self, method: &Method, route: &str, headers: &HeaderMap, query: &str) -> Option<Noted> {
        let method = if *method == Method::HEAD { Method::GET } else { method.clone() };
        let route = below_api(route).map_or_else(|| route.to_owned(), |below| format!("/api{below}"));
        let Noted { operation, kind } = self.0.get(&(method, route))?.clone();
        let searches = form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "q");
        let kind = match kind.as_str() {
            "list" if wants(headers, "text/event-stream") => "stream".to_owned(),
            "list" if wants(headers, "application/x-ndjson") => "export".to_owned(),
            "list" if searches => "search".to_owned(),
            _ => kind,
        };
        Some(Noted { operation, kind })
    }
}

fn operations(item: &PathItem) -> impl Iterator<Item = (Method, &Operation)> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    let all = [
        (Method::GET, get),
        (Method::PUT, put),
        (Method::POST, post),
        (Method::DELETE, delete),
        (Method::PATCH, patch),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

/// What an operation says of itself, or else what follows from its name.
pub fn stated(operation: &Operation) -> Value {
    let said = operation.extensions.as_ref().and_then(|extensions| extensions.get(EXTENSION));
    if let Some(said) = said {
        return said.clone();
    }
    let is_list = operation.operation_id.as_deref().is_some_and(|id| id.starts_with("list"));
    json!(if is_list { "list" } else { "view" })
}
