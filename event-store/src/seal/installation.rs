//! What belongs to the installation as a whole, or is no event: sealed under a key of its own, derived from the master
//! key, so that these nonces and those of wrapped keys never meet under one key.

use ring::{
    aead::{AES_256_GCM, LessSafeKey, UnboundKey},
    hkdf,
};

use super::aead;
use crate::world::Random;

/// Seals small values of the installation. Each is bound to what it is about, and opens nowhere else.
#[derive(Debug)]
pub(crate) struct InstallationSeal(LessSafeKey);

impl InstallationSeal {
    pub(crate) fn new(master: &[u8; 32]) -> Self {
        let master = hkdf::Salt::new(hkdf::HKDF_SHA256, &[]).extract(master);
        let info: &[&[u8]] = &[b"ledgerdesk installation seal 1"];
        let key: UnboundKey = master.expand(info, &AES_256_GCM).expect("32 bytes can be expanded").into();
        Self(LessSafeKey::new(key))
    }

    /// nonce ‖ ciphertext ‖ tag.
    pub(crate) fn seal(&self, about: &str, plain: &[u8], random: &dyn Random) -> Vec<u8> {
        aead::seal(&self.0, about.as_bytes(), plain, random)
    }

    pub(crate) fn open(&self, about: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        aead::open(&self.0, about.as_bytes(), sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::SystemRandom;

    #[test]
    fn a_sealed_value_opens_with_its_master_key_and_in_its_place_only() {
        let seal = InstallationSeal::new(&[7; 32]);
        let sealed = seal.seal("signing key k1", b"secret", &SystemRandom::default());
        assert_eq!(seal.open("signing key k1", &sealed).as_deref(), Some(&b"secret"[..]));
        assert_eq!(seal.open("signing key k2", &sealed), None);
        assert_eq!(InstallationSeal::new(&[8; 32]).open("signing key k1", &sealed), None);
    }

    #[test]
    fn a_changed_or_cut_value_does_not_open() {
        let seal = InstallationSeal::new(&[7; 32]);
        let sealed = seal.seal("x", b"secret", &SystemRandom::default());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(seal.open("x", &changed), None, "changed at {at}");
            assert_eq!(seal.open("x", &sealed[..at]), None, "cut at {at}");
        }
    }

    #[test]
    fn the_same_value_is_never_sealed_to_the_same_bytes() {
        let (seal, random) = (InstallationSeal::new(&[7; 32]), SystemRandom::default());
        assert_ne!(seal.seal("x", b"secret", &random), seal.seal("x", b"secret", &random));
    }
}
