//! A record as a message of RFC 5424, in a frame of RFC 5425. Pure.
//!
//! The message is the record as JSON. What a receiver sorts by stands beside it as structured data, under the number that
//! RFC 5612 leaves to whoever has none of their own.

use std::fmt::Write;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

/// Facility 13 (log audit), severity 6 (informational).
const PRIORITY: u8 = 13 * 8 + 6;
/// Every receiver should take 8,192 bytes (RFC 5425, section 4.3.1). rsyslog takes so many unless it is told otherwise, and
/// makes another message of what is behind them. A longer message goes without `changes`.
const MOST: usize = 8096;
/// The longest that RFC 5424 allows.
const HOST: usize = 255;
const MESSAGE_ID: usize = 32;

/// The message, behind its length.
pub(crate) fn framed(fields: &Map<String, Value>) -> Vec<u8> {
    let whole = message(fields);
    let message = if whole.len() > MOST { message(&shortened(fields)) } else { whole };
    format!("{} {message}", message.len()).into_bytes()
}

fn shortened(fields: &Map<String, Value>) -> Map<String, Value> {
    let mut fields = fields.clone();
    fields.insert("changes".to_owned(), json!({}));
    fields.insert("changes_omitted".to_owned(), true.into());
    fields
}

fn message(fields: &Map<String, Value>) -> String {
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let at = text("recorded_at").parse::<DateTime<Utc>>().ok();
    let at = at.map_or_else(|| "-".to_owned(), |at| at.to_rfc3339_opts(SecondsFormat::Micros, true));
    let what = if text("action").is_empty() { text("operation") } else { text("action") };
    let body = Value::Object(fields.clone());
    format!(
        "<{PRIORITY}>1 {at} {} ledgerdesk - {} {} {body}",
        name(text("tenant"), HOST),
        name(what, MESSAGE_ID),
        structured(fields)
    )
}

/// Printable ASCII without spaces, or a dash for nothing.
fn name(text: &str, most: usize) -> String {
    let name: String = text.chars().filter(char::is_ascii_graphic).take(most).collect();
    if name.is_empty() { "-".to_owned() } else { name }
}

fn structured(fields: &Map<String, Value>) -> String {
    let of = |name: &str, member: &str| fields.get(name).and_then(|value| value.get(member)).and_then(Value::as_str);
    let named = |name: &str| Some(format!("{}:{}", of(name, "kind")?, of(name, "id")?));
    let plain = |name: &str| match fields.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let parameters = [
        ("log", plain("log")),
        ("epoch", plain("epoch")),
        ("position", plain("position")),
        ("number", plain("number")),
        ("actor", named("actor")),
        ("target", named("target")),
        ("request_id", plain("request_id")),
        ("address", of("client", "address").map(str::to_owned)),
        ("user_agent", of("client", "user_agent").map(str::to_owned)),
    ];
    let mut element = "[ledgerdesk@32473".to_owned();
    for (name, value) in parameters {
        if let Some(value) = value {
            // A string takes whatever is written to it.
            let _ = write!(element, " {name}=\"{}\"", escaped(&value));
        }
    }
    element.push(']');
    element
}

/// RFC 5424, section 6.3.3.
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for character in value.chars() {
        if matches!(character, '"' | '\\' | ']') {
            text.push('\\');
        }
        text.push(character);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(user_agent: &str, changes: Value) -> Map<String, Value> {
        let record = json!({
            "log": "audit", "tenant": "acme", "epoch": 1, "position": 7, "recorded_at": "2026-11-22T09:00:00.5Z",
            "actor": {"kind": "agent", "id": "agt_1"}, "action": "ticket.priority_changed",
            "target": {"kind": "ticket", "id": "tkt_1", "version": 2}, "request_id": null,
            "client": {"address": "2001:db8::7", "user_agent": user_agent}, "changes": changes,
        });
        record.as_object().unwrap().clone()
    }

    #[test]
    fn a_record_is_one_framed_message_whatever_a_caller_calls_itself() {
        let fields = record("a \"quoted\" \\ ] agent", json!({"priority": ["high", "critical"]}));
        let framed = String::from_utf8(framed(&fields)).unwrap();
        let (length, message) = framed.split_once(' ').unwrap();
        assert_eq!(length.parse(), Ok(message.len()));
        let body = Value::Object(fields);
        assert_eq!(
            message,
            format!(
                r#"<110>1 2026-11-22T09:00:00.500000Z acme ledgerdesk - ticket.priority_changed [ledgerdesk@32473 log="audit" epoch="1" position="7" actor="agent:agt_1" target="ticket:tkt_1" address="2001:db8::7" user_agent="a \"quoted\" \\ \] agent"] {body}"#
            )
        );
    }

    #[test]
    fn what_is_too_long_for_a_receiver_goes_without_its_changes() {
        let framed = framed(&record("x", json!({"custom_css": [null, "a".repeat(MOST)]})));
        assert!(framed.len() < MOST);
        assert!(String::from_utf8(framed).unwrap().contains(r#""changes_omitted":true"#));
    }
}
