//! What stands in one column of one line.

use chrono::{DateTime, SecondsFormat, Utc};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Serialize, Serializer};

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Text that somebody wrote.
    Text,
    /// Several of them: an array in JSON, joined by commas in CSV.
    Texts,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// true or false.
    Boolean,
    /// RFC 3339, in UTC.
    Instant,
}

/// One cell. What is not known is [`Cell::Empty`]: null in JSON, nothing in CSV.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing is known.
    Empty,
    /// Text that somebody wrote, or a word of ours.
    Text(&'a str),
    /// What is shown of a text.
    Masked(String),
    /// Texts, joined by commas in CSV.
    Texts(&'a [String]),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(Decimal),
    /// true or false.
    Boolean(bool),
    /// An instant.
    Instant(DateTime<Utc>),
}

pub fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

impl Serialize for Cell<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Empty => serializer.serialize_unit(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Masked(text) => serializer.serialize_str(text),
            Self::Texts(texts) => texts.serialize(serializer),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Number(number) => number.to_f64().serialize(serializer),
            Self::Boolean(yes) => serializer.serialize_bool(*yes),
            Self::Instant(at) => serializer.serialize_str(&instant(*at)),
        }
    }
}

macro_rules! cells {
    ($($type:ty as $value:ident => $cell:expr;)+) => {$(
        impl From<$type> for Cell<'_> {
            fn from($value: $type) -> Self {
                $cell
            }
        }
    )+};
}

cells!(
    i16 as number => Cell::Integer(number.into());
    i32 as number => Cell::Integer(number.into());
    i64 as number => Cell::Integer(number);
    Decimal as number => Cell::Number(number);
    bool as yes => Cell::Boolean(yes);
    DateTime<Utc> as at => Cell::Instant(at);
);

impl<'a> From<&'a String> for Cell<'a> {
    fn from(text: &'a String) -> Self {
        Cell::Text(text)
    }
}

impl<'a> From<&'a Vec<String>> for Cell<'a> {
    fn from(texts: &'a Vec<String>) -> Self {
        Cell::Texts(texts)
    }
}

impl<'a, T> From<Option<T>> for Cell<'a>
where
    Cell<'a>: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Empty, Cell::from)
    }
}
