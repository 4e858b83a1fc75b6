//! Origins of web pages.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{tenant::HostName, text::TextError};

/// Where a page comes from, as a browser says it in `Origin` (RFC 6454 section 6.2): scheme, host, and the port where it
/// is not the usual one. `https` only, but for `localhost`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

impl Origin {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        parse(&text.to_ascii_lowercase()).map(Self).ok_or_else(|| TextError {
            expected: "expected an origin such as https://app.example.com, without a path; http:// for localhost only"
                .to_owned(),
        })
    }
}

fn parse(text: &str) -> Option<String> {
    let (scheme, place) = text.split_once("://")?;
    let (host, port) = match place.split_once(':') {
        Some((host, port)) => (host, Some(port.parse::<u16>().ok().filter(|port| *port > 0)?)),
        None => (place, None),
    };
    let usual = match scheme {
        "https" if host == "localhost" || HostName::try_new(host).is_ok_and(|name| name.as_str() == host) => 443,
        "http" if host == "localhost" => 80,
        _ => return None,
    };
    let port = port.filter(|port| *port != usual).map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{scheme}://{host}{port}"))
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_spelled_as_browsers_spell_it() {
        for (text, spelled) in [
            ("https://app.example.com", "https://app.example.com"),
            ("HTTPS://App.Example.com:443", "https://app.example.com"),
            ("https://app.example.com:8443", "https://app.example.com:8443"),
            ("http://localhost:5173", "http://localhost:5173"),
        ] {
            assert_eq!(text.parse::<Origin>().unwrap().as_str(), spelled);
        }
        for wrong in [
            "",
            "null",
            "*",
            "https://*.example.com",
            "app.example.com",
            "http://app.example.com",
            "https://app.example.com/",
            "https://user@app.example.com",
            "https://app.example.com:0",
            "https://app.example.com:port",
            "https:// app.example.com",
            "ftp://app.example.com",
        ] {
            assert!(wrong.parse::<Origin>().is_err(), "{wrong}");
        }
    }
}
