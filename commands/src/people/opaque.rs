//! Secrets that are kept by whoever was given them and stored as SHA-256: refresh tokens, what a log-in goes on with,
//! invitations and password resets.
//!
//! A refresh token is `hd_refresh_<tenant>_<32 base62>_<6 base62 of CRC-32>`, like an API key: secret scanners find a
//! leaked one offline, and the tenant in it says whose world to look in. What a log-in goes on with is the same, as
//! `hd_mfa_…`. An invitation or a reset is 32 bytes in base64url: it is accepted together with the tenant's name.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use event_store::{Random, TenantId};
use ring::digest::{SHA256, digest};

use crate::api_keys;

const REFRESH: &str = "hd_refresh_";
const MFA: &str = "hd_mfa_";

fn sha256(text: &str) -> Vec<u8> {
    digest(&SHA256, text.as_bytes()).as_ref().to_vec()
}

macro_rules! secret {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String);

        /// Never prints it.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }

        impl $name {
            /// The text, to be shown once.
            pub fn reveal(&self) -> &str {
                &self.0
            }

            /// What is stored.
            pub(super) fn digest(&self) -> Vec<u8> {
                sha256(&self.0)
            }
        }
    };
}

secret!(
    /// What a new pair of tokens is given for, once.
    RefreshToken
);
secret!(
    /// What a log-in goes on with that waits for its second step: it opens nothing else.
    MfaToken
);
secret!(
    /// What an invitation is accepted with.
    InvitationToken
);
secret!(
    /// What another password is set with.
    ResetToken
);

impl RefreshToken {
    pub(super) fn generate(tenant: &TenantId, random: &dyn Random) -> Self {
        Self(api_keys::tagged(REFRESH, tenant, random))
    }

    /// Checks form and checksum; gives whose world it may be of.
    pub(super) fn parse(text: &str) -> Option<(TenantId, Self)> {
        api_keys::read_tagged(REFRESH, text).map(|tenant| (tenant, Self(text.to_owned())))
    }
}

impl MfaToken {
    pub(super) fn generate(tenant: &TenantId, random: &dyn Random) -> Self {
        Self(api_keys::tagged(MFA, tenant, random))
    }

    /// As [`RefreshToken::parse`].
    pub(super) fn parse(text: &str) -> Option<(TenantId, Self)> {
        api_keys::read_tagged(MFA, text).map(|tenant| (tenant, Self(text.to_owned())))
    }
}

fn random_text(random: &dyn Random) -> String {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

impl InvitationToken {
    pub(super) fn generate(random: &dyn Random) -> Self {
        Self(random_text(random))
    }

    /// The same each time, of bytes that nobody can guess.
    pub(super) fn of(bytes: [u8; 32]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Whatever the text: one that is no token has no row.
    pub(super) fn presented(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl ResetToken {
    pub(super) fn generate(random: &dyn Random) -> Self {
        Self(random_text(random))
    }

    /// Whatever the text: one that is no token has no row.
    pub(super) fn presented(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use event_store::SystemRandom;

    use super::*;

    #[test]
    fn a_refresh_token_parses_only_as_it_was_shown_and_is_no_api_key() {
        let tenant: TenantId = "company-abc-123".parse().unwrap();
        let token = RefreshToken::generate(&tenant, &SystemRandom::default());
        let text = token.reveal();
        assert_eq!(RefreshToken::parse(text), Some((tenant.clone(), token.clone())));
        assert!(api_keys::ApiKey::parse(text).is_err());
        let key = api_keys::ApiKey::generate(&tenant, &SystemRandom::default());
        assert_eq!(RefreshToken::parse(key.reveal()), None);
        for at in 0..text.len() {
            let mut changed = text.to_owned().into_bytes();
            changed[at] = if changed[at] == b'x' { b'y' } else { b'x' };
            assert_eq!(RefreshToken::parse(std::str::from_utf8(&changed).unwrap()), None, "at {at}");
            assert_eq!(RefreshToken::parse(&text[..at]), None, "cut at {at}");
        }
    }

    #[test]
    fn no_secret_is_printed() {
        let token = InvitationToken::generate(&SystemRandom::default());
        assert_eq!(token.reveal().len(), 43);
        assert_eq!(format!("{token:?}"), "InvitationToken(…)");
    }
}
