//! A request to an operation, to be made in two worlds.

use reqwest::{Method, Url};
use serde_json::{Value, json};
use tests::{Api, Call};

use super::{
    belongings::Belongings,
    places::{At, Place},
};
use crate::operations::Operation;

/// One request.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: Method,
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Option<Value>,
    /// Without the caller's key.
    anonymous: bool,
}

impl Asked {
    /// The least that the operation takes, about what the caller has.
    pub fn least(operation: &Operation, ours: &Belongings) -> Self {
        let mut path = operation.path.replace("{level}", "entries");
        for (part, kind) in [
            ("{delivery_id}", "deliveries"),
            ("{event_id}", "events"),
            ("{message_id}", "messages"),
            ("{session_id}", "sessions"),
            ("{tile}", "tiles"),
        ] {
            path = path.replace(part, ours.first(kind));
        }
        if let Some(collection) = operation.collection() {
            path = path.replace("{id}", ours.first(collection));
        }
        let query = match operation.id.as_str() {
            "proveInclusion" => vec![("position".to_owned(), "1".to_owned())],
            "proveConsistency" => vec![("from".to_owned(), "1".to_owned())],
            _ => vec![],
        };
        let mut body = operation.least_body();
        if let Some(body) = body.as_mut().filter(|_| operation.is_open()) {
            let properties = &operation.body_schema().unwrap()["properties"];
            if properties["tenant"].is_object() {
                body["tenant"] = json!("acme");
            }
        }
        let (method, anonymous) = (operation.method.clone(), operation.is_open());
        Self { method, path, query, headers: vec![], body, anonymous }
    }

    /// GET, without a key.
    pub fn anonymously(path: &str) -> Self {
        Self { method: Method::GET, path: path.to_owned(), query: vec![], headers: vec![], body: None, anonymous: true }
    }

    /// Whether it is made without the caller's key.
    pub fn is_anonymous(&self) -> bool {
        self.anonymous
    }

    /// With a value in one of its places.
    pub fn with(mut self, operation: &Operation, place: &Place, value: &str) -> Self {
        match &place.at {
            At::Path => {
                let part = format!("{{{}}}", place.name);
                let index = operation.path.split('/').position(|known| known == part).unwrap();
                let mut parts: Vec<&str> = self.path.split('/').collect();
                // The tile is the rest of the path.
                parts.truncate(if place.name == "tile" { index + 1 } else { parts.len() });
                parts[index] = value;
                self.path = parts.join("/");
            }
            At::Query => {
                // Either of them, and `after` goes with the ticket.
                if operation.id == "proveInclusion" && ["ticket", "position"].contains(&place.name.as_str()) {
                    self.query.clear();
                }
                self.query.retain(|(name, _)| *name != place.name);
                self.query.push((place.name.clone(), value.to_owned()));
            }
            At::Header => return self.header(&place.name, value),
            At::Body(pointer) => {
                let body = self.body.get_or_insert_with(|| json!({}));
                if operation.id == "replayWebhook" {
                    // One of them.
                    *body = json!({});
                }
                if place.name == "customer_id" {
                    // Either of them.
                    body.as_object_mut().unwrap().remove("customer");
                }
                set(body, pointer, fitting(&place.schema, value));
            }
        }
        self
    }

    /// With a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a value in its query.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    /// As this caller makes it.
    pub fn call(&self, api: &Api) -> Call {
        // The base is thrown away.
        let url = Url::parse_with_params(&format!("http://x{}", self.path), &self.query).unwrap();
        let target = if self.query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{}", self.path, url.query().unwrap_or_default())
        };
        let api = if self.anonymous { &api.anonymous() } else { api };
        let call = api.call(self.method.clone(), &target);
        let call = self.headers.iter().fold(call, |call, (name, value)| call.header(name, value));
        match &self.body {
            Some(body) => call.json(body),
            None => call,
        }
    }
}

fn set(body: &mut Value, pointer: &str, value: Value) {
    let mut place = body;
    for part in pointer.split('/').skip(1) {
        place = &mut place[part];
    }
    *place = value;
}

/// The text as the schema wants it.
fn fitting(schema: &Value, text: &str) -> Value {
    let has = |kind: &str| {
        let said = &schema["type"];
        said == kind || said.as_array().is_some_and(|all| all.iter().any(|one| one == kind))
    };
    if has("array") {
        json!([text])
    } else if has("integer") {
        json!(text.parse::<u64>().unwrap())
    } else {
        json!(text)
    }
}
