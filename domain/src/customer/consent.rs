//! Consent: for which purpose a customer allowed that their data are used, and with which words.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::customer::{ConsentGiven, ConsentWithdrawn, CustomerEvent, CustomerRejection};

/// A customer consents to at most so many purposes.
const MAX_PURPOSES: usize = 100;

/// What data are used for: a word of the tenant's own, 1 to 60 of `a-z 0-9 . _ -`. It says nothing of a person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Purpose(String);

impl Purpose {
    /// Checks it.
    pub fn try_new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
        ((1..=60).contains(&text.len()) && text.bytes().all(fits)).then_some(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Purpose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = "expected a purpose of 1 to 60 lower-case letters, digits, dots, hyphens and underscores";
        Self::try_new(String::deserialize(deserializer)?).ok_or_else(|| de::Error::custom(expected))
    }
}

/// What a customer said to a purpose last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// They allow it, as this version of a text says it.
    Given(String),
    /// They do not allow it any more.
    Withdrawn,
}

/// What a customer said to each purpose that they were asked about.
pub type Consents = BTreeMap<Purpose, Answer>;

/// What follows from a wish that consent stands.
pub(super) fn give(
    known: &Consents,
    given: ConsentGiven,
    now: DateTime<Utc>,
) -> Result<Vec<CustomerEvent>, CustomerRejection> {
    if given.given_at > now {
        return Err(CustomerRejection::ConsentInFuture);
    }
    match known.get(&given.purpose) {
        Some(Answer::Given(version)) if *version == given.text_version => Ok(vec![]),
        None if known.len() >= MAX_PURPOSES => Err(CustomerRejection::TooManyPurposes),
        Some(_) | None => Ok(vec![given.into()]),
    }
}

/// What follows from a wish that it stands no more.
pub(super) fn withdraw(known: &Consents, withdrawn: ConsentWithdrawn) -> Result<Vec<CustomerEvent>, CustomerRejection> {
    match known.get(&withdrawn.purpose) {
        None => Err(CustomerRejection::ConsentNotGiven),
        Some(Answer::Withdrawn) => Ok(vec![]),
        Some(Answer::Given(_)) => Ok(vec![withdrawn.into()]),
    }
}
