//! SHA-256 as RFC 6962 section 2.1 uses it: leaves and nodes begin with different bytes, so that neither can be taken
//! for the other.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::digest::{Context, SHA256, digest};

/// A SHA-256 digest. Its text is base64, as in checkpoints and proofs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(pub [u8; Hash::BYTES]);

/// A text that is not the base64 of 32 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected the base64 of a SHA-256 digest: 44 characters")]
pub struct HashError;

impl Hash {
    /// How many bytes it has.
    pub const BYTES: usize = 32;

    /// Of plain bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self::from_ring(digest(&SHA256, bytes))
    }

    /// Of a tree without leaves.
    pub fn empty() -> Self {
        Self::of(&[])
    }

    /// Of a leaf: SHA-256(0x00 ‖ entry).
    pub fn leaf(entry: &[u8]) -> Self {
        let mut context = Context::new(&SHA256);
        context.update(&[0]);
        context.update(entry);
        Self::from_ring(context.finish())
    }

    /// Of a node: SHA-256(0x01 ‖ left ‖ right).
    pub fn node(left: Self, right: Self) -> Self {
        let mut bytes = [1; 1 + 2 * Self::BYTES];
        bytes[1..=Self::BYTES].copy_from_slice(&left.0);
        bytes[1 + Self::BYTES..].copy_from_slice(&right.0);
        Self::of(&bytes)
    }

    /// From as many bytes as it has.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, HashError> {
        bytes.try_into().map(Self).map_err(|_| HashError)
    }

    fn from_ring(digest: ring::digest::Digest) -> Self {
        let mut bytes = [0; Self::BYTES];
        bytes.copy_from_slice(digest.as_ref());
        Self(bytes)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        Self::from_slice(&STANDARD.decode(text).map_err(|_| HashError)?)
    }
}
