//! What of an event is about a person, or by them.

use event_store::RecordedEvent;
use serde_json::Value;

use super::OwnEvent;
use crate::timeline::Actor;

/// The event with what is about `subject` in the clear.
pub(super) fn told(event: RecordedEvent, subject: &str) -> OwnEvent {
    let whole = is_author(&event.payload, subject);
    OwnEvent {
        actor: Actor::of(event.actor()),
        data: without_keys(values(event.payload, subject, whole)),
        position: event.position,
        event_type: event.event_type,
        occurred_at: event.occurred_at,
    }
}

/// A file is given to those who may have it, never its key.
fn without_keys(mut data: Value) -> Value {
    for attachment in data.get_mut("attachments").and_then(Value::as_array_mut).into_iter().flatten() {
        attachment.as_object_mut().map(|attachment| attachment.remove("key"));
    }
    data
}

/// Whether any value of the event is about `subject`, or they wrote it.
pub(super) fn concerns(payload: &Value, subject: &str) -> bool {
    is_author(payload, subject) || mentions(payload, subject)
}

fn is_author(payload: &Value, subject: &str) -> bool {
    let author = &payload["author"];
    author.as_str().or_else(|| author["id"].as_str()) == Some(subject)
}

fn mentions(value: &Value, subject: &str) -> bool {
    match value {
        Value::Object(members) => match personal(value) {
            Some(personal) => personal["subject"] == subject,
            None => members.values().any(|member| mentions(member, subject)),
        },
        Value::Array(items) => items.iter().any(|item| mentions(item, subject)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// An opened or erased personal value.
fn personal(value: &Value) -> Option<&Value> {
    value.get("$personal").or_else(|| value.get("$erased"))
}

/// `whole`: they wrote it, whomever it is about.
fn values(value: Value, subject: &str, whole: bool) -> Value {
    if let Some(personal) = personal(&value) {
        let theirs = whole || personal["subject"] == subject;
        return personal.get("value").filter(|_| theirs).cloned().unwrap_or_default();
    }
    match value {
        Value::Object(members) => {
            let told = |(name, member)| (name, values(member, subject, whole));
            members.into_iter().map(told).collect()
        }
        Value::Array(items) => items.into_iter().map(|item| values(item, subject, whole)).collect(),
        plain @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => plain,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_about_others_is_left_out_unless_they_wrote_it() {
        let field = |subject: &str, text: &str| json!({"$personal": {"subject": subject, "value": text}});
        let payload = json!({"title": field("cus_1", "mine"), "list": [field("cus_2", "another's")], "number": 7,
            "gone": {"$erased": {"subject": "cus_1"}}});
        assert!(concerns(&payload, "cus_1") && concerns(&payload, "cus_2") && !concerns(&payload, "cus_3"));
        let told = values(payload, "cus_1", false);
        assert_eq!(told, json!({"title": "mine", "list": [null], "number": 7, "gone": null}));
        let written = json!({"author": {"kind": "customer", "id": "cus_1"}, "body": field("cus_2", "by me")});
        assert!(concerns(&written, "cus_1") && is_author(&written, "cus_1"));
        assert_eq!(values(written, "cus_1", true)["body"], "by me");
    }
}
