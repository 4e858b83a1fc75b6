//! A passkey is used: section 7.2.

use ring::digest::{SHA256, digest};
use serde::Deserialize;

use super::{Expected, NotProven, authenticator::AuthenticatorData, client::ClientData, cose::PublicKey, decoded};

/// What a browser gives when a passkey was used: `AuthenticationResponseJSON`.
#[derive(Clone, Debug, Deserialize)]
pub struct Assertion {
    /// Which, in base64url.
    pub id: String,
    /// Always `public-key`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the authenticator has answered.
    pub response: AssertionAnswer,
}

/// `AuthenticatorAssertionResponseJSON`.
#[derive(Clone, Debug, Deserialize)]
pub struct AssertionAnswer {
    /// In base64url.
    #[serde(rename = "clientDataJSON")]
    pub client_data: String,
    /// In base64url.
    #[serde(rename = "authenticatorData")]
    pub authenticator_data: String,
    /// In base64url.
    pub signature: String,
    /// Whose it is, in base64url: what was named when it was made.
    #[serde(rename = "userHandle")]
    pub user_handle: Option<String>,
}

/// A passkey as it was made.
#[derive(Clone, Debug)]
pub(in crate::people) struct Known<'a> {
    /// COSE.
    pub public_key: &'a [u8],
    /// Whose.
    pub owner: &'a str,
}

impl Assertion {
    /// What it answers to, to be looked up by.
    pub(in crate::people) fn challenge(&self) -> Option<Vec<u8>> {
        ClientData::parse(&decoded(&self.response.client_data, "").ok()?).ok()?.challenge()
    }

    /// The passkey that it says it is of: step 6.
    pub(in crate::people) fn credential(&self) -> Option<Vec<u8>> {
        decoded(&self.id, "").ok()
    }

    /// The authenticator's count of signatures, if all of it is right. That this is higher than before (step 22), the
    /// database says.
    pub(in crate::people) fn verify(&self, expected: Expected<'_>, known: &Known<'_>) -> Result<u32, NotProven> {
        if self.kind != "public-key" {
            return Err(NotProven("it is no public key"));
        }
        // Step 6: whose it says it is, and whose it is.
        if let Some(handle) = &self.response.user_handle
            && decoded(handle, "userHandle is not base64url")? != known.owner.as_bytes()
        {
            return Err(NotProven("it is of another user"));
        }
        let client_data = decoded(&self.response.client_data, "clientDataJSON is not base64url")?;
        ClientData::parse(&client_data)?.check("webauthn.get", expected)?;
        let bytes = decoded(&self.response.authenticator_data, "authenticatorData is not base64url")?;
        let data = AuthenticatorData::parse(&bytes)?;
        data.check(expected)?;
        // Steps 20 and 21.
        let signed = [bytes.as_slice(), digest(&SHA256, &client_data).as_ref()].concat();
        let signature = decoded(&self.response.signature, "signature is not base64url")?;
        let (key, _) = PublicKey::read(known.public_key)?;
        key.verify(&signed, &signature)?;
        Ok(data.sign_count)
    }
}
