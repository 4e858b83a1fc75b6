//! What a masked copy of a log shows in the place of personal fields, whose keys it does not have: texts of the same
//! length that say nothing, and names and addresses that belong to nobody. They follow from where the field stands and
//! whose it is, and never from what it says, which nobody can read there.

/// Words that say nothing, for texts.
const WORDS: [&str; 32] = [
    "amet", "ante", "arcu", "augue", "diam", "dolor", "donec", "elit", "enim", "erat", "eros", "fusce", "justo",
    "lacus", "lectus", "libero", "lorem", "magna", "mattis", "massa", "metus", "nibh", "nulla", "nunc", "odio", "quam",
    "risus", "sapien", "tellus", "turpis", "velit", "vitae",
];

/// What stands in the place of a field of `bytes` bytes at `pointer` (RFC 6901) of an event of this type, about this
/// subject; `place` tells this field from others like it. None: it stays unreadable, as if it were erased. That is what
/// becomes of all that leads outside, or to a file: addresses of webhooks, log streams and callers, names and keys of
/// attachments.
pub fn masked(event_type: &str, pointer: &str, subject: &str, place: &str, bytes: usize) -> Option<String> {
    let (aggregate, _) = event_type.split_once('.')?;
    match (aggregate, pointer) {
        ("customer", "/name") => Some(format!("Customer {}", tail(subject))),
        ("agent", "/name") => Some(format!("Agent {}", tail(subject))),
        // RFC 2606: no such domain can exist.
        ("customer" | "agent", "/email") => Some(format!("{}@masked.invalid", subject.replace('_', "-"))),
        // No country has this code.
        ("customer", "/phone") => Some(format!("+999{:09}", hash(subject) % 1_000_000_000)),
        ("ticket", "/title" | "/body") | ("customer", "/note") | ("consent", "/evidence") => {
            Some(text(hash(place), bytes))
        }
        _ => None,
    }
}

/// Enough of an id for people to tell one from another.
fn tail(id: &str) -> &str {
    id.get(id.len().saturating_sub(6)..).unwrap_or(id)
}

/// A text of as many bytes, at least one.
fn text(mut seed: u64, bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 8);
    while text.len() < bytes.max(1) {
        if !text.is_empty() {
            text.push(' ');
        }
        // The lower bits of such a hash go round in small circles.
        text.push_str(WORDS[usize::try_from(seed >> 59).unwrap_or(0)]);
        seed = hash_on(seed, b" ");
    }
    text.truncate(bytes.max(1));
    text[..1].make_ascii_uppercase();
    if text.ends_with(' ') {
        text.pop();
        text.push('.');
    }
    text
}

/// FNV-1a: the same for ever, and no secret is in it.
fn hash(text: &str) -> u64 {
    hash_on(0xcbf2_9ce4_8422_2325, text.as_bytes())
}

fn hash_on(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::text::Email;

    const SUBJECT: &str = "cus_0190a5b2c3d47e8f9a0b1c2d3e4f5a6b";

    #[test]
    fn texts_have_their_length_and_differ_by_their_place_only() {
        for bytes in [1, 2, 7, 100, 4096] {
            assert_eq!(masked("ticket.opened", "/body", SUBJECT, "tkt_1 1", bytes).unwrap().len(), bytes);
        }
        assert_eq!(masked("ticket.opened", "/body", SUBJECT, "tkt_1 1", 0).unwrap().len(), 1);
        let title = |place| masked("ticket.opened", "/title", SUBJECT, place, 40).unwrap();
        let words = masked("ticket.opened", "/body", SUBJECT, "tkt_1 1", 400).unwrap();
        assert!(words.split(' ').collect::<std::collections::BTreeSet<_>>().len() > 20, "{words}");
        assert_eq!(title("tkt_1 1"), title("tkt_1 1"));
        assert_ne!(title("tkt_1 1"), title("tkt_2 1"));
    }

    #[test]
    fn names_and_addresses_are_nobodys_and_tell_people_apart() {
        let of = |pointer| masked("customer.created", pointer, SUBJECT, "", 12).unwrap();
        assert_eq!(of("/name"), "Customer 4f5a6b");
        let email = Email::try_new(of("/email")).unwrap();
        assert!(email.as_str().ends_with("@masked.invalid"));
        assert!(of("/phone").starts_with("+999") && of("/phone").len() == 13);
        let other = masked("customer.created", "/email", "cus_1", "", 12).unwrap();
        assert_ne!(other, of("/email"));
    }

    /// Every personal field that was ever written, masked or unreadable, and the event still decodes.
    #[test]
    fn every_event_decodes_when_it_is_masked() {
        let mut unreadable = vec![];
        for line in include_str!("../fixtures/events.ndjson").lines() {
            let mut event: Value = serde_json::from_str(line).unwrap();
            let event_type = event["type"].as_str().unwrap().to_owned();
            mask(&mut event["payload"], &event_type, &mut String::new(), &mut unreadable);
            let version = event["version"].as_u64().unwrap().try_into().unwrap();
            let aggregate = event["aggregate"].as_str().unwrap();
            let decoded = crate::DomainEvent::decode(aggregate, &event_type, version, event["payload"].clone());
            assert!(decoded.is_ok(), "{event_type}: {decoded:?}");
        }
        unreadable.sort_unstable();
        unreadable.dedup();
        let expected = [
            "agent /client",
            "log_stream /url",
            "ticket /attachments/0/name",
            "ticket /attachments/0/sha256",
            "webhook /description",
            "webhook /url",
        ];
        assert_eq!(unreadable, expected, "a new personal field: say what a masked copy shows of it");
    }

    fn mask(value: &mut Value, event_type: &str, pointer: &mut String, unreadable: &mut Vec<String>) {
        if let Some(personal) = value.get("$personal") {
            let subject = personal["subject"].as_str().unwrap().to_owned();
            let length = personal["value"].as_str().unwrap().len();
            let shown = masked(event_type, pointer, &subject, "", length);
            if shown.is_none() {
                let aggregate = event_type.split('.').next().unwrap();
                unreadable.push(format!("{aggregate} {pointer}"));
            }
            *value = shown.map_or_else(
                || serde_json::json!({"$erased": {"subject": subject}}),
                |masked| serde_json::json!({"$personal": {"subject": subject, "value": masked}}),
            );
            return;
        }
        let members: Vec<(String, &mut Value)> = match value {
            Value::Object(members) => members.iter_mut().map(|(key, member)| (key.clone(), member)).collect(),
            Value::Array(items) => items.iter_mut().enumerate().map(|(at, item)| (at.to_string(), item)).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return,
        };
        for (key, member) in members {
            let length = pointer.len();
            *pointer = format!("{pointer}/{key}");
            mask(member, event_type, pointer, unreadable);
            pointer.truncate(length);
        }
    }
}
