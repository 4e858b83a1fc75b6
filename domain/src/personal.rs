//! Personal fields: in the log only as ciphertext under the key of the person they are about.
//!
//! A draft writes `{"$personal": {"subject", "value"}}`; the store seals it, and opens it again on load. When the
//! subject's key is gone, the store gives `{"$erased": {"subject"}}`, which decodes as an erased field: every rule and
//! every read model must live with that.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Value, json};

/// A value about a person, and whose key seals it.
#[derive(Clone, PartialEq, Eq)]
pub struct Personal {
    subject: String,
    value: Option<String>,
}

impl Personal {
    /// `value` is about `subject`: a customer's, an agent's or an actor's id.
    pub fn new(subject: impl ToString, value: impl Into<String>) -> Self {
        Self { subject: subject.to_string(), value: Some(value.into()) }
    }

    /// A field whose key was destroyed.
    pub fn erased(subject: impl ToString) -> Self {
        Self { subject: subject.to_string(), value: None }
    }

    /// The person that the value is about.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The value; `None` once it is erased.
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// The value; `None` once it is erased.
    pub fn into_value(self) -> Option<String> {
        self.value
    }
}

/// Prints whose it is, never what it says: logs hold no personal data.
impl std::fmt::Debug for Personal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = if self.value.is_some() { "personal" } else { "erased" };
        write!(f, "Personal({what} of {})", self.subject)
    }
}

impl Serialize for Personal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let marker = match &self.value {
            Some(value) => json!({"$personal": {"subject": self.subject, "value": value}}),
            None => json!({"$erased": {"subject": self.subject}}),
        };
        marker.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Personal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let marker = Value::deserialize(deserializer)?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        if let Some(open) = marker.get("$personal") {
            if let (Some(subject), Some(value)) = (text(&open["subject"]), text(&open["value"])) {
                return Ok(Self { subject, value: Some(value) });
            }
        } else if let Some(subject) = marker.get("$erased").and_then(|erased| text(&erased["subject"])) {
            return Ok(Self { subject, value: None });
        }
        Err(de::Error::custom("expected a $personal or an $erased marker"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_prints_the_value() {
        assert_eq!(format!("{:?}", Personal::new("cus_1", "secret")), "Personal(personal of cus_1)");
    }
}
