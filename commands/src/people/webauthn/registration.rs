//! A passkey is made: section 7.1.

use ciborium::Value;
use serde::Deserialize;

use super::{Expected, NotProven, authenticator::AuthenticatorData, client::ClientData, cose::PublicKey, decoded};

/// What a browser gives for a new passkey: `RegistrationResponseJSON`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    /// Always `public-key`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the authenticator has answered.
    pub response: RegistrationAnswer,
}

/// `AuthenticatorAttestationResponseJSON`; what a server does not need is passed over.
#[derive(Clone, Debug, Deserialize)]
pub struct RegistrationAnswer {
    /// In base64url.
    #[serde(rename = "clientDataJSON")]
    pub client_data: String,
    /// In base64url.
    #[serde(rename = "attestationObject")]
    pub attestation: String,
}

/// A passkey that was made here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::people) struct NewPasskey {
    pub credential: Vec<u8>,
    /// COSE.
    pub public_key: Vec<u8>,
    pub sign_count: u32,
}

impl Registration {
    /// What it answers to, to be looked up by.
    pub(in crate::people) fn challenge(&self) -> Option<Vec<u8>> {
        ClientData::parse(&decoded(&self.response.client_data, "").ok()?).ok()?.challenge()
    }

    /// The passkey, if all of it is right. That its id is not known yet (step 26), the database says.
    pub(in crate::people) fn verify(&self, expected: Expected<'_>) -> Result<NewPasskey, NotProven> {
        if self.kind != "public-key" {
            return Err(NotProven("it is no public key"));
        }
        let client_data = decoded(&self.response.client_data, "clientDataJSON is not base64url")?;
        ClientData::parse(&client_data)?.check("webauthn.create", expected)?;
        let attestation = decoded(&self.response.attestation, "attestationObject is not base64url")?;
        let data = authenticator_data(&attestation)?;
        let data = AuthenticatorData::parse(&data)?;
        data.check(expected)?;
        let (credential, rest) = data.attested()?;
        let (_, public_key) = PublicKey::read(rest)?;
        let (credential, public_key) = (credential.to_vec(), public_key.to_vec());
        Ok(NewPasskey { credential, public_key, sign_count: data.sign_count })
    }
}

/// Steps 12 and 21 to 24: `none` was asked for, which says nothing of the authenticator. A statement of another format,
/// which some give all the same, is not looked at, for nothing rests on it.
fn authenticator_data(attestation: &[u8]) -> Result<Vec<u8>, NotProven> {
    let value: Value = ciborium::from_reader(attestation).map_err(|_| NotProven("attestationObject is not CBOR"))?;
    let map = value.as_map().ok_or(NotProven("attestationObject is no map"))?;
    let at = |name: &str| map.iter().find(|(key, _)| key.as_text() == Some(name)).map(|(_, it)| it);
    if at("fmt").and_then(Value::as_text).is_none() || at("attStmt").and_then(Value::as_map).is_none() {
        return Err(NotProven("attestationObject lacks its format or its statement"));
    }
    let data = at("authData").and_then(Value::as_bytes).ok_or(NotProven("attestationObject lacks authData"))?;
    Ok(data.clone())
}
