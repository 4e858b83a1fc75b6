use ring::{hmac, signature::KeyPair};
use serde_json::{Value, json};

use super::*;

const KID: &str = "k1";

fn pair(seed: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_338_000, 0).unwrap()
}

fn ann() -> Bearer {
    Bearer {
        tenant: "acme".parse().unwrap(),
        agent: AgentId::new(Uuid::from_u128(1)),
        session: SessionId::new(Uuid::from_u128(2)),
    }
}

fn token() -> String {
    issue(&ann(), KID, &pair(1), now(), Uuid::from_u128(3))
}

fn verify(token: &str, now: DateTime<Utc>) -> Result<Bearer, TokenError> {
    Unverified::parse(token)?.verify(pair(1).public_key().as_ref(), now)
}

fn after(seconds: i64) -> DateTime<Utc> {
    now() + chrono::TimeDelta::seconds(seconds)
}

fn header() -> Value {
    json!({"alg": "EdDSA", "typ": "at+jwt", "kid": KID})
}

fn claims() -> Value {
    let token = token();
    read(token.split('.').nth(1).unwrap()).unwrap()
}

/// Signed with the right key, whatever it says.
fn signed(header: &Value, claims: &Value) -> String {
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = pair(1).sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[test]
fn a_token_says_who_in_which_session_for_fifteen_minutes() {
    assert_eq!(verify(&token(), now()), Ok(ann()));
    assert_eq!(verify(&token(), after(LIFETIME - 1)), Ok(ann()));
    assert_eq!(verify(&token(), after(LIFETIME)), Err(TokenError), "expired");
    assert_eq!(verify(&token(), after(-AHEAD)), Ok(ann()), "another node's clock is a little ahead");
    assert_eq!(verify(&token(), after(-AHEAD - 1)), Err(TokenError), "from the future");
    assert_eq!(Unverified::parse(&token()).unwrap().kid().as_deref(), Ok(KID));
}

#[test]
fn a_token_that_was_changed_or_cut_anywhere_is_refused() {
    let token = token();
    for at in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        assert!(verify(std::str::from_utf8(&changed).unwrap(), now()).is_err(), "at {at}");
        assert!(verify(&token[..at], now()).is_err(), "cut at {at}");
    }
    for malformed in
        ["", ".", "..", "...", "a.b", "a.b.c", &format!("{token}="), &format!("{token}.x"), &format!(" {token}")]
    {
        assert!(verify(malformed, now()).is_err(), "{malformed}");
    }
    assert!(verify(&"a.b.c".repeat(1000), now()).is_err(), "too long");
}

#[test]
fn another_key_opens_nothing() {
    assert!(Unverified::parse(&token()).unwrap().verify(pair(2).public_key().as_ref(), now()).is_err());
}

#[test]
fn no_other_algorithm_is_taken_however_it_is_signed() {
    let public = pair(1).public_key().as_ref().to_vec();
    for algorithm in ["none", "None", "", "HS256", "HS384", "HS512", "RS256", "ES256", "Ed25519", "eddsa"] {
        let header = json!({"alg": algorithm, "typ": "at+jwt", "kid": KID});
        assert!(verify(&signed(&header, &claims()), now()).is_err(), "{algorithm}, rightly signed");
        let text = format!("{}.{}", part(&header), part(&claims()));
        assert!(verify(&format!("{text}."), now()).is_err(), "{algorithm}, unsigned");
        // The classic: the public key, which everybody has, as the secret of an HMAC.
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &public), text.as_bytes());
        let forged = format!("{text}.{}", URL_SAFE_NO_PAD.encode(tag));
        assert!(verify(&forged, now()).is_err(), "{algorithm}, HMAC with the public key");
    }
}

#[test]
fn a_header_with_anything_else_in_it_is_refused() {
    assert_eq!(verify(&signed(&header(), &claims()), now()), Ok(ann()), "the test itself signs rightly");
    for (member, value) in [
        ("typ", json!("JWT")),
        ("crit", json!(["exp"])),
        ("jwk", json!({"kty": "OKP"})),
        ("jku", json!("https://evil.example/jwks.json")),
        ("x5u", json!("https://evil.example")),
        ("b64", json!(false)),
        ("kid", json!(7)),
    ] {
        let mut header = header();
        header[member] = value;
        assert!(verify(&signed(&header, &claims()), now()).is_err(), "{member}");
    }
}

#[test]
fn claims_of_another_shape_are_refused_however_they_are_signed() {
    let seconds = now().timestamp();
    for (member, value) in [
        ("iss", json!("somebody")),
        ("aud", json!(["acme", "globex"])),
        ("aud", json!("Not A Tenant")),
        ("sub", json!("key_00000000000000000000000000000001")),
        ("sid", json!(null)),
        ("exp", json!(seconds.to_string())),
        ("exp", json!(null)),
        ("exp", json!(seconds)),
        ("exp", json!(seconds + 1_000_000)),
        ("exp", json!(1e300)),
        ("iat", json!(seconds + 61)),
        ("iat", json!("now")),
        ("nbf", json!(seconds + 1)),
        ("nbf", json!((seconds - 1).to_string())),
        ("admin", json!(true)),
    ] {
        let mut claims = claims();
        claims[member] = value.clone();
        assert!(verify(&signed(&header(), &claims), now()).is_err(), "{member}: {value}");
    }
    let mut begun = claims();
    begun["nbf"] = json!(seconds);
    assert_eq!(verify(&signed(&header(), &begun), now()), Ok(ann()));
    for member in ["iss", "aud", "sub", "sid", "iat", "exp", "jti"] {
        let mut without = claims();
        without.as_object_mut().unwrap().remove(member);
        assert!(verify(&signed(&header(), &without), now()).is_err(), "without {member}");
    }
}

#[test]
fn the_audience_cannot_be_exchanged() {
    let token = token();
    let parts: Vec<_> = token.split('.').collect();
    let mut claims = claims();
    claims["aud"] = json!("globex");
    assert!(verify(&format!("{}.{}.{}", parts[0], part(&claims), parts[2]), now()).is_err());
}
