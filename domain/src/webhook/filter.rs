//! Which events an endpoint is told of.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    public::{PUBLIC_TYPES, PublicType},
    text::TextError,
};

/// The most filters that one webhook has.
pub const MAX_FILTERS: usize = 50;

/// A public type of event, general (`ticket.updated`) or finer (`ticket.replied`), all of a kind (`ticket.*`), or `*`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct EventFilter(String);

impl EventFilter {
    /// Refuses what no event will ever match: it is a mistake in spelling that would otherwise go unnoticed.
    pub fn try_new(text: impl Into<String>) -> Result<Self, TextError> {
        let filter = Self(text.into());
        if PUBLIC_TYPES.iter().any(|name| filter.matches(*name)) {
            return Ok(filter);
        }
        Err(TextError {
            expected: format!(
                "expected an event type such as ticket.created, ticket.replied or customer.updated, all of a kind such \
                 as ticket.*, or *; there is no {:?}",
                filter.0.chars().take(60).collect::<String>()
            ),
        })
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether an event of this type is meant.
    pub fn matches(&self, name: PublicType) -> bool {
        let kind = |name: &str, kind: &str| name.strip_prefix(kind).is_some_and(|rest| rest.starts_with('.'));
        match self.0.strip_suffix(".*") {
            Some(wanted) => kind(name.general, wanted) || kind(name.finer, wanted),
            None => self.0 == "*" || self.0 == name.general || self.0 == name.finer,
        }
    }
}

impl<'de> Deserialize<'de> for EventFilter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// One to [`MAX_FILTERS`] filters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EventFilters(BTreeSet<EventFilter>);

impl EventFilters {
    /// Refuses an empty list, and one that is too long.
    pub fn try_new(filters: BTreeSet<EventFilter>) -> Result<Self, TextError> {
        if (1..=MAX_FILTERS).contains(&filters.len()) {
            return Ok(Self(filters));
        }
        Err(TextError { expected: format!("expected 1 to {MAX_FILTERS} event types; * means all of them") })
    }

    /// As texts, in order.
    pub fn to_texts(&self) -> BTreeSet<String> {
        self.0.iter().map(ToString::to_string).collect()
    }
}

impl fmt::Display for EventFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for EventFilters {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_new(BTreeSet::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPLIED: PublicType = PublicType { general: "ticket.updated", finer: "ticket.replied" };
    const ASSIGNED: PublicType = PublicType { general: "agent.assigned", finer: "agent.assigned" };

    #[test]
    fn a_filter_names_a_general_type_a_finer_one_a_kind_or_all() {
        let matches = |text: &str, name| EventFilter::try_new(text).unwrap().matches(name);
        for text in ["ticket.updated", "ticket.replied", "ticket.*", "*"] {
            assert!(matches(text, REPLIED), "{text}");
        }
        for text in ["ticket.created", "ticket.tagged", "customer.*", "agent.assigned"] {
            assert!(!matches(text, REPLIED), "{text}");
        }
        assert!(matches("agent.*", ASSIGNED) && !matches("ticket.*", ASSIGNED));
    }

    #[test]
    fn a_filter_that_nothing_will_match_is_refused() {
        for wrong in ["", "ticket", "ticket.", "ticket.fly", "tick*", "tick.*", ".*", "**", "*.*", "ticket.re*"] {
            assert!(EventFilter::try_new(wrong).is_err(), "{wrong}");
        }
        assert!(EventFilters::try_new(BTreeSet::new()).is_err());
    }
}
