//! The markers in payloads: `$personal` becomes `$sealed` on the way in, and `$personal` or `$erased` on the way out.

use std::{collections::HashMap, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use ring::aead::{Aad, LessSafeKey, Nonce};
use serde_json::{Map, Value, json};

use crate::{
    commit::StreamId,
    error::{AppendError, StoreError},
    seal::{Keyring, Mask, NewKey, Scope, TenantKeys},
    tenancy::TenantId,
};

/// Where a field stands: moved to any other place, it does not open.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub sealed_as: &'a TenantId,
    pub stream: &'a StreamId,
    pub sequence: u64,
    pub event_type: &'a str,
    /// In a masked copy: what its fields show whose keys are not there.
    pub mask: Option<Mask>,
}

impl Place<'_> {
    pub(super) fn associated_data(&self, pointer: &str) -> Vec<u8> {
        let Self { sealed_as, stream, sequence, event_type, mask: _ } = self;
        let StreamId { aggregate_type, aggregate_id } = stream;
        format!(
            "ledgerdesk field 1\0{sealed_as}\0{aggregate_type}\0{aggregate_id}\0{sequence}\0{event_type}\0{pointer}"
        )
        .into_bytes()
    }
}

/// The one member of an object that has just this key.
fn marker<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    value.as_object().filter(|object| object.len() == 1).and_then(|object| object.get(key))
}

pub(super) fn step(pointer: &mut String, key: &str) -> usize {
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
    length
}

/// The subjects of all personal markers within `payload`.
pub(crate) fn subjects(payload: &Value, found: &mut Vec<String>) {
    if let Some(subject) = marker(payload, "$personal").and_then(|personal| personal["subject"].as_str()) {
        if !found.iter().any(|known| known == subject) {
            found.push(subject.to_owned());
        }
        return;
    }
    match payload {
        Value::Object(members) => members.values().for_each(|member| subjects(member, found)),
        Value::Array(items) => items.iter().for_each(|item| subjects(item, found)),
        _ => {}
    }
}

/// Seals the fields of one commit; collects the keys that it had to make.
#[derive(Debug)]
pub(crate) struct Sealer<'a> {
    keyring: &'a Keyring,
    keys: &'a TenantKeys,
    by_subject: HashMap<String, (String, Arc<LessSafeKey>)>,
    made: Vec<NewKey>,
}

impl<'a> Sealer<'a> {
    pub(crate) fn new(keyring: &'a Keyring, keys: &'a TenantKeys) -> Self {
        Self { keyring, keys, by_subject: HashMap::new(), made: vec![] }
    }

    /// Takes what is cached; gives back the subjects whose keys must be looked up.
    pub(crate) fn take_cached(&mut self, subjects: Vec<String>) -> Vec<String> {
        let mut missing = vec![];
        for subject in subjects {
            match self.keyring.cached_current(self.keys, &subject) {
                Some(found) => drop(self.by_subject.insert(subject, found)),
                None => missing.push(subject),
            }
        }
        missing
    }

    /// A shared key that was found in the database.
    pub(crate) fn found(&mut self, subject: &str, id: &str, wrapped: &[u8]) -> Result<(), StoreError> {
        let key = self.keyring.unwrap(self.keys, subject, id, Scope::Shared, wrapped)?;
        self.by_subject.insert(subject.to_owned(), (id.to_owned(), key));
        Ok(())
    }

    /// The keys that must be stored together with what was sealed.
    pub(crate) fn into_made(self) -> Vec<NewKey> {
        self.made
    }

    fn key(&mut self, subject: &str) -> (String, Arc<LessSafeKey>) {
        if let Some(found) = self.by_subject.get(subject) {
            return found.clone();
        }
        let new = self.keyring.new_key(self.keys, subject);
        let pair = (new.id.clone(), Arc::clone(&new.key));
        self.by_subject.insert(subject.to_owned(), pair.clone());
        self.made.push(new);
        pair
    }

    /// Seals one text for this place.
    pub(crate) fn seal(&mut self, place: Place<'_>, pointer: &str, subject: &str, value: &str) -> Value {
        let (id, key) = self.key(subject);
        self.seal_with(&id, &key, place, pointer, (subject, value))
    }

    /// Seals one text with the key of this id, which fields of the same commit may share.
    fn seal_alone(&mut self, id: &str, place: Place<'_>, pointer: &str, (subject, value): (&str, &str)) -> Value {
        let made = self.made.iter().find(|made| made.id == id && made.subject == subject);
        let key = if let Some(made) = made {
            Arc::clone(&made.key)
        } else {
            let new = self.keyring.new_single_key(self.keys, subject, id);
            let key = Arc::clone(&new.key);
            self.made.push(new);
            key
        };
        self.seal_with(id, &key, place, pointer, (subject, value))
    }

    fn seal_with(
        &self,
        id: &str,
        key: &LessSafeKey,
        place: Place<'_>,
        pointer: &str,
        (subject, value): (&str, &str),
    ) -> Value {
        let nonce = self.keyring.nonce();
        let mut sealed = value.as_bytes().to_vec();
        let about = place.associated_data(pointer);
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(about), &mut sealed)
            .expect("a commit is far smaller than the limit of AES-GCM");
        json!({"$sealed": {
            "subject": subject,
            "key": id,
            "nonce": STANDARD_NO_PAD.encode(nonce),
            "ciphertext": STANDARD_NO_PAD.encode(sealed),
        }})
    }

    /// Replaces every `$personal` within `payload`.
    pub(crate) fn seal_fields(&mut self, place: Place<'_>, payload: &mut Value) -> Result<(), AppendError> {
        self.seal_within(place, payload, &mut String::new())
    }

    fn seal_within(&mut self, place: Place<'_>, value: &mut Value, pointer: &mut String) -> Result<(), AppendError> {
        let malformed = |pointer: &String| AppendError::MalformedMarker {
            pointer: pointer.clone(),
            event_type: place.event_type.to_owned(),
        };
        if let Some(personal) = value.get("$personal") {
            let alone = marker(value, "$personal").is_some();
            let (Some(subject), Some(text), true) = (personal["subject"].as_str(), personal["value"].as_str(), alone)
            else {
                return Err(malformed(pointer));
            };
            *value = match personal.get("key").map(Value::as_str) {
                None => self.seal(place, pointer, subject, text),
                Some(Some(key)) => self.seal_alone(key, place, pointer, (subject, text)),
                Some(None) => return Err(malformed(pointer)),
            };
            return Ok(());
        }
        if value.get("$sealed").is_some() {
            // A ciphertext from elsewhere would be bound to another place and never open.
            return Err(malformed(pointer));
        }
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    let length = step(pointer, key);
                    self.seal_within(place, member, pointer)?;
                    pointer.truncate(length);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    let length = step(pointer, &index.to_string());
                    self.seal_within(place, item, pointer)?;
                    pointer.truncate(length);
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// The ids of all keys that sealed fields within `payload` need.
pub(crate) fn key_ids(payload: &Value, found: &mut Vec<String>) {
    if let Some(id) = marker(payload, "$sealed").and_then(|sealed| sealed["key"].as_str()) {
        found.push(id.to_owned());
        return;
    }
    match payload {
        Value::Object(members) => members.values().for_each(|member| key_ids(member, found)),
        Value::Array(items) => items.iter().for_each(|item| key_ids(item, found)),
        _ => {}
    }
}

/// Opens every `$sealed` within `payload`; a field whose key is not among `keys` opens as `$erased`.
pub(crate) fn open_fields(
    place: Place<'_>,
    keys: &HashMap<String, Arc<LessSafeKey>>,
    payload: &mut Value,
) -> Result<(), StoreError> {
    open_within(place, keys, payload, &mut String::new())
}

/// As [`open_fields`], for one field that stands at `pointer` by itself.
pub(crate) fn open_at(
    place: Place<'_>,
    pointer: &str,
    keys: &HashMap<String, Arc<LessSafeKey>>,
    field: &mut Value,
) -> Result<(), StoreError> {
    open_within(place, keys, field, &mut pointer.to_owned())
}

fn open_within(
    place: Place<'_>,
    keys: &HashMap<String, Arc<LessSafeKey>>,
    value: &mut Value,
    pointer: &mut String,
) -> Result<(), StoreError> {
    if let Some(sealed) = marker(value, "$sealed") {
        let opened = open(place, pointer, keys, sealed).ok_or_else(|| StoreError::SealBroken {
            pointer: pointer.clone(),
            stream: place.stream.clone(),
            sequence: place.sequence,
        })?;
        *value = opened;
        return Ok(());
    }
    let members: &mut dyn Iterator<Item = (String, &mut Value)> = match value {
        Value::Object(members) => &mut object_members(members),
        Value::Array(items) => &mut items.iter_mut().enumerate().map(|(index, item)| (index.to_string(), item)),
        _ => return Ok(()),
    };
    for (key, member) in members {
        let length = step(pointer, &key);
        open_within(place, keys, member, pointer)?;
        pointer.truncate(length);
    }
    Ok(())
}

fn object_members(members: &mut Map<String, Value>) -> impl Iterator<Item = (String, &mut Value)> {
    members.iter_mut().map(|(key, member)| (key.clone(), member))
}

fn open(place: Place<'_>, pointer: &str, keys: &HashMap<String, Arc<LessSafeKey>>, sealed: &Value) -> Option<Value> {
    let subject = sealed["subject"].as_str()?;
    let Some(key) = keys.get(sealed["key"].as_str()?) else {
        return Some(match place.made_up(pointer, subject, sealed["ciphertext"].as_str()?) {
            Some(value) => json!({"$personal": {"subject": subject, "value": value}}),
            None => json!({"$erased": {"subject": subject}}),
        });
    };
    let nonce = STANDARD_NO_PAD.decode(sealed["nonce"].as_str()?).ok()?;
    let mut text = STANDARD_NO_PAD.decode(sealed["ciphertext"].as_str()?).ok()?;
    let nonce = Nonce::try_assume_unique_for_key(&nonce).ok()?;
    let text = key.open_in_place(nonce, Aad::from(place.associated_data(pointer)), &mut text).ok()?;
    let text = std::str::from_utf8(text).ok()?;
    Some(json!({"$personal": {"subject": subject, "value": text}}))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        seal::{Holder, StoredTenantKey},
        world::SystemRandom,
    };

    struct Fixture {
        keyring: Keyring,
        keys: TenantKeys,
        tenant: TenantId,
        stream: StreamId,
    }

    impl Fixture {
        fn new() -> Self {
            let keyring = Keyring::new(&[7; 32], Arc::new(SystemRandom::default()));
            let tenant: TenantId = "acme".parse().unwrap();
            let first = StoredTenantKey { version: 1, wrapped: keyring.new_tenant_key(&tenant), claims: None };
            let keys = keyring.tenant_keys(&Holder::first(&tenant), &[first]).unwrap();
            Self { keyring, keys, tenant, stream: StreamId::new("ticket", "tkt_1") }
        }

        fn place(&self, sequence: u64) -> Place<'_> {
            Place { sealed_as: &self.tenant, stream: &self.stream, sequence, event_type: "ticket.opened", mask: None }
        }

        fn seal(&self, payload: &Value) -> (Value, HashMap<String, Arc<LessSafeKey>>) {
            let mut sealer = Sealer::new(&self.keyring, &self.keys);
            let mut sealed = payload.clone();
            sealer.seal_fields(self.place(1), &mut sealed).unwrap();
            (sealed, sealer.into_made().into_iter().map(|new| (new.id, new.key)).collect())
        }
    }

    fn payload(text: &str) -> Value {
        json!({"number": 1, "title": {"$personal": {"subject": "cus_1", "value": text}},
            "list": [{"$personal": {"subject": "cus_2", "value": text}}, "plain"]})
    }

    #[test]
    fn what_is_sealed_opens_again_and_nothing_of_it_is_readable() {
        let fixture = Fixture::new();
        let (mut sealed, keys) = fixture.seal(&payload("the secret"));
        assert!(!sealed.to_string().contains("secret"));
        open_fields(fixture.place(1), &keys, &mut sealed).unwrap();
        assert_eq!(sealed, payload("the secret"));
    }

    #[test]
    fn a_field_whose_key_is_gone_opens_as_erased() {
        let fixture = Fixture::new();
        let (mut sealed, _) = fixture.seal(&payload("the secret"));
        open_fields(fixture.place(1), &HashMap::new(), &mut sealed).unwrap();
        assert_eq!(sealed["title"], json!({"$erased": {"subject": "cus_1"}}));
    }

    #[test]
    fn a_field_with_a_key_of_its_own_opens_and_is_erased_alone() {
        let fixture = Fixture::new();
        let own = json!({"title": {"$personal": {"subject": "cus_1", "value": "shared"}},
            "body": {"$personal": {"subject": "cus_1", "value": "alone", "key": "msg_1"}}});
        let (sealed, mut keys) = fixture.seal(&own);
        assert_eq!((&sealed["body"]["$sealed"]["key"], keys.len()), (&json!("msg_1"), 2));
        let mut opened = sealed.clone();
        open_fields(fixture.place(1), &keys, &mut opened).unwrap();
        assert_eq!(opened["body"], json!({"$personal": {"subject": "cus_1", "value": "alone"}}));
        keys.remove("msg_1");
        let mut opened = sealed;
        open_fields(fixture.place(1), &keys, &mut opened).unwrap();
        assert_eq!(opened["body"], json!({"$erased": {"subject": "cus_1"}}));
        assert_eq!(opened["title"], own["title"]);
    }

    #[test]
    fn fields_of_one_commit_may_share_a_key_of_their_own() {
        let fixture = Fixture::new();
        let field = |text: &str| json!({"$personal": {"subject": "cus_1", "value": text, "key": "fil_1"}});
        let (mut sealed, keys) = fixture.seal(&json!({"name": field("a"), "key": field("b")}));
        assert_eq!(keys.keys().collect::<Vec<_>>(), ["fil_1"]);
        open_fields(fixture.place(1), &keys, &mut sealed).unwrap();
        let opened = ["name", "key"].map(|name| sealed[name]["$personal"]["value"].clone());
        assert_eq!(opened, [json!("a"), json!("b")]);
    }

    #[test]
    fn a_field_does_not_open_at_another_place() {
        let fixture = Fixture::new();
        let (sealed, keys) = fixture.seal(&payload("the secret"));
        assert!(open_fields(fixture.place(2), &keys, &mut sealed.clone()).is_err());
        let mut moved = json!({"body": sealed["title"]});
        assert!(open_fields(fixture.place(1), &keys, &mut moved).is_err());
    }

    #[test]
    fn a_malformed_marker_is_refused() {
        let fixture = Fixture::new();
        for wrong in [
            json!({"$personal": {"subject": "cus_1"}}),
            json!({"$personal": {"subject": 1, "value": "x"}}),
            json!({"$personal": {"subject": "cus_1", "value": "x", "key": 1}}),
            json!({"$personal": {"subject": "cus_1", "value": "x"}, "beside": 1}),
            json!({"$sealed": {}}),
        ] {
            let mut sealer = Sealer::new(&fixture.keyring, &fixture.keys);
            let mut payload = json!({"title": wrong});
            assert!(matches!(
                sealer.seal_fields(fixture.place(1), &mut payload),
                Err(AppendError::MalformedMarker { pointer, .. }) if pointer == "/title"
            ));
        }
    }

    proptest! {
        #[test]
        fn any_text_survives(text in ".*") {
            let fixture = Fixture::new();
            let (mut sealed, keys) = fixture.seal(&payload(&text));
            open_fields(fixture.place(1), &keys, &mut sealed).unwrap();
            prop_assert_eq!(sealed, payload(&text));
        }
    }
}
