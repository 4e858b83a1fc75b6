//! A ticket's place in its month: the first that came in has 1. It is counted where the tenant is, and given by the log,
//! so that no place is given twice, whoever writes at once.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap};

/// The counter of the log that gives places in a month.
pub const TICKETS_OF_MONTH: &str = "tickets_of_month";

/// A ticket's place in its month, and how many the plan had when it was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InMonth {
    /// Which place.
    pub place: Place,
    /// How many there are before the next ones are flagged; none: as many as come.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub limit: Option<u64>,
}

/// A place in an event: wished for in a draft, given once it is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The log replaces it by the next one of the month, in this time zone.
    Next {
        /// An IANA time zone.
        month_in: String,
    },
    /// As recorded.
    Given(u64),
}

impl Place {
    /// The place, once given.
    pub fn given(&self) -> Option<u64> {
        match self {
            Self::Next { .. } => None,
            Self::Given(place) => Some(*place),
        }
    }
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Next { month_in } => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("$next", TICKETS_OF_MONTH)?;
                map.serialize_entry("month_in", month_in)?;
                map.end()
            }
            Self::Given(place) => serializer.serialize_u64(*place),
        }
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u64::deserialize(deserializer).map(Self::Given)
    }
}
