//! Codes that change every half minute (RFC 6238), as authenticator apps make them: HMAC-SHA-1, six digits.
//!
//! Over `ring`, which is here anyway: it is twenty lines, and a crate for them brings a second set of hashes. That a
//! code is taken once is the caller's: see `second_step`.

use chrono::{DateTime, Utc};
use event_store::Random;
use ring::hmac;

/// Seconds that a code lasts.
const PERIOD: i64 = 30;
/// Bytes: as long as the output of the hash (RFC 4226, section 4).
const LENGTH: usize = 20;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What an app and this server share.
#[derive(Clone, PartialEq, Eq)]
pub struct Seed([u8; LENGTH]);

/// Never prints it.
impl std::fmt::Debug for Seed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seed(…)")
    }
}

impl Seed {
    pub(super) fn generate(random: &dyn Random) -> Self {
        let mut seed = [0; LENGTH];
        random.fill(&mut seed);
        Self(seed)
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As it is typed into an app.
    pub fn base32(&self) -> String {
        // 20 bytes are 32 groups of five bits.
        let bit = |at: usize| usize::from(self.0[at / 8] >> (7 - at % 8) & 1);
        let group = |number: usize| (0..5).fold(0, |value, at| value << 1 | bit(number * 5 + at));
        (0..LENGTH * 8 / 5).map(|number| char::from(BASE32[group(number)])).collect()
    }

    /// As it is shown to an app in a QR code.
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let (issuer, account) = (escaped(issuer), escaped(account));
        let secret = self.base32();
        format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30")
    }

    /// The step that this code is of, if it is of now, or of the one before or after: clocks differ, and people type
    /// slowly.
    pub(super) fn step_of(&self, code: &str, now: DateTime<Utc>) -> Option<i64> {
        let code: String = code.chars().filter(|character| !character.is_whitespace()).collect();
        if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let code: u32 = code.parse().ok()?;
        let this = now.timestamp().div_euclid(PERIOD);
        // All three, whichever it is.
        let found = [this + 1, this, this - 1].map(|step| (self.code(step) == code).then_some(step));
        found.into_iter().flatten().min()
    }

    /// RFC 4226, section 5.3.
    fn code(&self, step: i64) -> u32 {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let hash = tag.as_ref();
        let at = usize::from(hash[hash.len() - 1] & 15);
        let word = u32::from_be_bytes([hash[at], hash[at + 1], hash[at + 2], hash[at + 3]]);
        (word & 0x7fff_ffff) % 1_000_000
    }
}

/// RFC 3986: all but the unreserved.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let escape = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seed() -> Seed {
        Seed(*b"12345678901234567890")
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        for (seconds, code) in [(59, 287_082), (1_111_111_109, 81_804), (1_234_567_890, 5924), (2_000_000_000, 279_037)]
        {
            assert_eq!(seed().code(seconds / PERIOD), code);
            assert_eq!(seed().step_of(&format!("{code:06}"), at(seconds)), Some(seconds / PERIOD));
        }
    }

    #[test]
    fn a_code_is_taken_one_step_early_or_late_and_not_two() {
        for (seconds, taken) in [(29, true), (30, true), (89, true), (119, false), (0, true)] {
            assert_eq!(seed().step_of("287 082", at(seconds)).is_some(), taken, "{seconds}");
        }
        for wrong in ["", "28708", "2870820", "28708x", "+87082", "٢٨٧٠٨٢"] {
            assert_eq!(seed().step_of(wrong, at(59)), None, "{wrong}");
        }
    }

    #[test]
    fn an_app_reads_the_seed_in_base32_and_names_are_escaped() {
        assert_eq!(seed().base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let uri = seed().uri("Acme & Söhne", "eve@acme.com");
        assert!(uri.starts_with("otpauth://totp/Acme%20%26%20S%C3%B6hne:eve%40acme.com?secret=GEZD"), "{uri}");
    }
}
