//! What each event of a record says, in public words.

use domain::DomainEvent;
use serde_json::{Map, Value, json};

use crate::{fold::At, records::row::RecordRow, sql::signed};

/// The line for `event`; `before` tells what a field was.
pub(crate) fn line(at: &At<'_>, event: &DomainEvent, before: impl Fn(&str) -> Option<Value>) -> RecordRow {
    RecordRow {
        position: signed(at.position),
        record_kind: at.aggregate_type.to_owned(),
        record_id: at.aggregate_id.to_owned(),
        sequence: signed(at.sequence),
        event_type: at.event_type.to_owned(),
        occurred_at: at.occurred_at,
        recorded_at: at.recorded_at,
        actor: at.actor.to_owned(),
        origin: at.origin.to_owned(),
        request_id: at.request_id.map(str::to_owned),
        detail: Value::Object(detail(event, before)),
    }
}

/// field -> [before, after]. The payload says what is now; what was is in it as `previous` (of one field, or of each), or
/// in the row.
fn detail(event: &DomainEvent, before: impl Fn(&str) -> Option<Value>) -> Map<String, Value> {
    let Value::Object(mut payload) = event.encode() else { return Map::new() };
    let previous = payload.remove("previous");
    payload
        .into_iter()
        .map(|(field, now)| {
            let of_this = previous.as_ref().and_then(|previous| previous.get(&field)).or(previous.as_ref());
            let was = of_this.cloned().or_else(|| before(&field)).unwrap_or_default();
            let now = opened(now);
            // As it is in the trail beside every act: an object, not its text.
            let object = now.as_str().filter(|_| field == "client").and_then(|text| serde_json::from_str(text).ok());
            let now = object.unwrap_or(now);
            let change = json!([was, now]);
            (field, change)
        })
        .collect()
}

/// A personal value as it reads; null once it is erased.
fn opened(value: Value) -> Value {
    match value.get("$personal") {
        Some(personal) => personal["value"].clone(),
        None if value.get("$erased").is_some() => Value::Null,
        None => value,
    }
}
