//! Proof that a log is what it was: a Merkle tree over its entries, signed checkpoints of it, and what follows from
//! the two. It knows neither a database nor a ticket, does no I/O of its own and asks no clock, so that an auditor can
//! read all of it in an hour. `docs/proof-format.md` is the specification; a second implementation is made from that.
//!
//! - [`hash`], [`merkle`]: RFC 6962 and 9162: leaf and node hashes, inclusion and consistency.
//! - [`entry`]: how a row of a log becomes the bytes that a leaf is the hash of.
//! - [`note`], [`checkpoint`], [`cosignature`]: C2SP signed-note, tlog-checkpoint and tlog-cosignature.
//! - [`tile`]: C2SP tlog-tiles: the tree as files of 256 hashes.
//! - [`bundle`]: a file with a log or a part of it, and all that it takes to verify it offline.
//!
//! Deliberately absent: signatures other than Ed25519, hashes other than SHA-256, any choice between formats.

pub mod bundle;
pub mod checkpoint;
pub mod cosignature;
pub mod entry;
pub mod hash;
pub mod merkle;
pub mod note;
pub mod tile;

#[cfg(test)]
mod vectors;

pub use checkpoint::Checkpoint;
pub use cosignature::Cosignature;
pub use hash::Hash;
pub use merkle::{Frontier, Node, Nodes, ProofError};
pub use note::{Note, NoteError, Signature, Signer, VerifierKey};
