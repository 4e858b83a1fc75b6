//! AES-256-GCM over small values: nonce ‖ ciphertext ‖ tag, bound to what they are about.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::world::Random;

pub(super) fn key_of(bytes: &[u8; 32]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, bytes).expect("32 bytes are an AES-256 key"))
}

pub(super) fn nonce(random: &dyn Random) -> [u8; NONCE_LEN] {
    let mut nonce = [0; NONCE_LEN];
    random.fill(&mut nonce);
    nonce
}

pub(super) fn seal(under: &LessSafeKey, about: &[u8], plain: &[u8], random: &dyn Random) -> Vec<u8> {
    let nonce = nonce(random);
    let mut sealed = plain.to_vec();
    under
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(about), &mut sealed)
        .expect("what is sealed here is far below the limits of AES-GCM");
    [&nonce[..], &sealed].concat()
}

/// What [`seal`] sealed under this key, about the same.
pub(super) fn open(under: &LessSafeKey, about: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut opened = sealed.to_vec();
    let length = under.open_in_place(nonce, Aad::from(about), &mut opened).ok()?.len();
    opened.truncate(length);
    Some(opened)
}
