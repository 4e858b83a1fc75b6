//! What a browser is asked for: `PublicKeyCredentialCreationOptionsJSON` and `PublicKeyCredentialRequestOptionsJSON`
//! (section 5.1.8 ff.), as `parseCreationOptionsFromJSON` and `parseRequestOptionsFromJSON` take them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::cose::ALGORITHMS;

/// Milliseconds that a browser waits for its user; the challenge lives as long.
const TIMEOUT: u32 = 300_000;

/// For `navigator.credentials.create`.
#[derive(Clone, Debug)]
pub struct CreationOptions(pub Value);

/// For `navigator.credentials.get`.
#[derive(Clone, Debug)]
pub struct AssertionOptions(pub Value);

/// A passkey that there is.
pub(in crate::people) type Existing = Vec<u8>;

fn described(existing: &[Existing]) -> Vec<Value> {
    existing.iter().map(|id| json!({"type": "public-key", "id": URL_SAFE_NO_PAD.encode(id)})).collect()
}

impl CreationOptions {
    pub(in crate::people) fn new(
        challenge: &[u8],
        (host, company): (&str, &str),
        (owner, account, name): (&str, &str, &str),
        existing: &[Existing],
    ) -> Self {
        let algorithms: Vec<Value> = ALGORITHMS.iter().map(|alg| json!({"type": "public-key", "alg": alg})).collect();
        Self(json!({
            "challenge": URL_SAFE_NO_PAD.encode(challenge),
            "rp": {"id": host, "name": company},
            "user": {"id": URL_SAFE_NO_PAD.encode(owner), "name": account, "displayName": name},
            "pubKeyCredParams": algorithms,
            "timeout": TIMEOUT,
            "excludeCredentials": described(existing),
            "authenticatorSelection": {
                "residentKey": "required", "requireResidentKey": true, "userVerification": "required",
            },
            "attestation": "none",
        }))
    }
}

impl AssertionOptions {
    /// Without any that exist: whichever the user has for this host.
    pub(in crate::people) fn new(challenge: &[u8], host: &str, existing: &[Existing]) -> Self {
        Self(json!({
            "challenge": URL_SAFE_NO_PAD.encode(challenge),
            "rpId": host,
            "timeout": TIMEOUT,
            "allowCredentials": described(existing),
            "userVerification": "required",
        }))
    }
}
