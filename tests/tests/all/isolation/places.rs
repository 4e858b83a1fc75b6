//! The parts of requests that callers fill, and what of another tenant each could name.

use serde_json::Value;

use crate::operations::{Operation, document};

/// Where in a request a part is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    Path,
    Query,
    Header,
    /// At this JSON pointer.
    Body(String),
}

/// What a part could name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// What somebody has, of this kind: see [`Belongings`](super::belongings::Belongings).
    Belonging(&'static str),
    /// A value that each tenant may claim for itself.
    Claim(&'static str),
    /// Nothing: it is the caller's own, or one of a few words.
    Nothing,
}

/// A part of a request.
#[derive(Clone, Debug)]
pub struct Place {
    pub at: At,
    /// Its name in the document.
    pub name: String,
    pub schema: Value,
}

/// Parts by their names, and the kind of what they name. The `filter[…]` around a name is left out.
const NAMING: &[(&str, &str)] = &[
    ("Idempotency-Key", "idempotency keys"),
    ("If-Match", "versions"),
    ("If-None-Match", "versions"),
    ("Last-Event-ID", "positions"),
    ("actor", "actors"),
    ("after", "positions"),
    ("agent_id", "agents"),
    ("assignee_id", "agents"),
    ("attachments", "files"),
    ("checkpoint", "checkpoints"),
    ("cursor", "cursors"),
    ("customer_id", "customers"),
    ("customer_ids", "customers"),
    ("delivery_id", "deliveries"),
    ("email", "emails"),
    ("event_id", "events"),
    ("external_id", "external ids"),
    ("from_position", "positions"),
    ("item", "agents"),
    ("member_id", "agents"),
    ("member_ids", "agents"),
    ("message_id", "messages"),
    ("owner", "service-accounts"),
    ("min_position", "positions"),
    ("position", "positions"),
    ("q", "words"),
    ("request_id", "requests"),
    ("role", "roles"),
    ("session_id", "sessions"),
    ("size", "positions"),
    ("tag", "words"),
    ("tags_all", "words"),
    ("target_id", "targets"),
    ("team_id", "teams"),
    ("tenant", "tenants"),
    ("tenant_id", "tenants"),
    ("ticket", "tickets"),
    ("ticket_id", "tickets"),
    ("ticket_ids", "tickets"),
    ("tile", "tiles"),
    ("token", "tokens"),
    ("type", "words"),
];

/// Parts that name nothing which another tenant could have: what the caller writes, counts and times. Some of them could:
/// `refresh_token` and `mfa_token` name their own tenant, and whoever has one is let in there; what another's passkey or
/// code opens is in `people::passkeys` and `people::second_factors`; `domain` and `custom_domain` are names of the
/// internet, which one tenant of the installation has (`tenants::hosts` holds what is told of them).
const OWN: &[&str] = &[
    "absolute_minutes",
    "accent",
    "action",
    "agent_assigned",
    "allowed_addresses",
    "as_of",
    "background",
    "body",
    "business_hours",
    "ca_certificates",
    "code",
    "company_name",
    "current",
    "custom_css",
    "custom_domain",
    "customer_created",
    "definition",
    "description",
    "domain",
    "due_days",
    "enrolment",
    "events",
    "every_months",
    "evidence",
    "expires_in",
    "favicon_url",
    "from",
    "idle_minutes",
    "kind",
    "level",
    "limit",
    "logo",
    "logo_url",
    "logs",
    "matter",
    "mfa_token",
    "name",
    "new",
    "note",
    "older_than_days",
    "operation",
    "origins",
    "overlap_seconds",
    "passkey",
    "password",
    "permissions",
    "phone",
    "primary",
    "primary_color",
    "rate_limit",
    "purpose",
    "query",
    "rank",
    "reason",
    "reauthentication_minutes",
    "recovery_code",
    "refresh_token",
    "roles",
    "scopes",
    "score",
    "secondary",
    "secondary_color",
    "sort",
    "source",
    "tags",
    "tags_add",
    "tags_remove",
    "text_version",
    "ticket_closed",
    "ticket_created",
    "ticket_resolved",
    "ticket_updated",
    "title",
    "to",
    "types",
    "until",
    "url",
    "wait",
];

impl Place {
    /// What it could name; none: nobody has said so yet.
    pub fn names(&self, operation: &Operation) -> Option<Names> {
        let name = self.name.strip_prefix("filter[").and_then(|rest| rest.split(']').next()).unwrap_or(&self.name);
        if self.at == At::Path && name == "id" {
            return operation.collection().map(|collection| Names::Belonging(of_document(collection)));
        }
        if !is_open(&self.schema) {
            return Some(Names::Nothing);
        }
        let is_number = schema_type(resolved(&self.schema)) == Some("integer");
        if ["from", "to"].contains(&name) && is_number {
            return Some(Names::Belonging("positions"));
        }
        if OWN.contains(&name) || (name == "type" && matches!(self.at, At::Body(_))) {
            return Some(Names::Nothing);
        }
        let (_, kind) = NAMING.iter().find(|(known, _)| *known == name)?;
        let is_claim = match &self.at {
            At::Header => *kind == "idempotency keys",
            At::Body(_) => !operation.is_open() && ["emails", "external ids"].contains(kind),
            At::Path | At::Query => false,
        };
        Some(if is_claim { Names::Claim(kind) } else { Names::Belonging(kind) })
    }
}

fn of_document(collection: &str) -> &'static str {
    let mut paths = document()["paths"].as_object().unwrap().keys();
    let named = |path: &'static String| path.strip_prefix("/api/")?.split_once("/{id}").map(|(found, _)| found);
    paths.find_map(|path| named(path).filter(|found| *found == collection)).unwrap()
}

/// Every part of an operation.
pub fn places(operation: &Operation) -> Vec<Place> {
    let parameters = operation.document["parameters"].as_array().map_or(&[][..], Vec::as_slice);
    let mut all: Vec<Place> = parameters
        .iter()
        .map(|parameter| Place {
            at: match parameter["in"].as_str() {
                Some("path") => At::Path,
                Some("query") => At::Query,
                Some("header") => At::Header,
                other => panic!("{}: a parameter in {other:?}", operation.id),
            },
            name: parameter["name"].as_str().unwrap().to_owned(),
            schema: parameter["schema"].clone(),
        })
        .collect();
    if let Some(body) = operation.body_schema() {
        add_fields(&mut all, body, "");
    }
    all
}

fn add_fields(all: &mut Vec<Place>, schema: &Value, pointer: &str) {
    for (name, field) in resolved(schema)["properties"].as_object().into_iter().flatten() {
        let pointer = format!("{pointer}/{name}");
        if resolved(field)["properties"].is_object() {
            add_fields(all, field, &pointer);
        } else {
            all.push(Place { at: At::Body(pointer), name: name.clone(), schema: field.clone() });
        }
    }
}

/// The schema itself: behind its reference, and without the null that it may be.
fn resolved(schema: &Value) -> &Value {
    let choices = ["oneOf", "anyOf", "allOf"].iter().find_map(|of| schema[of].as_array());
    if let Some(choice) = choices.and_then(|all| all.iter().find(|choice| choice["type"] != "null")) {
        return resolved(choice);
    }
    match schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        Some(name) => resolved(&document()["components"]["schemas"][name]),
        None => schema,
    }
}

fn schema_type(schema: &Value) -> Option<&str> {
    let kind = &schema["type"];
    kind.as_str().or_else(|| kind.as_array()?.iter().filter_map(Value::as_str).find(|kind| *kind != "null"))
}

/// Whether more fits than one of a few words, a yes or no, or an instant.
fn is_open(schema: &Value) -> bool {
    let schema = resolved(schema);
    match schema_type(schema) {
        Some("boolean") => false,
        Some("array") => is_open(&schema["items"]),
        _ => !schema["enum"].is_array() && schema["format"] != "date-time",
    }
}

/// What an enumerated parameter may be.
pub fn words(place: &Place) -> Vec<String> {
    let all = resolved(&place.schema)["enum"].as_array();
    all.into_iter().flatten().filter_map(|word| word.as_str().map(str::to_owned)).collect()
}
