//! What people prove beside a password, in software: an authenticator app and a passkey.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use ring::{
    digest::{SHA256, digest},
    hmac,
    signature::{Ed25519KeyPair, KeyPair},
};
use serde_json::{Value, json};

/// The code of an app (RFC 6238) that was set up with this secret, so many steps from now.
pub fn totp(secret: &str, at: DateTime<Utc>, steps: i64) -> String {
    let bits: Vec<u8> =
        secret.chars().flat_map(|letter| (0..5).rev().map(move |bit| base32(letter) >> bit & 1)).collect();
    let seed: Vec<u8> = bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |value, bit| value << 1 | bit)).collect();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &seed);
    let tag = hmac::sign(&key, &(at.timestamp() / 30 + steps).to_be_bytes());
    let at = usize::from(tag.as_ref()[19] & 15);
    let word = u32::from_be_bytes(tag.as_ref()[at..at + 4].try_into().expect("four bytes"));
    format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
}

fn base32(letter: char) -> u8 {
    let at = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter);
    at.and_then(|at| u8::try_from(at).ok()).expect("base32")
}

/// A passkey, as an authenticator keeps it. Its fields can be turned to do wrong.
#[derive(Debug)]
pub struct Passkey {
    pair: Ed25519KeyPair,
    /// Its name.
    pub id: Vec<u8>,
    /// Whose it is.
    pub owner: String,
    /// The host that it says it is for.
    pub host: String,
    /// Where the page says it is.
    pub origin: String,
    /// User present and verified.
    pub flags: u8,
    /// How often it has signed; it stays at none.
    pub count: u32,
}

impl Passkey {
    /// One that does what it should.
    pub fn new(seed: u8) -> Self {
        Self {
            pair: Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a seed"),
            id: vec![seed; 16],
            owner: String::new(),
            host: "localhost".to_owned(),
            origin: "http://localhost:8080".to_owned(),
            flags: 0b101,
            count: 0,
        }
    }

    /// What a browser gives for `navigator.credentials.create` with these options.
    pub fn create(&mut self, options: &Value) -> Value {
        options["publicKey"]["user"]["id"].as_str().expect("a user").clone_into(&mut self.owner);
        let cose = [&[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32][..], self.pair.public_key().as_ref()].concat();
        let length = u16::try_from(self.id.len()).expect("a short id").to_be_bytes();
        let attested = [&[0; 16][..], &length, &self.id, &cose].concat();
        let data = [self.data(self.flags | 1 << 6), attested].concat();
        let attestation = [
            b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59",
            &u16::try_from(data.len()).expect("little").to_be_bytes()[..],
            &data,
        ];
        let client = self.client("webauthn.create", options);
        json!({
            "id": encoded(&self.id), "rawId": encoded(&self.id), "type": "public-key",
            "response": {"clientDataJSON": encoded(&client), "attestationObject": encoded(&attestation.concat())},
            "clientExtensionResults": {},
        })
    }

    /// What a browser gives for `navigator.credentials.get` with these options.
    pub fn get(&self, options: &Value) -> Value {
        let (client, data) = (self.client("webauthn.get", options), self.data(self.flags));
        let signed = [&data, digest(&SHA256, &client).as_ref()].concat();
        json!({
            "id": encoded(&self.id), "rawId": encoded(&self.id), "type": "public-key",
            "response": {
                "clientDataJSON": encoded(&client), "authenticatorData": encoded(&data),
                "signature": encoded(self.pair.sign(&signed).as_ref()), "userHandle": self.owner,
            },
            "clientExtensionResults": {},
        })
    }

    fn client(&self, kind: &str, options: &Value) -> Vec<u8> {
        let challenge = &options["publicKey"]["challenge"];
        json!({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false})
            .to_string()
            .into_bytes()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let host = digest(&SHA256, self.host.as_bytes());
        [host.as_ref(), &[flags], &self.count.to_be_bytes()].concat()
    }
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
