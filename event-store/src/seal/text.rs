//! Opening the sealed fields of a payload in its text: what is not sealed is copied as it stands, and no tree is made.
//! For those who read a whole log.

use std::{borrow::Cow, fmt, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use ring::aead::{Aad, LessSafeKey, Nonce};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::{
    error::StoreError,
    seal::fields::{Place, step},
};

/// The keys of sealed fields, by id.
pub(crate) trait Keys {
    /// None when there is no such key any more: the field was erased.
    fn key(&mut self, id: &str) -> Option<Arc<LessSafeKey>>;
}

/// Whether a payload has a sealed field. Within a JSON text these bytes can only be the name of a member.
pub(crate) fn holds_sealed(payload: &str) -> bool {
    payload.contains(r#""$sealed""#)
}

/// The payload with every sealed field opened, or marked as erased.
pub(crate) fn open_text(place: Place<'_>, payload: &str, keys: &mut dyn Keys) -> Result<String, StoreError> {
    let mut copy = Copy { place, keys, pointer: String::new(), out: Vec::with_capacity(payload.len()) };
    let opened = copy.value(payload).and_then(|()| String::from_utf8(std::mem::take(&mut copy.out)).ok());
    opened.ok_or_else(|| StoreError::SealBroken {
        pointer: copy.pointer,
        stream: place.stream.clone(),
        sequence: place.sequence,
    })
}

struct Copy<'a> {
    place: Place<'a>,
    keys: &'a mut dyn Keys,
    /// Where we are; where it went wrong, once it did.
    pointer: String,
    out: Vec<u8>,
}

impl Copy<'_> {
    fn value(&mut self, text: &str) -> Option<()> {
        if !holds_sealed(text) {
            self.out.extend_from_slice(text.as_bytes());
            return Some(());
        }
        if text.starts_with('[') {
            return self.items(&serde_json::from_str::<Vec<&RawValue>>(text).ok()?);
        }
        let Members(members) = serde_json::from_str(text).ok()?;
        match &members[..] {
            [(Name(name), sealed)] if name == "$sealed" => self.open(sealed.get()),
            members => self.members(members),
        }
    }

    fn members(&mut self, members: &[(Name<'_>, &RawValue)]) -> Option<()> {
        for (index, (Name(name), value)) in members.iter().enumerate() {
            self.out.push(if index == 0 { b'{' } else { b',' });
            serde_json::to_writer(&mut self.out, name).ok()?;
            self.out.push(b':');
            let length = step(&mut self.pointer, name);
            self.value(value.get())?;
            self.pointer.truncate(length);
        }
        self.out.push(b'}');
        Some(())
    }

    fn items(&mut self, items: &[&RawValue]) -> Option<()> {
        for (index, item) in items.iter().enumerate() {
            self.out.push(if index == 0 { b'[' } else { b',' });
            let length = step(&mut self.pointer, &index.to_string());
            self.value(item.get())?;
            self.pointer.truncate(length);
        }
        self.out.push(b']');
        Some(())
    }

    fn open(&mut self, sealed: &str) -> Option<()> {
        let Sealed { subject, key, nonce, ciphertext } = serde_json::from_str(sealed).ok()?;
        let subject = &*subject;
        let Some(key) = self.keys.key(&key) else {
            let made_up = self.place.made_up(&self.pointer, subject, &ciphertext);
            let marker = match &made_up {
                Some(value) => Marker::Personal { subject, value },
                None => Marker::Erased { subject },
            };
            return serde_json::to_writer(&mut self.out, &marker).ok();
        };
        let nonce = STANDARD_NO_PAD.decode(&*nonce).ok()?;
        let nonce = Nonce::try_assume_unique_for_key(&nonce).ok()?;
        let mut text = STANDARD_NO_PAD.decode(&*ciphertext).ok()?;
        let about = Aad::from(self.place.associated_data(&self.pointer));
        let value = std::str::from_utf8(key.open_in_place(nonce, about, &mut text).ok()?).ok()?;
        serde_json::to_writer(&mut self.out, &Marker::Personal { subject, value }).ok()
    }
}

#[derive(Deserialize)]
struct Sealed<'a> {
    #[serde(borrow)]
    subject: Cow<'a, str>,
    #[serde(borrow)]
    key: Cow<'a, str>,
    #[serde(borrow)]
    nonce: Cow<'a, str>,
    #[serde(borrow)]
    ciphertext: Cow<'a, str>,
}

#[derive(Serialize)]
enum Marker<'a> {
    #[serde(rename = "$personal")]
    Personal { subject: &'a str, value: &'a str },
    #[serde(rename = "$erased")]
    Erased { subject: &'a str },
}

#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// The members of an object in their order, their values unread.
struct Members<'a>(Vec<(Name<'a>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = vec![];
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}
