//! Display numbers: `T-001`, given by the log in commit order, dense over `ticket.opened`, never reused.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap};

/// The counter of the log that gives ticket numbers.
pub const TICKET_COUNTER: &str = "ticket";

/// The display number of a ticket. `T-1` and `T-001` both parse; it prints at least three digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketNumber(pub u64);

impl fmt::Display for TicketNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "T-{:03}", self.0)
    }
}

/// A text that is not a display number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a ticket number of the form T-001")]
pub struct TicketNumberError;

impl FromStr for TicketNumber {
    type Err = TicketNumberError;

    fn from_str(text: &str) -> Result<Self, TicketNumberError> {
        let digits = text.strip_prefix("T-").or_else(|| text.strip_prefix("t-")).ok_or(TicketNumberError)?;
        if digits.is_empty() || digits.len() > 18 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(TicketNumberError);
        }
        match digits.parse() {
            Ok(0) | Err(_) => Err(TicketNumberError),
            Ok(number) => Ok(Self(number)),
        }
    }
}

/// A number in an event: wished for in a draft, given once it is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextNumber {
    /// The log replaces it by the next value of the counter, under its lock.
    Next,
    /// As recorded.
    Given(TicketNumber),
}

impl NextNumber {
    /// The number, once given.
    pub fn given(self) -> Option<TicketNumber> {
        match self {
            Self::Next => None,
            Self::Given(number) => Some(number),
        }
    }
}

impl Serialize for NextNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Next => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("$next", TICKET_COUNTER)?;
                map.end()
            }
            Self::Given(number) => serializer.serialize_u64(number.0),
        }
    }
}

impl<'de> Deserialize<'de> for NextNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u64::deserialize(deserializer).map(|number| Self::Given(TicketNumber(number)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_padded_numbers_are_the_same() {
        assert_eq!("T-1".parse(), Ok(TicketNumber(1)));
        assert_eq!("T-001".parse(), Ok(TicketNumber(1)));
        assert_eq!(TicketNumber(1).to_string(), "T-001");
        assert_eq!(TicketNumber(12_345).to_string(), "T-12345");
        for wrong in ["", "T-", "T-0", "T-x", "1", "T--1", "T-9999999999999999999"] {
            assert_eq!(wrong.parse::<TicketNumber>(), Err(TicketNumberError), "{wrong}");
        }
    }
}
