//! Every operation of the `OpenAPI` document, and what it takes to call one: so that a new operation is tested as soon
//! as it is there.

use std::sync::LazyLock;

use reqwest::Method;
use serde_json::{Map, Value, json};
use tests::{Api, Call};

/// One operation.
#[derive(Clone, Debug)]
pub struct Operation {
    pub id: String,
    pub method: Method,
    /// With `{id}` in it.
    pub path: String,
    /// Its part of the document.
    pub document: Value,
}

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::to_value(api::document()).unwrap());

/// The document as JSON.
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// Every operation.
pub fn operations() -> Vec<Operation> {
    let paths = document()["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, methods)| {
        methods.as_object().unwrap().iter().map(|(method, document)| Operation {
            id: document["operationId"].as_str().unwrap_or_default().to_owned(),
            method: method.to_uppercase().parse().unwrap(),
            path: path.clone(),
            document: document.clone(),
        })
    });
    all.collect()
}

impl Operation {
    /// The kind of thing that its path names: `tickets`, `customers`, …
    pub fn collection(&self) -> Option<&str> {
        self.path.strip_prefix("/api/")?.split_once("/{id}").map(|(collection, _)| collection)
    }

    /// Whether the document says that it needs no credentials.
    pub fn is_open(&self) -> bool {
        self.document["security"].as_array().is_some_and(|ways| ways.iter().any(|way| way == &json!({})))
    }

    /// Its path, about this thing; what it names beside that is not there.
    pub fn path_of(&self, id: &str) -> String {
        let path = self.path.replace("{id}", id).replace("{delivery_id}", "dlv_00000000000000000000000000000000");
        let path = path.replace("{session_id}", "ses_00000000000000000000000000000000");
        let path = path.replace("{event_id}", "evt_00000000000000000000000000000000");
        path.replace("{message_id}", "msg_00000000000000000000000000000000")
    }

    /// Its path with what it cannot do without: for operations that read, and are about no thing in particular.
    pub fn least_path(&self) -> String {
        let path = self.path.replace("{level}", "entries").replace("{tile}", "000.p/1");
        match self.id.as_str() {
            "proveInclusion" => format!("{path}?position=1"),
            "proveConsistency" => format!("{path}?from=1"),
            "previewPlan" => format!("{path}?plan=starter"),
            _ => path,
        }
    }

    /// The schema of its JSON body, when it takes one.
    pub fn body_schema(&self) -> Option<&'static Value> {
        let body = &self.document["requestBody"]["content"]["application/json"]["schema"];
        let name = body["$ref"].as_str()?.rsplit('/').next()?;
        Some(&document()["components"]["schemas"][name])
    }

    /// The least that fits its body.
    pub fn least_body(&self) -> Option<Value> {
        let mut body = self.body_schema().map(least)?;
        if self.id == "createTicket" {
            // Either this or customer_id, which a schema does not say.
            body["customer"] = json!({"email": "a@b.c"});
        }
        Some(body)
    }

    /// Calls it, with the least body if it takes one.
    pub fn call(&self, api: &Api, path: &str) -> Call {
        let call = api.call(self.method.clone(), path);
        match self.least_body() {
            Some(body) => call.json(&body),
            None => call,
        }
    }
}

/// The required members of an object, each with its example or the least of its type.
fn least(schema: &Value) -> Value {
    if let Some(example) = schema.get("example").or_else(|| schema["examples"].get(0)) {
        return example.clone();
    }
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return least(&document()["components"]["schemas"][name]);
    }
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    match schema["type"].as_str().or_else(|| schema["type"].get(0)?.as_str()) {
        Some("object") => {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            let member = |name: &Value| {
                let name = name.as_str().unwrap();
                (name.to_owned(), least(&schema["properties"][name]))
            };
            Value::Object(required.iter().map(member).collect::<Map<_, _>>())
        }
        Some("string") => json!("x"),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
        Some("array") => json!([]),
        Some("boolean") => json!(true),
        _ => Value::Null,
    }
}
