//! The ceremonies with keys of all kinds, and each step that can fail.

use ciborium::Value;
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};
use serde_json::json;

use super::*;

const HOST: &str = "acme.example";
const EXPECTED: Expected<'static> = Expected { challenge: &[9; 32], host: HOST };

enum Key {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Key {
    fn p256() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        Self::P256(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).unwrap())
    }

    fn cose(&self) -> Vec<u8> {
        let entry = |label: i64, value: Value| (Value::from(label), value);
        let map = match self {
            Self::P256(pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                vec![
                    entry(1, 2.into()),
                    entry(3, (-7).into()),
                    entry(-1, 1.into()),
                    entry(-2, x.into()),
                    entry(-3, y.into()),
                ]
            }
            Self::Ed25519(pair) => {
                let x = pair.public_key().as_ref();
                vec![entry(1, 1.into()), entry(3, (-8).into()), entry(-1, 6.into()), entry(-2, x.into())]
            }
        };
        written(&Value::Map(map))
    }

    fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::P256(pair) => pair.sign(&SystemRandom::new(), bytes).unwrap().as_ref().to_vec(),
            Self::Ed25519(pair) => pair.sign(bytes).as_ref().to_vec(),
        }
    }
}

fn written(value: &Value) -> Vec<u8> {
    let mut bytes = vec![];
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

/// A ceremony as it should be; fields are turned to do wrong.
struct Ceremony {
    kind: &'static str,
    challenge: Vec<u8>,
    origin: String,
    host: String,
    flags: u8,
    cross_origin: bool,
}

impl Ceremony {
    fn new(kind: &'static str) -> Self {
        let origin = format!("https://{HOST}");
        Self { kind, challenge: vec![9; 32], origin, host: HOST.to_owned(), flags: 0b101, cross_origin: false }
    }

    fn client(&self) -> Vec<u8> {
        let challenge = URL_SAFE_NO_PAD.encode(&self.challenge);
        let data = json!({
            "type": self.kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.cross_origin,
        });
        data.to_string().into_bytes()
    }

    fn data(&self, more: u8) -> Vec<u8> {
        let host = digest(&SHA256, self.host.as_bytes());
        [host.as_ref(), &[self.flags | more], &7_u32.to_be_bytes()].concat()
    }

    fn register(&self, cose: &[u8]) -> Result<NewPasskey, NotProven> {
        let data = [&self.data(1 << 6)[..], &[0; 16], &[0, 4], b"name", cose].concat();
        let text = |text: &str| Value::from(text);
        let object = Value::Map(vec![
            (text("fmt"), text("none")),
            (text("attStmt"), Value::Map(vec![])),
            (text("authData"), Value::Bytes(data)),
        ]);
        let response = RegistrationAnswer {
            client_data: URL_SAFE_NO_PAD.encode(self.client()),
            attestation: URL_SAFE_NO_PAD.encode(written(&object)),
        };
        Registration { kind: "public-key".to_owned(), response }.verify(EXPECTED)
    }

    fn assert(&self, key: &Key, public_key: &[u8], handle: Option<&str>) -> Result<u32, NotProven> {
        let data = self.data(0);
        let signature = key.sign(&[&data, digest(&SHA256, &self.client()).as_ref()].concat());
        let response = AssertionAnswer {
            client_data: URL_SAFE_NO_PAD.encode(self.client()),
            authenticator_data: URL_SAFE_NO_PAD.encode(&data),
            signature: URL_SAFE_NO_PAD.encode(signature),
            user_handle: handle.map(|handle| URL_SAFE_NO_PAD.encode(handle)),
        };
        let assertion = Assertion { id: "bmFtZQ".to_owned(), kind: "public-key".to_owned(), response };
        assertion.verify(EXPECTED, &Known { public_key, owner: "agt_1" })
    }
}

#[test]
fn a_passkey_of_each_kind_is_made_and_used() {
    for key in [Key::p256(), Key::Ed25519(Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap())] {
        // What follows the key are extensions.
        let made = Ceremony::new("webauthn.create").register(&[key.cose(), vec![0xa0]].concat()).unwrap();
        assert_eq!((made.credential.as_slice(), made.sign_count), (&b"name"[..], 7));
        assert_eq!(made.public_key, key.cose());
        for handle in [None, Some("agt_1")] {
            assert_eq!(Ceremony::new("webauthn.get").assert(&key, &made.public_key, handle), Ok(7));
        }
    }
}

#[test]
fn a_ceremony_with_one_thing_wrong_counts_for_nothing() {
    type Wrong = fn(&mut Ceremony);
    let wrongs: [(&str, Wrong); 10] = [
        ("kind", |it| it.kind = if it.kind == "webauthn.get" { "webauthn.create" } else { "webauthn.get" }),
        ("challenge", |it| it.challenge[0] ^= 1),
        ("no challenge", |it| it.challenge.clear()),
        ("origin", |it| it.origin = "https://evil.example".to_owned()),
        ("in clear", |it| it.origin = format!("http://{HOST}")),
        ("host", |it| it.host = "evil.example".to_owned()),
        ("frame", |it| it.cross_origin = true),
        ("presence", |it| it.flags = 0b100),
        ("verification", |it| it.flags = 0b001),
        ("backup", |it| it.flags = 0b1_0101),
    ];
    let key = Key::p256();
    for (what, wrong) in wrongs {
        let (mut create, mut get) = (Ceremony::new("webauthn.create"), Ceremony::new("webauthn.get"));
        wrong(&mut create);
        wrong(&mut get);
        assert!(create.register(&key.cose()).is_err(), "made with a wrong {what}");
        assert!(get.assert(&key, &key.cose(), None).is_err(), "used with a wrong {what}");
    }
    let get = Ceremony::new("webauthn.get");
    assert!(get.assert(&key, &key.cose(), Some("agt_2")).is_err(), "another's");
    assert!(get.assert(&key, &Key::p256().cose(), None).is_err(), "signed with another key");
}

#[test]
fn only_keys_that_were_asked_for_are_taken_and_what_is_cut_is_refused() {
    let create = Ceremony::new("webauthn.create");
    let entry = |label: i64, value: Value| (Value::from(label), value);
    // ES384, and ES256 on another curve.
    for (algorithm, curve) in [(-35, 2), (-7, 2), (-7, 8)] {
        let x = Value::Bytes(vec![1; 32]);
        let map = vec![
            entry(1, 2.into()),
            entry(3, algorithm.into()),
            entry(-1, curve.into()),
            entry(-2, x.clone()),
            entry(-3, x),
        ];
        assert!(create.register(&written(&Value::Map(map))).is_err(), "{algorithm} {curve}");
    }
    let cose = Key::p256().cose();
    for length in 0..cose.len() {
        assert!(create.register(&cose[..length]).is_err(), "cut at {length}");
    }
}
