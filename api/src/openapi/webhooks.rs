//! What this API sends: a request per public event.

use chrono::{DateTime, TimeZone, Utc};
use domain::{PUBLIC_TYPES, PublicType};
use reactions::webhooks::payload::example;
use utoipa::openapi::{
    AllOfBuilder, ContentBuilder, HttpMethod, ObjectBuilder, PathItem, Paths, Ref, Required, ResponseBuilder, Type,
    path::{Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathItemBuilder, PathsBuilder},
    request_body::RequestBodyBuilder,
};

/// The events, each under the name that a webhook can listen to.
pub fn paths() -> Paths {
    let general = |name: &PublicType| PublicType { general: name.general, finer: name.general };
    let mut names: Vec<PublicType> = vec![];
    for name in PUBLIC_TYPES.iter().map(general).chain(PUBLIC_TYPES.iter().copied()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.into_iter().fold(PathsBuilder::new(), |paths, name| paths.path(name.finer, item(name))).build()
}

fn item(name: PublicType) -> PathItem {
    PathItemBuilder::new().operation(HttpMethod::Post, operation(name)).build()
}

fn operation(name: PublicType) -> Operation {
    let several = name.general == name.finer && PUBLIC_TYPES.iter().all(|one| one.finer != name.finer);
    let description = match (several, name.general == name.finer) {
        (true, _) => format!("Every event whose `event` is `{}`; `finer_type` says what happened.", name.general),
        (_, true) => format!("`event` and `finer_type` are `{}`.", name.general),
        _ => format!("`event` is `{}`, `finer_type` is `{}`.", name.general, name.finer),
    };
    let body = ContentBuilder::new()
        .schema(Some(schema(name, several)))
        .example(serde_json::to_value(example(shown(name, several), at())).ok())
        .build();
    let answer = |description: &str| ResponseBuilder::new().description(description).build();
    OperationBuilder::new()
        .operation_id(Some(name.finer.replace('.', "_")))
        .summary(Some(format!("{} happened", name.finer)))
        .description(Some(description))
        .tag("Webhooks")
        .parameters(Some(headers()))
        .security(utoipa::openapi::SecurityRequirement::default())
        .request_body(Some(
            RequestBodyBuilder::new().content("application/json", body).required(Some(Required::True)).build(),
        ))
        .response("2XX", answer("Taken. Answer within 15 seconds, and do the work afterwards"))
        .response("410", answer("The endpoint is gone: its webhook is disabled"))
        .response("429", answer("Too fast: nothing more is sent before `Retry-After`"))
        .response("default", answer("Not taken: tried again, ten times within 75.6 hours"))
        .build()
}

/// Of several, one for all.
fn shown(name: PublicType, several: bool) -> PublicType {
    let one = PUBLIC_TYPES
        .iter()
        .find(|one| several && one.general == name.general && one.finer == "ticket.priority_changed");
    one.copied().unwrap_or(name)
}

fn schema(name: PublicType, several: bool) -> utoipa::openapi::Schema {
    let only = |text: &str| ObjectBuilder::new().schema_type(Type::String).enum_values(Some([text])).build();
    let data = Ref::from_schema_name(match name.finer.split('.').next() {
        _ if name.finer == "agent.assigned" => "WebhookTicket",
        Some("ticket") => "WebhookTicket",
        Some("team") => "WebhookTeam",
        Some("plan") => "WebhookLimit",
        Some("webhook") => "WebhookOfWebhook",
        _ => "WebhookPerson",
    });
    let mut narrowed = ObjectBuilder::new().property("event", only(name.general)).property("type", only(name.general));
    if !several {
        narrowed = narrowed.property("finer_type", only(name.finer));
    }
    AllOfBuilder::new()
        .item(Ref::from_schema_name("WebhookPayload"))
        .item(narrowed.property("data", data))
        .build()
        .into()
}

/// As in the integration guide.
fn at() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2024, 1, 15, 10, 30, 0).single().unwrap_or_default()
}

fn headers() -> Vec<Parameter> {
    let header = |name: &str, kind: Type, description: &str, example: serde_json::Value| {
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(Required::True)
            .description(Some(description))
            .schema(Some(ObjectBuilder::new().schema_type(kind).build()))
            .example(Some(example))
            .build()
    };
    let text = |name: &str, description: &str, example: &str| header(name, Type::String, description, example.into());
    let checkpoint =
        text("helpdesk-checkpoint", "The last signed checkpoint of the log, in base64: keep it", "ZGVzay5l");
    vec![
        text("webhook-id", "The event's id, the same however often it is sent", "evt_00000000000070008000000000000031"),
        text("webhook-timestamp", "When this was signed: seconds since 1970", "1705314600"),
        text(
            "webhook-signature",
            "By Standard Webhooks 1.0, over `webhook-id.webhook-timestamp.body`; after a rotation two, with a space between",
            "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
        ),
        text("helpdesk-delivery", "The delivery, as the delivery log names it", "dlv_00000000000070008000000000000041"),
        header("helpdesk-attempt", Type::Integer, "Which attempt this is", 1.into()),
        optional(checkpoint),
    ]
}

fn optional(mut parameter: Parameter) -> Parameter {
    parameter.required = Required::False;
    parameter
}
