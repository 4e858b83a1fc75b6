//! Public keys as authenticators write them (RFC 9052, RFC 9053, RFC 8230), and the signatures that they verify.

use ciborium::Value;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};

use super::NotProven;

/// `ES256`, `EdDSA`, `RS256`, the first the most wanted.
pub(super) const ALGORITHMS: [i64; 3] = [-7, -8, -257];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PublicKey {
    Es256 { point: Vec<u8> },
    EdDsa { public: Vec<u8> },
    Rs256 { modulus: Vec<u8>, exponent: Vec<u8> },
}

impl PublicKey {
    /// One key at the beginning of `bytes`; gives it as it stands there, too.
    pub fn read(bytes: &[u8]) -> Result<(Self, &[u8]), NotProven> {
        let mut rest = bytes;
        let value: Value = ciborium::from_reader(&mut rest).map_err(|_| NotProven("the public key is not CBOR"))?;
        let key = Self::of(&value).ok_or(NotProven("the public key is of no kind that was asked for"))?;
        Ok((key, &bytes[..bytes.len() - rest.len()]))
    }

    /// Steps 20 of section 7.1: of an algorithm that was asked for, with the parameters that belong to it.
    fn of(value: &Value) -> Option<Self> {
        let map = value.as_map()?;
        let at = |label: i64| map.iter().find(|(key, _)| key.as_integer() == Some(label.into())).map(|(_, it)| it);
        let number = |label: i64| i64::try_from(i128::from(at(label)?.as_integer()?)).ok();
        let bytes = |label: i64| at(label)?.as_bytes().cloned();
        let sized = |label: i64| bytes(label).filter(|it| it.len() == 32);
        match (number(1)?, number(3)?) {
            (2, -7) if number(-1) == Some(1) => {
                Some(Self::Es256 { point: [&[4][..], &sized(-2)?, &sized(-3)?].concat() })
            }
            (1, -8) if number(-1) == Some(6) => Some(Self::EdDsa { public: sized(-2)? }),
            (3, -257) => Some(Self::Rs256 { modulus: bytes(-1)?, exponent: bytes(-2)? }),
            _ => None,
        }
    }

    /// Step 21 of section 7.2.
    pub fn verify(&self, signed: &[u8], signature: &[u8]) -> Result<(), NotProven> {
        let verified = match self {
            Self::Es256 { point } => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(signed, signature),
            Self::EdDsa { public } => UnparsedPublicKey::new(&ED25519, public).verify(signed, signature),
            Self::Rs256 { modulus, exponent } => RsaPublicKeyComponents { n: modulus, e: exponent }.verify(
                &RSA_PKCS1_2048_8192_SHA256,
                signed,
                signature,
            ),
        };
        verified.map_err(|_| NotProven("the signature is not of this key"))
    }
}
