//! Named counters: each value is given once, in the order of positions, within the commit that asked for it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The last value of each counter, as it stands in `head`. One that begins anew with each month stands there under its
/// name and the month, `name 2026-11`, and one month of it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Counters(HashMap<String, u64>);

impl Counters {
    /// Puts the next values in where a payload asks for them. `now`: when it is recorded.
    pub fn number(&mut self, payload: &mut Value, now: DateTime<Utc>) {
        if let Some(name) = payload.get("$next").and_then(Value::as_str) {
            let zone = payload.get("month_in").and_then(Value::as_str);
            *payload = match zone {
                None => json!(self.next(name.to_owned())),
                Some(zone) => json!(self.next_of_month(name, zone, now)),
            };
            return;
        }
        match payload {
            Value::Object(members) => members.values_mut().for_each(|member| self.number(member, now)),
            Value::Array(items) => items.iter_mut().for_each(|item| self.number(item, now)),
            _ => {}
        }
    }

    fn next_of_month(&mut self, name: &str, zone: &str, now: DateTime<Utc>) -> u64 {
        let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
        let key = of_month(name, zone, now);
        // Time never goes back in a log, so no month comes again.
        self.0.retain(|other, _| *other == key || other.split_once(' ').is_none_or(|(of, _)| of != name));
        self.next(key)
    }

    fn next(&mut self, key: String) -> u64 {
        let last = self.0.entry(key).or_default();
        *last += 1;
        *last
    }
}

/// What a counter that begins anew with each month is called in that of an instant.
pub(crate) fn of_month(name: &str, zone: Tz, at: DateTime<Utc>) -> String {
    format!("{name} {}", at.with_timezone(&zone).format("%Y-%m"))
}

/// Whether a payload asks for a counter's next value.
pub(super) fn asks(payload: &Value) -> bool {
    match payload {
        Value::Object(members) => members.iter().any(|(key, member)| key == "$next" || asks(member)),
        Value::Array(items) => items.iter().any(asks),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_anew_where_it_is_said_to_be_and_the_one_before_goes() {
        let mut counters = Counters::default();
        let mut next = |at: &str| {
            let marker = json!({"$next": "thing", "month_in": "Europe/Rome"});
            let mut payload = json!({"all": {"$next": "thing"}, "month": [marker]});
            counters.number(&mut payload, at.parse().unwrap());
            (payload["all"].clone(), payload["month"][0].clone())
        };
        assert_eq!(next("2026-10-31T21:59:59Z"), (json!(1), json!(1)));
        assert_eq!(next("2026-10-31T22:59:59Z"), (json!(2), json!(2)));
        assert_eq!(next("2026-10-31T23:00:00Z"), (json!(3), json!(1)));
        assert_eq!(next("2026-11-30T22:00:00Z"), (json!(4), json!(2)));
        assert_eq!(json!(counters), json!({"thing": 4, "thing 2026-11": 2}));
    }
}
