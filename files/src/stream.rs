//! The form of a sealed file: pieces of 64 KiB, each sealed by AES-256-GCM under the file's own key (the STREAM
//! construction of Hoang, Reyhanitabar, Rogaway and Vizár). A piece opens only for its tenant, its name, its number, and
//! as the last one only if it was sealed as that: a file cannot be cut, lengthened, reordered or passed off as another.
//!
//! The nonce counts the pieces and is nowhere written down: a key seals one file, once.

use bytes::Bytes;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::name::Name;

/// Plain bytes of every piece but the last, which has that many or fewer.
pub const PIECE: usize = 64 * 1024;
/// Bytes that sealing adds to each piece.
pub const OVERHEAD: usize = 16;

/// Bytes that the store has of so many plain ones.
pub const fn sealed_length(plain: u64) -> u64 {
    let pieces = if plain == 0 { 1 } else { plain.div_ceil(PIECE as u64) };
    plain + pieces * OVERHEAD as u64
}

/// The key of one file. Whoever has it can read the file; whoever destroys it has destroyed the file.
#[derive(Clone)]
pub struct FileKey([u8; 32]);

/// Never prints the key.
impl std::fmt::Debug for FileKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FileKey")
    }
}

impl FileKey {
    /// Of these bytes, which nobody can guess and no other file has.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, to be sealed under another key.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Whether a piece is the last one of its file.
#[derive(Clone, Copy)]
enum Last {
    Yes,
    No,
}

/// What both directions share: which piece comes next.
struct Pieces {
    key: LessSafeKey,
    about: String,
    number: u32,
    /// Bytes that came in, and are no whole piece yet.
    waiting: Vec<u8>,
}

impl Pieces {
    fn new(key: &FileKey, name: Name<'_>) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, key.as_bytes()).expect("32 bytes are an AES-256 key");
        Self { key: LessSafeKey::new(key), about: name.about(), number: 0, waiting: vec![] }
    }

    /// What the next piece is bound to.
    fn place(&mut self, last: Last) -> (Nonce, Aad<Vec<u8>>) {
        let flag = u8::from(matches!(last, Last::Yes));
        let mut nonce = [0; NONCE_LEN];
        nonce[NONCE_LEN - 5..NONCE_LEN - 1].copy_from_slice(&self.number.to_be_bytes());
        nonce[NONCE_LEN - 1] = flag;
        let about = format!("{}\0{}\0{flag}", self.about, self.number).into_bytes();
        self.number = self.number.checked_add(1).expect("2^32 pieces are 256 TiB");
        (Nonce::assume_unique_for_key(nonce), Aad::from(about))
    }

    /// The pieces of this many bytes that are there and are certainly not the last one.
    fn whole(&mut self, data: &[u8], length: usize) -> Vec<Vec<u8>> {
        self.waiting.extend_from_slice(data);
        let mut pieces = vec![];
        while self.waiting.len() > length {
            let rest = self.waiting.split_off(length);
            pieces.push(std::mem::replace(&mut self.waiting, rest));
        }
        pieces
    }
}

/// Plain bytes in, sealed ones out.
pub(crate) struct Sealing(Pieces);

impl Sealing {
    pub fn new(key: &FileKey, name: Name<'_>) -> Self {
        Self(Pieces::new(key, name))
    }

    /// Takes bytes; gives the pieces that are full.
    pub fn push(&mut self, data: &[u8]) -> Vec<Bytes> {
        self.0.whole(data, PIECE).into_iter().map(|piece| self.seal(piece, Last::No)).collect()
    }

    /// The last piece; it may be empty.
    pub fn finish(mut self) -> Bytes {
        let piece = std::mem::take(&mut self.0.waiting);
        self.seal(piece, Last::Yes)
    }

    fn seal(&mut self, mut piece: Vec<u8>, last: Last) -> Bytes {
        let (nonce, about) = self.0.place(last);
        self.0.key.seal_in_place_append_tag(nonce, about, &mut piece).expect("a piece is far below the limits");
        piece.into()
    }
}

/// Sealed bytes in, plain ones out. Gives nothing that it has not verified.
pub(crate) struct Opening(Pieces);

/// These are not the bytes that were sealed for this place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotSealed;

impl Opening {
    pub fn new(key: &FileKey, name: Name<'_>) -> Self {
        Self(Pieces::new(key, name))
    }

    /// Takes bytes; gives what is whole.
    pub fn push(&mut self, data: &[u8]) -> Result<Vec<u8>, NotSealed> {
        let mut plain = vec![];
        for piece in self.0.whole(data, PIECE + OVERHEAD) {
            plain.extend(self.open(piece, Last::No)?);
        }
        Ok(plain)
    }

    /// The rest, once no more comes.
    pub fn finish(mut self) -> Result<Vec<u8>, NotSealed> {
        let piece = std::mem::take(&mut self.0.waiting);
        self.open(piece, Last::Yes)
    }

    fn open(&mut self, mut piece: Vec<u8>, last: Last) -> Result<Vec<u8>, NotSealed> {
        let (nonce, about) = self.0.place(last);
        let length = self.0.key.open_in_place(nonce, about, &mut piece).map_err(|_| NotSealed)?.len();
        piece.truncate(length);
        Ok(piece)
    }
}

#[cfg(test)]
#[path = "stream/tests.rs"]
mod tests;
