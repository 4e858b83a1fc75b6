//! The words of the domain, on their way into columns and into the API's description.

use std::{borrow::Cow, collections::BTreeSet, error::Error, fmt::Display, str::FromStr};

use bytes::BytesMut;
use domain::ticket::{Channel, Priority, Status};
use event_store::driver::types::{FromSql, IsNull, ToSql, Type, accepts, to_sql_checked};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, schema::Schema, schema::Type as SchemaType},
};

/// A word of the domain (a status, a priority) in a text column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word<T>(pub T);

impl<T: Display + std::fmt::Debug> ToSql for Word<T> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.extend_from_slice(self.0.to_string().as_bytes());
        Ok(IsNull::No)
    }

    accepts!(TEXT);
    to_sql_checked!();
}

impl<'a, T: FromStr<Err: Error + Send + Sync + 'static>> FromSql<'a> for Word<T> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(std::str::from_utf8(raw)?.parse()?))
    }

    accepts!(TEXT);
}

/// A sorted `text[]`. Goes out as an array literal in a text, because `unnest` would flatten an array of arrays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TextSet(pub BTreeSet<String>);

impl ToSql for TextSet {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.extend_from_slice(array_literal(&self.0).as_bytes());
        Ok(IsNull::No)
    }

    accepts!(TEXT);
    to_sql_checked!();
}

impl<'a> FromSql<'a> for TextSet {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Vec::<String>::from_sql(kind, raw)?.into_iter().collect()))
    }

    accepts!(TEXT_ARRAY);
}

/// PostgreSQL's text form of an array, every element quoted.
fn array_literal(texts: &BTreeSet<String>) -> String {
    let mut literal = String::from("{");
    for (index, text) in texts.iter().enumerate() {
        if index > 0 {
            literal.push(',');
        }
        literal.push('"');
        for c in text.chars() {
            if matches!(c, '"' | '\\') {
                literal.push('\\');
            }
            literal.push(c);
        }
        literal.push('"');
    }
    literal.push('}');
    literal
}

macro_rules! word_schema {
    ($($(#[$meta:meta])* $name:ident describes $word:ident as $schema:literal: $description:literal;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(SchemaType::String)
                    .description(Some($description))
                    .enum_values(Some($word::ALL.iter().map(|word| word.as_str())))
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($schema)
            }
        }
    )+};
}

word_schema!(
    /// [`Status`] in the API's description: `domain` knows no API.
    StatusSchema describes Status as "Status":
        "Where a ticket stands: open (nobody works on it yet), in_progress (somebody does), pending (it waits for the customer), resolved (answered) or closed (over).";
    /// [`Priority`] in the API's description.
    PrioritySchema describes Priority as "Priority": "How urgent a ticket is.";
    /// [`Channel`] in the API's description.
    ChannelSchema describes Channel as "Channel":
        "The way by which a ticket came in: api (another system, over this API) or import (history of another help desk).";
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_literal_quotes_what_would_end_it() {
        let tags = [r#"a"b"#, r"c\d", "e,f", "{g}", "NULL"].map(str::to_owned).into();
        assert_eq!(array_literal(&tags), r#"{"NULL","a\"b","c\\d","e,f","{g}"}"#);
    }
}
