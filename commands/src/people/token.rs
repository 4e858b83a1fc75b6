//! Access tokens: JWT (RFC 7519) in compact form, signed with Ed25519 (RFC 8037), of the kind that RFC 9068 describes.
//!
//! Written by hand over `ring`, which is here anyway. The `jsonwebtoken` crate would bring RSA, P-256 and P-384 or a
//! C library for the one algorithm that is used, and a process-wide provider to choose it. What this takes instead:
//! exactly one algorithm, one type and the members that we write; whatever else a header says is refused before a key
//! is looked at. Time is an argument.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use domain::{AgentId, SessionId};
use event_store::TenantId;
use ring::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

/// Seconds that a token is good for.
pub const LIFETIME: i64 = 15 * 60;

/// Keys are an installation's own, so the name need not tell installations apart.
const ISSUER: &str = "helpdesk";
const ALGORITHM: &str = "EdDSA";
const KIND: &str = "at+jwt";
/// Ours have some 500.
const MAX_CHARS: usize = 2048;
/// Seconds that another node's clock may be ahead.
const AHEAD: i64 = 60;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    sid: String,
    iat: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    nbf: Option<i64>,
    jti: String,
}

/// What a token says, once its signature and its times were checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// In whose world (`aud`).
    pub tenant: TenantId,
    /// Who (`sub`).
    pub agent: AgentId,
    /// In which session (`sid`).
    pub session: SessionId,
}

/// A text that is no access token of ours, or not at this time. Why is nobody's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a valid access token")]
pub struct TokenError;

/// A token for `bearer`.
pub fn issue(bearer: &Bearer, kid: &str, pair: &Ed25519KeyPair, now: DateTime<Utc>, id: Uuid) -> String {
    let header = Header { alg: ALGORITHM.to_owned(), typ: KIND.to_owned(), kid: kid.to_owned() };
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: bearer.tenant.to_string(),
        sub: bearer.agent.to_string(),
        sid: bearer.session.to_string(),
        iat: now.timestamp(),
        exp: now.timestamp() + LIFETIME,
        nbf: None,
        jti: id.simple().to_string(),
    };
    let signed = format!("{}.{}", part(&header), part(&claims));
    let signature = URL_SAFE_NO_PAD.encode(pair.sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

fn part(value: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(value).unwrap_or_default())
}

/// A token of the right form, whose signature was not checked: it says nothing but which key to check it with.
#[derive(Clone, Copy, Debug)]
pub struct Unverified<'a> {
    signed: &'a str,
    claims: &'a str,
    signature: &'a str,
    header: &'a str,
}

impl<'a> Unverified<'a> {
    /// Takes it apart.
    pub fn parse(text: &'a str) -> Result<Self, TokenError> {
        if text.len() > MAX_CHARS {
            return Err(TokenError);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(TokenError)?;
        let (header, claims) = signed.split_once('.').ok_or(TokenError)?;
        Ok(Self { signed, claims, signature, header })
    }

    /// The key that it names, when the rest of its header is ours.
    pub fn kid(&self) -> Result<String, TokenError> {
        let header: Header = read(self.header)?;
        if header.alg == ALGORITHM && header.typ == KIND { Ok(header.kid) } else { Err(TokenError) }
    }

    /// What it says, if this key signed it and it is good at this time.
    pub fn verify(&self, public: &[u8], now: DateTime<Utc>) -> Result<Bearer, TokenError> {
        self.kid()?;
        let signature = URL_SAFE_NO_PAD.decode(self.signature).map_err(|_| TokenError)?;
        UnparsedPublicKey::new(&ED25519, public).verify(self.signed.as_bytes(), &signature).map_err(|_| TokenError)?;
        let claims: Claims = read(self.claims)?;
        let now = now.timestamp();
        let good = claims.iss == ISSUER
            && claims.exp > now
            && claims.exp <= now + LIFETIME + AHEAD
            && claims.iat <= now + AHEAD
            && claims.nbf.is_none_or(|begin| begin <= now);
        if !good {
            return Err(TokenError);
        }
        Ok(Bearer {
            tenant: claims.aud.parse().map_err(|_| TokenError)?,
            agent: claims.sub.parse().map_err(|_| TokenError)?,
            session: claims.sid.parse().map_err(|_| TokenError)?,
        })
    }
}

fn read<T: DeserializeOwned>(part: &str) -> Result<T, TokenError> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError)?;
    serde_json::from_slice(&bytes).map_err(|_| TokenError)
}

#[cfg(test)]
mod tests;
