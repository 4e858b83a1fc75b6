//! Passkeys: `WebAuthn` (Level 3) as a relying party needs it, and no more.
//!
//! Written over `ring`, which is here anyway: the crates that do this bring OpenSSL or a second set of curves. What
//! that takes: attestation `none` only (no policy of ours rests on who made an authenticator), the three algorithms
//! that authenticators have, and each step of sections 7.1 and 7.2 where it stands in the code. No I/O, no time: that a
//! challenge is of this server and is answered once is the caller's.

mod assertion;
mod authenticator;
mod client;
mod cose;
mod options;
mod registration;

pub use assertion::{Assertion, AssertionAnswer};
pub use options::{AssertionOptions, CreationOptions};
pub use registration::{Registration, RegistrationAnswer};

pub(super) use assertion::Known;
pub(super) use options::Existing;
pub(super) use registration::NewPasskey;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Bytes of a challenge.
const CHALLENGE: usize = 32;

/// What an answer must be to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected<'a> {
    /// What was to be signed.
    pub challenge: &'a [u8],
    /// The host that passkeys are made for: the relying party's id.
    pub host: &'a str,
}

/// Why an answer counts for nothing: for tests and logs. Nobody at the door is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct NotProven(pub &'static str);

/// 32 bytes that nobody can guess (section 13.4.3).
pub(super) fn challenge(random: &dyn event_store::Random) -> [u8; CHALLENGE] {
    let mut challenge = [0; CHALLENGE];
    random.fill(&mut challenge);
    challenge
}

fn decoded(text: &str, what: &'static str) -> Result<Vec<u8>, NotProven> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_| NotProven(what))
}

#[cfg(test)]
mod tests;
