//! What is personal in an object, by the names of its members and by whose it is.

use domain::access_policy::{MaskedFields, PersonalField};
use serde_json::{Map, Value};

/// Whom an object is about. What is within it is about the same, unless it says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    Customer,
    /// Somebody or something of the tenant's own.
    Own,
    File,
    /// It does not say: then addresses and numbers are taken for a customer's.
    Unknown,
}

impl About {
    fn of(object: &Map<String, Value>) -> Option<Self> {
        // What happened says to what: its own id is that of the event.
        let subject = ["target", "subject"].into_iter().find_map(|name| object.get(name)?.as_object());
        let id = subject.unwrap_or(object).get("id")?.as_str()?;
        match id.split_once('_')?.0 {
            "cus" => Some(Self::Customer),
            "fil" => Some(Self::File),
            "agt" | "tea" | "rol" | "svc" | "key" | "inv" => Some(Self::Own),
            _ => None,
        }
    }

    fn field(self, member: &str) -> Option<PersonalField> {
        match (member, self) {
            ("email" | "phone" | "name", Self::Own) => None,
            ("email" | "customer_email", _) => Some(PersonalField::Email),
            ("phone", _) => Some(PersonalField::Phone),
            ("name", Self::Customer) | ("customer_name", _) => Some(PersonalField::Name),
            ("title" | "body" | "note" | "evidence" | "response_body", _) | ("name", Self::File) => {
                Some(PersonalField::Text)
            }
            _ => None,
        }
    }
}

/// Masks these fields in `value`, however deep.
pub fn mask(value: &mut Value, fields: &MaskedFields) {
    walk(value, About::Unknown, fields);
}

fn walk(value: &mut Value, about: About, fields: &MaskedFields) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, about, fields)),
        Value::Object(object) => {
            let about = About::of(object).unwrap_or(about);
            for (name, member) in object {
                match about.field(name).filter(|field| fields.contains(field)) {
                    Some(field) => hide(member, field),
                    None => walk(member, about, fields),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Every text of a member: also what it was before and is now.
fn hide(member: &mut Value, field: PersonalField) {
    match member {
        Value::String(text) => *text = field.mask(text),
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, field)),
        Value::Object(object) => object.values_mut().for_each(|item| hide(item, field)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn masked(mut value: Value, fields: &[PersonalField]) -> Value {
        mask(&mut value, &fields.iter().copied().collect());
        value
    }

    #[test]
    fn a_customer_is_masked_wherever_they_stand_and_nobody_else() {
        let all = &PersonalField::ALL;
        let ticket = json!({
            "id": "tkt_1", "title": "Locked out", "customer": {"id": "cus_1", "name": "Ann", "email": "ann@x.com"},
            "assignee": {"id": "agt_1", "name": "Eve", "email": "eve@x.com"}, "team": null, "tags": ["vpn"],
        });
        let shown = masked(ticket.clone(), all);
        assert_eq!(shown["customer"], json!({"id": "cus_1", "name": "A•••", "email": "a•••@•••.com"}));
        assert_eq!((&shown["title"], &shown["assignee"]), (&json!("•••"), &ticket["assignee"]));
        assert_eq!(masked(ticket.clone(), &[PersonalField::Phone]), ticket);
        let row = masked(json!({"customer_name": "Ann", "customer_email": null, "email": "ann@x.com"}), all);
        assert_eq!(row, json!({"customer_name": "A•••", "customer_email": null, "email": "a•••@•••.com"}));
    }

    #[test]
    fn what_a_field_was_and_is_are_masked_as_whom_it_happened_to() {
        let change = |id: &str| json!({"id": "evt_1", "subject": {"kind": "any", "id": id}, "changes": {"name": ["Ann", "Bea"]}});
        let shown = masked(change("cus_1"), &[PersonalField::Name]);
        assert_eq!(shown["changes"]["name"], json!(["A•••", "B•••"]));
        assert_eq!(masked(change("agt_1"), &PersonalField::ALL), change("agt_1"));
        let file = json!({"attachments": [{"id": "fil_1", "name": "ann.png", "size": 2}]});
        assert_eq!(masked(file, &[PersonalField::Text])["attachments"][0]["name"], "•••");
    }
}
