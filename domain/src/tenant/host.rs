//! Names of hosts: where a tenant is found.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::text::TextError;

/// The name of a host, in lower case: at least two labels, as DNS has them (RFC 1123). No address, and no port.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct HostName(String);

impl HostName {
    /// Checks the form, and puts it in lower case. Names beyond ASCII come as DNS has them: `xn--…`.
    pub fn try_new(text: &str) -> Result<Self, TextError> {
        let name = text.trim().to_ascii_lowercase();
        let labels: Vec<&str> = name.split('.').collect();
        // The last label of a name is never a number: an address would be taken for one.
        let named = labels.last().is_some_and(|last| last.bytes().any(|byte| byte.is_ascii_lowercase()));
        if name.len() <= 253 && labels.len() >= 2 && labels.iter().all(|label| is_label(label)) && named {
            return Ok(Self(name));
        }
        let expected = "expected the name of a host such as support.example.com, without https:// and a port; letters \
                        beyond ASCII as xn--…";
        Err(TextError { expected: expected.to_owned() })
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands in front of `base`, if this is a name below it.
    pub fn below(&self, base: &str) -> Option<&str> {
        self.0.strip_suffix(base)?.strip_suffix('.')
    }
}

/// Letters, digits and hyphens, no hyphen at an end, at most 63.
pub fn is_label(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&text.len()) && text.bytes().all(allowed) && !text.starts_with('-') && !text.ends_with('-')
}

impl From<HostName> for String {
    fn from(name: HostName) -> Self {
        name.0
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for HostName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_new(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_a_name_and_one_spelling() {
        for right in ["support.example.com", "a.b", "acme.localhost", "xn--bcher-kva.example", "1.example"] {
            assert_eq!(HostName::try_new(right).unwrap().as_str(), right);
        }
        assert_eq!(HostName::try_new(" Support.Example.COM ").unwrap().as_str(), "support.example.com");
        let long = format!("{}.com", "a".repeat(64));
        for wrong in [
            "",
            "localhost",
            "a..b",
            ".a.b",
            "a.b.",
            "-a.b",
            "a_b.c",
            "127.0.0.1",
            "a.b:80",
            "https://a.b",
            "ü.de",
            &long,
        ] {
            assert!(HostName::try_new(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_below_a_base_is_told_from_what_only_ends_like_it() {
        let name = HostName::try_new("acme.helpdesk.com").unwrap();
        assert_eq!(name.below("helpdesk.com"), Some("acme"));
        assert_eq!(name.below("desk.com"), None);
        assert_eq!(name.below("acme.helpdesk.com"), None);
    }
}
