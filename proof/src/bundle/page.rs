//! The page that a bundle may stand in: HTML before it and behind it, so that a browser can check it.

use ring::digest::{Context, SHA256};

use crate::hash::Hash;

/// Where the page ends and the bundle begins.
pub(super) const BEGIN: &str = "<script type=\"application/x-ledgerdesk-bundle\" id=\"bundle\">\n";
/// Where the bundle ends and the page goes on.
pub(super) const END: &str = "</script>\n";

/// A page, without its bundle.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    before: &'a str,
    after: &'a str,
}

impl<'a> Page<'a> {
    /// Of a template that has the place of the bundle in it, empty.
    pub fn of(template: &'a str) -> Option<Self> {
        let (before, after) = template.split_once(&format!("{BEGIN}{END}"))?;
        Some(Self { before, after })
    }

    pub(super) fn before(&self) -> String {
        format!("{}{BEGIN}", self.before)
    }

    pub(super) fn after(&self) -> String {
        format!("{END}{}", self.after)
    }

    /// Of everything but the bundle.
    pub fn digest(&self) -> Hash {
        let mut digest = PageDigest::default();
        digest.add(self.before().as_bytes());
        digest.add(self.after().as_bytes());
        digest.finish()
    }
}

/// The digest of a page that is read piece by piece.
pub(super) struct PageDigest(Context);

impl Default for PageDigest {
    fn default() -> Self {
        Self(Context::new(&SHA256))
    }
}

impl PageDigest {
    pub(super) fn add(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    pub(super) fn finish(self) -> Hash {
        let mut bytes = [0; Hash::BYTES];
        bytes.copy_from_slice(self.0.finish().as_ref());
        Hash(bytes)
    }
}
