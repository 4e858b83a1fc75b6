//! Personal fields: in the log only as ciphertext under the key of the person they are about.
//!
//! A draft writes `{"$personal": {"subject", "value"}}`; the store seals it, and opens it again on load. When the
//! subject's key is gone, the store gives `{"$erased": {"subject"}}`, which decodes as an erased field: every rule and
//! every read model must live with that. Whoever needs no personal values may read the stored form itself,
//! `{"$sealed": {"subject", …}}`, which decodes as a closed field: it has no value either, and cannot be written again.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

/// A value about a person, and whose key seals it.
#[derive(Clone, Eq)]
pub struct Personal {
    subject: String,
    content: Content,
    /// Of one that is to be written: the id of a key of its own.
    key: Option<String>,
}

#[derive(Clone, PartialEq, Eq)]
enum Content {
    Open(String),
    /// Its key was destroyed.
    Erased,
    /// Read without being opened, for those who need no personal values.
    Closed,
}

/// Which key seals it is no part of what it says: of one that was read nobody knows.
impl PartialEq for Personal {
    fn eq(&self, other: &Self) -> bool {
        (&self.subject, &self.content) == (&other.subject, &other.content)
    }
}

impl Personal {
    /// `value` is about `subject`: a customer's, an agent's or an actor's id.
    pub fn new(subject: impl ToString, value: impl Into<String>) -> Self {
        Self { subject: subject.to_string(), content: Content::Open(value.into()), key: None }
    }

    /// To be sealed with a key of its own, of this id: it can be erased alone. No other key may ever have had the id.
    #[must_use]
    pub fn under(self, key: impl ToString) -> Self {
        Self { key: Some(key.to_string()), ..self }
    }

    /// A field whose key was destroyed.
    pub fn erased(subject: impl ToString) -> Self {
        Self { subject: subject.to_string(), content: Content::Erased, key: None }
    }

    /// The person that the value is about.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The value; `None` once it is erased, or while it is closed.
    pub fn value(&self) -> Option<&str> {
        match &self.content {
            Content::Open(value) => Some(value),
            Content::Erased | Content::Closed => None,
        }
    }

    /// The value; `None` once it is erased, or while it is closed.
    pub fn into_value(self) -> Option<String> {
        match self.content {
            Content::Open(value) => Some(value),
            Content::Erased | Content::Closed => None,
        }
    }
}

/// Prints whose it is, never what it says: logs hold no personal data.
impl std::fmt::Debug for Personal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = match &self.content {
            Content::Open(_) => "personal",
            Content::Erased => "erased",
            Content::Closed => "closed",
        };
        write!(f, "Personal({what} of {})", self.subject)
    }
}

/// The markers, as they stand in a payload.
#[derive(Deserialize)]
enum Marker {
    #[serde(rename = "$personal")]
    Open { subject: String, value: String },
    #[serde(rename = "$erased")]
    Erased { subject: String },
    #[serde(rename = "$sealed")]
    Closed { subject: String },
}

/// The same, for writing: without a copy of the value.
#[derive(Serialize)]
enum Written<'a> {
    #[serde(rename = "$personal")]
    Open {
        subject: &'a str,
        value: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<&'a str>,
    },
    #[serde(rename = "$erased")]
    Erased { subject: &'a str },
}

impl Serialize for Personal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let subject = &self.subject;
        match &self.content {
            Content::Open(value) => Written::Open { subject, value, key: self.key.as_deref() }.serialize(serializer),
            Content::Erased => Written::Erased { subject }.serialize(serializer),
            Content::Closed => Err(ser::Error::custom("a personal field that was not opened cannot be written")),
        }
    }
}

impl<'de> Deserialize<'de> for Personal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Marker::deserialize(deserializer)? {
            Marker::Open { subject, value } => Self { subject, content: Content::Open(value), key: None },
            Marker::Erased { subject } => Self { subject, content: Content::Erased, key: None },
            Marker::Closed { subject } => Self { subject, content: Content::Closed, key: None },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_prints_the_value() {
        assert_eq!(format!("{:?}", Personal::new("cus_1", "secret")), "Personal(personal of cus_1)");
    }

    #[test]
    fn a_key_of_its_own_is_asked_for_when_it_is_written() {
        let own = Personal::new("cus_1", "secret").under("msg_1");
        let marker = r#"{"$personal":{"subject":"cus_1","value":"secret","key":"msg_1"}}"#;
        assert_eq!(serde_json::to_string(&own).unwrap(), marker);
    }

    #[test]
    fn every_marker_reads_and_a_closed_one_is_not_written_again() {
        for (marker, value) in [
            (r#"{"$personal":{"subject":"cus_1","value":"secret"}}"#, Some("secret")),
            (r#"{"$erased":{"subject":"cus_1"}}"#, None),
        ] {
            let read: Personal = serde_json::from_str(marker).unwrap();
            assert_eq!((read.subject(), read.value()), ("cus_1", value));
            assert_eq!(serde_json::to_string(&read).unwrap(), marker);
        }
        let sealed = r#"{"$sealed":{"ciphertext":"AA","key":"k","nonce":"AA","subject":"cus_1"}}"#;
        let closed: Personal = serde_json::from_str(sealed).unwrap();
        assert_eq!((closed.subject(), closed.value()), ("cus_1", None));
        assert!(serde_json::to_string(&closed).is_err());
        for wrong in [r#""text""#, r#"{"$other":{"subject":"cus_1"}}"#, r#"{"$personal":{"subject":"cus_1"}}"#] {
            assert!(serde_json::from_str::<Personal>(wrong).is_err(), "{wrong}");
        }
    }
}
