//! Texts from outside, bounded: a value of these types has been checked once and needs no check again.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

/// Why a text was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{expected}")]
pub struct TextError {
    /// What would have been accepted, as a sentence for the person who sent it.
    pub expected: String,
}

/// Which characters a text may hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    /// No control characters at all.
    One,
    /// Line breaks and tabs too.
    Many,
}

fn check(what: &str, text: String, max_chars: usize, lines: Lines) -> Result<String, TextError> {
    let error = |expected: String| Err(TextError { expected });
    let text = if text.trim().len() == text.len() { text } else { text.trim().to_owned() };
    if text.is_empty() {
        return error(format!("expected {what} of 1 to {max_chars} characters, not an empty one"));
    }
    let chars = text.chars().count();
    if chars > max_chars {
        return error(format!("expected {what} of at most {max_chars} characters, found {chars}"));
    }
    let allowed = |c: char| !c.is_control() || (lines == Lines::Many && matches!(c, '\n' | '\r' | '\t'));
    if let Some(found) = text.chars().find(|c| !allowed(*c)) {
        return error(format!("expected {what} without control characters, found U+{:04X}", u32::from(found)));
    }
    Ok(text)
}

macro_rules! text {
    ($(#[$meta:meta])* $name:ident, $what:literal, $max:literal, $lines:expr) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub struct $name(String);

        impl $name {
            /// The longest that is accepted, in characters.
            pub const MAX_CHARS: usize = $max;

            /// Trims and checks; the error says what would have been accepted.
            pub fn try_new(text: impl Into<String>) -> Result<Self, TextError> {
                check($what, text.into(), $max, $lines).map(Self)
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({} chars)"), self.0.chars().count())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::try_new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }
    };
}

text!(
    /// The subject line of a ticket.
    Title, "a title", 300, Lines::One
);
text!(
    /// A message or a note. Plain text.
    Body, "a text", 100_000, Lines::Many
);
text!(
    /// The name of a person, a team or a company.
    Name, "a name", 200, Lines::One
);
text!(
    /// A telephone number, as written.
    Phone, "a telephone number", 50, Lines::One
);
text!(
    /// A label on a ticket.
    Tag, "a tag", 60, Lines::One
);
text!(
    /// The kind of a ticket: `question`, `incident`, or whatever the company calls it.
    TicketType, "a type", 60, Lines::One
);
text!(
    /// The id of a thing in another system, unique per tenant and kind.
    ExternalId, "an external id", 200, Lines::One
);
text!(
    /// What was done, in the words of another system.
    Activity, "an activity", 200, Lines::One
);
text!(
    /// What a file is called, without its directory.
    FileName, "a file's name", 255, Lines::One
);
text!(
    /// What a thing is for, in the words of those who made it.
    Description, "a description", 500, Lines::One
);
text!(
    /// Why something is done, in the words of whoever does it.
    Reason, "a reason", 500, Lines::One
);
text!(
    /// Certificates in PEM: their form only.
    Certificates, "certificates in PEM", 16_000, Lines::Many
);
text!(
    /// Where a log stream goes: its form only; whether it may be sent to is another matter.
    StreamUrl, "an address", 2000, Lines::One
);
text!(
    /// Where events are sent: its form only; whether it may be sent to is another matter.
    WebhookUrl, "a web address", 2000, Lines::One
);

/// An email address, kept as written; [`Email::identity`] is what makes it unique.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Email(String);

impl Email {
    /// Checks the shape only (`local@domain`, 254 characters at most, RFC 5321): whether it exists, a mail will tell.
    pub fn try_new(text: impl Into<String>) -> Result<Self, TextError> {
        let expected = || TextError { expected: "expected an email address such as ann@example.com".to_owned() };
        let text = check("an email address", text.into(), 254, Lines::One)?;
        let (local, domain) = text.rsplit_once('@').ok_or_else(expected)?;
        let label = |l: &str| !l.is_empty() && l.len() <= 63 && !l.starts_with('-') && !l.ends_with('-');
        let plain = text.chars().all(|c| !c.is_whitespace() && !matches!(c, '<' | '>' | '"' | ',' | ';' | '(' | ')'));
        let fits = !local.is_empty() && local.len() <= 64 && !local.contains('@') && domain.split('.').all(label);
        if plain && fits { Ok(Self(text)) } else { Err(expected()) }
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that two spellings of one address share: lower case.
    pub fn identity(&self) -> String {
        self.0.to_lowercase()
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_trimmed_and_bounded() {
        assert_eq!(Title::try_new("  Login issues ").unwrap().as_str(), "Login issues");
        assert!(Title::try_new(" ").is_err());
        assert!(Title::try_new("x".repeat(301)).is_err());
        assert!(Title::try_new("ü".repeat(300)).is_ok());
        assert!(Title::try_new("two\nlines").is_err());
        assert!(Body::try_new("two\nlines").is_ok());
        assert_eq!(
            Body::try_new("nul\0").unwrap_err().to_string(),
            "expected a text without control characters, found U+0000"
        );
    }

    #[test]
    fn an_email_has_a_local_part_and_a_domain() {
        for right in ["john@company.com", "a+b@x.y", "Jörg@exämple.de", "root@localhost"] {
            assert!(Email::try_new(right).is_ok(), "{right}");
        }
        for wrong in ["", "john", "@x.y", "a@", "a@@b", "a b@x.y", "<a@x.y>", "a@x..y", "a@-x.y"] {
            assert!(Email::try_new(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Email::try_new("John@Company.com").unwrap().identity(), "john@company.com");
    }
}
