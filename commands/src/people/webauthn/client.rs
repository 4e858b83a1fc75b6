//! What the browser says of a ceremony, signed over by the authenticator.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

use super::{Expected, NotProven};

/// `CollectedClientData` (section 5.8.1).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    top_origin: Option<String>,
}

impl ClientData {
    /// Steps 5 and 6 of section 7.1, and 9 of 7.2: UTF-8 and JSON.
    pub fn parse(bytes: &[u8]) -> Result<Self, NotProven> {
        serde_json::from_slice(bytes).map_err(|_| NotProven("clientDataJSON is not what a browser writes"))
    }

    /// What it answers to, to be looked up by: nothing of it is checked yet.
    pub fn challenge(&self) -> Option<Vec<u8>> {
        URL_SAFE_NO_PAD.decode(&self.challenge).ok()
    }

    /// Steps 7 to 11 of section 7.1, and 10 to 14 of 7.2.
    pub fn check(&self, kind: &str, expected: Expected<'_>) -> Result<(), NotProven> {
        if self.kind != kind {
            return Err(NotProven("it is of the other ceremony"));
        }
        if self.challenge().as_deref() != Some(expected.challenge) {
            return Err(NotProven("it answers another challenge"));
        }
        if !is_origin_of(&self.origin, expected.host) {
            return Err(NotProven("it was made at another origin"));
        }
        // Nobody frames our pages.
        if self.cross_origin || self.top_origin.is_some() {
            return Err(NotProven("it was made in a frame of another origin"));
        }
        Ok(())
    }
}

/// Whether an origin is a site of this host, on whatever port: an authenticator tells hosts apart, not ports. In clear
/// only where it does not leave the machine.
fn is_origin_of(origin: &str, host: &str) -> bool {
    let Some((scheme, rest)) = origin.split_once("://") else { return false };
    let (name, port) = rest.split_once(':').map_or((rest, None), |(name, port)| (name, Some(port)));
    let local = host == "localhost" || host.ends_with(".localhost");
    let is_port = |port: &str| (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit());
    name == host && port.is_none_or(is_port) && (scheme == "https" || (scheme == "http" && local))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_of_its_host_alone_and_in_clear_only_at_home() {
        for right in ["https://acme.com", "https://acme.com:8443"] {
            assert!(is_origin_of(right, "acme.com"), "{right}");
        }
        for wrong in [
            "http://acme.com",
            "https://acme.com.evil.com",
            "https://evil.acme.com",
            "https://acme.com:x",
            "https://acme.com/",
            "https://user@acme.com",
            "acme.com",
            "null",
            "",
        ] {
            assert!(!is_origin_of(wrong, "acme.com"), "{wrong}");
        }
        assert!(is_origin_of("http://localhost:8080", "localhost"));
        assert!(is_origin_of("http://acme.localhost:8080", "acme.localhost"));
        assert!(!is_origin_of("http://notlocalhost", "notlocalhost"));
    }
}
