//! API keys: `hd_live_<tenant>_<32 base62>_<6 base62 of CRC-32>`.
//!
//! The prefix and the checksum let secret scanners find a leaked key offline; the tenant in it says whose world to
//! look in. Shown once, stored as SHA-256: 190 bits of randomness need no slow hash, and what is looked up by digest
//! takes no time that tells how much of a guess was right.
//!
//! Which key opens, whose it is and what it may do are events of the tenant; a write-side table keeps what never enters
//! the log: its digest, and when it was last used. A row opens nothing without its event.

mod authenticate;
mod hand_out;
mod records;

use event_store::{Random, TenantId};
use ring::digest::{SHA256, digest};

pub use authenticate::{AUTHENTICATE, KeyHolder};
pub(crate) use hand_out::Revoke;
pub use hand_out::{KeyGrant, Rotated, Rotation};
pub use records::{KeyRecord, KeyState};

const PREFIX: &str = "hd_live_";
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SECRET_CHARS: usize = 32;
const CHECK_CHARS: usize = 6;
/// What is kept in clear, for people to tell keys apart: enough of the secret to recognise, far too little to guess.
const HINT_CHARS: usize = 4;

/// A key in clear: held by whoever was just given it.
#[derive(Clone)]
pub struct ApiKey {
    tenant: TenantId,
    text: String,
}

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ApiKey(of {})", self.tenant)
    }
}

/// A text that is no API key: mistyped, cut, or of something else. Found without asking the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not an API key: expected hd_live_ and the rest of it, exactly as it was shown")]
pub struct ApiKeyFormatError;

impl ApiKey {
    /// A new key.
    pub fn generate(tenant: &TenantId, random: &dyn Random) -> Self {
        Self { tenant: tenant.clone(), text: tagged(PREFIX, tenant, random) }
    }

    /// Checks form and checksum.
    pub fn parse(text: &str) -> Result<Self, ApiKeyFormatError> {
        let tenant = read_tagged(PREFIX, text).ok_or(ApiKeyFormatError)?;
        Ok(Self { tenant, text: text.to_owned() })
    }

    /// Whose world it opens, if it opens any.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// The text, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// What is stored.
    pub fn digest(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, self.text.as_bytes()).as_ref());
        bytes
    }

    fn hint(&self) -> String {
        let secret = self.text.len() - SECRET_CHARS - CHECK_CHARS - 1;
        format!("{}…", &self.text[..secret + HINT_CHARS])
    }
}

/// `<prefix><tenant>_<secret>_<checksum>`, new.
pub(crate) fn tagged(prefix: &str, holder: &TenantId, random: &dyn Random) -> String {
    let mut secret = String::with_capacity(SECRET_CHARS);
    while secret.len() < SECRET_CHARS {
        let mut byte = [0];
        random.fill(&mut byte);
        // 248 is the largest multiple of 62 in a byte: beyond it, some characters would come more often.
        if byte[0] < 248 {
            secret.push(char::from(ALPHABET[usize::from(byte[0] % 62)]));
        }
    }
    let body = format!("{prefix}{holder}_{secret}");
    format!("{body}_{}", check(&body))
}

/// The tenant that a text of that form names, if its checksum is right.
pub(crate) fn read_tagged(prefix: &str, text: &str) -> Option<TenantId> {
    let (body, checksum) = text.rsplit_once('_')?;
    let (tenant, secret) = body.strip_prefix(prefix)?.rsplit_once('_')?;
    let fits = secret.len() == SECRET_CHARS
        && secret.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && checksum == check(body);
    if fits { tenant.parse().ok() } else { None }
}

fn check(body: &str) -> String {
    let mut rest = crc32fast::hash(body.as_bytes());
    let mut text = [b'0'; CHECK_CHARS];
    for place in text.iter_mut().rev() {
        *place = ALPHABET[(rest % 62) as usize];
        rest /= 62;
    }
    text.iter().map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use event_store::SystemRandom;

    use super::*;

    #[test]
    fn a_key_parses_only_as_it_was_shown() {
        let tenant: TenantId = "company-abc-123".parse().unwrap();
        let key = ApiKey::generate(&tenant, &SystemRandom::default());
        let text = key.reveal().to_owned();
        assert_eq!(ApiKey::parse(&text).unwrap().tenant(), &tenant);
        assert!(key.hint().len() < text.len() - 30);
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'x' { b'y' } else { b'x' };
            assert_eq!(ApiKey::parse(std::str::from_utf8(&changed).unwrap()).err(), Some(ApiKeyFormatError), "at {at}");
            assert_eq!(ApiKey::parse(&text[..at]).err(), Some(ApiKeyFormatError), "cut at {at}");
        }
    }
}
