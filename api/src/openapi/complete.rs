//! What follows from the document as a whole.

use std::collections::BTreeMap;

use utoipa::openapi::{
    HeaderBuilder, ObjectBuilder, OpenApi, PathItem, Ref, RefOr, Required, Response, SecurityRequirement, Type,
    header::Header, link::LinkBuilder, path::Operation,
};

use super::{problems, webhooks};
use crate::{
    access_log,
    entitlements::{GATES, Gate, LIMITED},
};

/// Adds to what the handlers say what none of them need repeat.
pub fn complete(mut document: OpenApi) -> OpenApi {
    let components = document.components.get_or_insert_default();
    components.headers = headers().into_iter().map(|(name, header)| (name.to_owned(), header.into())).collect();
    for operation in document.paths.paths.values_mut().flat_map(operations) {
        say_what_it_shows(operation);
        scope(operation);
        limit(operation);
        tell_more(operation);
        let_be_empty(operation);
        bound(operation);
        for (status, response) in &mut operation.responses.responses {
            if let RefOr::T(response) = response {
                carry(status, response);
            }
        }
    }
    link(&mut document.paths.paths);
    document.webhooks = Some(webhooks::paths());
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}

/// What of people is in its answers.
fn say_what_it_shows(operation: &mut Operation) {
    let stated = access_log::stated(operation);
    operation.extensions.get_or_insert_default().insert(access_log::EXTENSION.to_owned(), stated);
}

/// What an API key needs, the person behind an access token needs too; and it is said in words.
fn scope(operation: &mut Operation) {
    let Some(security) = &operation.security else { return };
    let said = serde_json::to_value(security).unwrap_or_default();
    let ways = said.as_array().map_or(&[][..], Vec::as_slice);
    let scopes: Vec<&str> = ways.iter().filter_map(|way| way["api_key"][0].as_str()).collect();
    let Some((scope, for_a_part)) = scopes.split_first() else { return };
    let requirement =
        |scope: &&str| ["api_key", "access_token"].map(|scheme| SecurityRequirement::new(scheme, [*scope]));
    operation.security = Some(scopes.iter().flat_map(requirement).collect());
    let words = match for_a_part {
        [] => format!("Takes the scope `{scope}`."),
        _ => format!("Takes the scope `{scope}`; for a part of it `{}` is enough.", for_a_part.join("` or `")),
    };
    operation.description = Some(match operation.description.take().filter(|text| !text.is_empty()) {
        Some(text) => format!("{text}\n\n{words}"),
        None => words,
    });
}

/// What a plan may not hold.
fn limit(operation: &mut Operation) {
    let id = operation.operation_id.as_deref().unwrap_or_default();
    if LIMITED.contains(&id) {
        let response = problems::problem("The plan does not hold so much (`plan_limit_exceeded`): see `plan_limit`");
        operation.responses.responses.insert("402".to_owned(), response.into());
    }
    let gate = GATES.iter().find(|gate| gate.operation == id);
    if let Some(Gate { feature, fields, .. }) = gate {
        let extensions = operation.extensions.get_or_insert_default();
        extensions.insert("x-required-feature".to_owned(), feature.as_str().into());
        if !fields.is_empty() {
            extensions.insert("x-required-feature-fields".to_owned(), (*fields).into());
        }
    }
}

/// A file may be empty: then there is no body.
fn let_be_empty(operation: &mut Operation) {
    if let (Some("uploadFile"), Some(RefOr::T(body))) = (operation.operation_id.as_deref(), &mut operation.request_body)
    {
        body.required = Some(Required::False);
    }
}

/// Headers of answers that are of no common form.
fn tell_more(operation: &mut Operation) {
    let (status, names): (&str, &[&str]) = match operation.operation_id.as_deref() {
        Some("createTicket") => ("201", &["Plan-Limit"]),
        Some("createWebhook" | "createLogStream") => {
            ("201", &["ETag", "Location", "Helpdesk-Position", "Helpdesk-Visible"])
        }
        Some("createInvitation") => ("201", &["Location", "Helpdesk-Position", "Helpdesk-Visible"]),
        Some("logIn" | "acceptInvitation") => ("201", &["Helpdesk-Position"]),
        Some("listAudit" | "listAccessLog") => ("200", &["Link"]),
        Some("exportCustomer" | "exportAgent") => ("200", &["Helpdesk-Position"]),
        Some("getReport" | "getEvidence" | "getAccessReviewResult") => ("200", &["Helpdesk-Checkpoint"]),
        _ => return,
    };
    if let Some(RefOr::T(response)) = operation.responses.responses.get_mut(status) {
        add(names, response);
    }
}

/// Whoever asks may have asked for too much; and whoever shows credentials is told how much is left.
fn bound(operation: &mut Operation) {
    let responses = &mut operation.responses.responses;
    responses.entry("429".to_owned()).or_insert_with(|| problems::too_much().into());
    let is_open =
        operation.security.as_ref().is_none_or(|ways| ways.iter().all(|way| *way == SecurityRequirement::default()));
    let told = responses.values_mut().filter(|_| !is_open);
    for response in told {
        if let RefOr::T(response) = response {
            add(&STANDING, response);
        }
    }
}

const STANDING: [&str; 5] =
    ["RateLimit", "RateLimit-Policy", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"];

fn add(names: &[&str], response: &mut Response) {
    let reference = |name: &str| RefOr::Ref(Ref::new(format!("#/components/headers/{name}")));
    response.headers.extend(names.iter().map(|name| ((*name).to_owned(), reference(name))));
}

/// The headers of this API, each described once.
fn headers() -> BTreeMap<&'static str, Header> {
    let header = |schema: Type, description: &str, example: serde_json::Value| {
        let schema = ObjectBuilder::new().schema_type(schema).build();
        HeaderBuilder::new().schema(Some(schema)).description(Some(description)).example(Some(example)).build()
    };
    let text = |description: &str, example: &str| header(Type::String, description, example.into());
    BTreeMap::from([
        ("ETag", text("Its version; hand it back in `If-Match` or `If-None-Match`", "\"3.9f86d081884c7d65\"")),
        ("Helpdesk-Checkpoint", text("The last signed checkpoint of the log, in base64: keep it", "ZGVzay5leGFtcGxl")),
        ("Helpdesk-Position", header(Type::Integer, "The position of the log that covers the write", 2102.into())),
        ("Helpdesk-Version", text("The version of this API", crate::request::VERSION)),
        ("Helpdesk-Visible", header(Type::Boolean, "Whether the lists show the write already", true.into())),
        ("Idempotency-Replayed", header(Type::Boolean, "There when this is a repeat: nothing was done", true.into())),
        ("Link", text("The next page (RFC 8288)", "</api/tickets?cursor=MLGpqu0R>; rel=\"next\"")),
        ("Location", text("Where it is", "/api/tickets/tkt_0199aa00000070008000000000000001")),
        (
            "Plan-Limit",
            text(
                "What is left (`r`) of how much the plan has (`q`), and in how many seconds it is counted anew (`t`); there where the plan has a limit",
                "\"tickets_per_month\";q=1000;r=37;t=864000",
            ),
        ),
        (
            "RateLimit",
            text(
                "What is left of the limit that the request was charged to (`r`), and in how many seconds all of it is back (`t`)",
                "\"hour\";r=987;t=47",
            ),
        ),
        (
            "RateLimit-Policy",
            text(
                "The limit that the request was charged to: so many requests (`q`) in so many seconds (`w`)",
                "\"hour\";q=1000;w=3600",
            ),
        ),
        ("Request-Id", text("The request, for support: your `X-Request-Id` when you sent one", "req_0199aa00")),
        ("Retry-After", header(Type::Integer, "Seconds to wait before the next attempt", 1.into())),
        ("X-RateLimit-Limit", header(Type::Integer, "`q` of `RateLimit-Policy`", 1000.into())),
        ("X-RateLimit-Remaining", header(Type::Integer, "`r` of `RateLimit`", 987.into())),
        (
            "X-RateLimit-Reset",
            header(Type::Integer, "When all of it is back, in seconds since 1970", 1_795_338_047.into()),
        ),
        ("WWW-Authenticate", text("How to get in, or which scope is missing", "Bearer")),
    ])
}

/// The headers that go with a status, whatever the operation.
fn carry(status: &str, response: &mut Response) {
    let of_status: &[&str] = match status {
        "401" | "403" => &["WWW-Authenticate"],
        "409" | "429" | "503" => &["Retry-After"],
        _ => &[],
    };
    add(&["Request-Id", "Helpdesk-Version"], response);
    add(of_status, response);
}

/// From what makes a thing to what can be done with it.
fn link(paths: &mut BTreeMap<String, PathItem>) {
    let mut targets: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, item) in paths.iter_mut() {
        let Some((collection, rest)) = path.split_once("/{id}") else { continue };
        if !rest.contains('{') {
            let ids = operations(item).filter_map(|operation| operation.operation_id.clone());
            targets.entry(collection.to_owned()).or_default().extend(ids);
        }
    }
    for (collection, operations) in targets {
        let post = paths.get_mut(&collection).and_then(|item| item.post.as_mut());
        let made = post.and_then(|post| post.responses.responses.get_mut("201"));
        let Some(RefOr::T(made)) = made else { continue };
        for operation in operations {
            let id =
                if collection.ends_with("/sessions") { "$response.body#/session_id" } else { "$response.body#/id" };
            let link = LinkBuilder::new().operation_id(&operation).parameter("id", id);
            made.links.insert(operation, link.build().into());
        }
    }
}
