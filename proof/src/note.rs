//! Signed notes (C2SP signed-note): a text, a blank line, and signature lines. Ed25519 only.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{
    digest::{SHA256, digest},
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};

/// Every signature line begins with it.
const DASH: &str = "\u{2014} ";
/// C2SP asks for at least 16.
const MAX_SIGNATURES: usize = 64;

/// What a key signs. The byte is C2SP's type of signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The text of the note: a log's own key.
    Log = 0x01,
    /// The text and a time: a witness's key, see [`crate::cosignature`].
    Witness = 0x04,
}

/// Why something is not a note, a key or a signature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not the form of a note.
    #[error("this is not a signed note: {0}")]
    Malformed(&'static str),
    /// Not the form of a key.
    #[error("expected a key of the form NAME+HEX+BASE64, as `ledgerdesk log-key` prints it: {0}")]
    Key(&'static str),
    /// The key that was asked for did not sign.
    #[error("{0} did not sign this")]
    Unsigned(String),
    /// A signature of the key that was asked for, which does not fit.
    #[error("the signature of {0} does not fit the text: one of the two was changed")]
    Forged(String),
}

/// A public key with its name: what whoever verifies must have from a place that they trust (a C2SP "vkey").
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VerifierKey {
    name: String,
    kind: Kind,
    public: [u8; 32],
}

impl VerifierKey {
    /// Of a name without spaces and plus signs.
    pub fn try_new(name: &str, kind: Kind, public: [u8; 32]) -> Result<Self, NoteError> {
        if is_name(name) {
            Ok(Self { name: name.to_owned(), kind, public })
        } else {
            Err(NoteError::Key("a name is not empty, and has neither spaces nor plus signs"))
        }
    }

    /// Whose key it is.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Tells it from other keys of the same name.
    pub fn id(&self) -> u32 {
        let hashed = [self.name.as_bytes(), b"\n", &[self.kind as u8], &self.public].concat();
        let digest = digest(&SHA256, &hashed);
        digest.as_ref()[..4].iter().fold(0, |id, byte| id << 8 | u32::from(*byte))
    }

    /// Whether this signature is one of this key, fitting or not.
    pub fn made(&self, signature: &Signature) -> bool {
        signature.name == self.name && signature.id == self.id()
    }

    pub(crate) fn fits(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.public).verify(message, signature).is_ok()
    }

    /// Whether this key, a log's, signed the note. Of several lines of the same key all must fit.
    pub fn verify(&self, note: &Note) -> Result<(), NoteError> {
        let mut signatures = note.signatures.iter().filter(|signature| self.made(signature)).peekable();
        if signatures.peek().is_none() || self.kind != Kind::Log {
            return Err(NoteError::Unsigned(self.name.clone()));
        }
        if signatures.all(|signature| self.fits(note.text.as_bytes(), &signature.bytes)) {
            Ok(())
        } else {
            Err(NoteError::Forged(self.name.clone()))
        }
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+')
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.kind as u8], &self.public[..]].concat();
        write!(f, "{}+{:08x}+{}", self.name, self.id(), STANDARD.encode(key))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}

impl FromStr for VerifierKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        // Base64 has plus signs, names do not.
        let (name, rest) = text.split_once('+').ok_or(NoteError::Key("a plus sign is missing"))?;
        let (id, key) = rest.split_once('+').ok_or(NoteError::Key("a plus sign is missing"))?;
        let key = STANDARD.decode(key).map_err(|_| NoteError::Key("the last part is not base64"))?;
        let kind = match key.first() {
            Some(0x01) => Kind::Log,
            Some(0x04) => Kind::Witness,
            _ => return Err(NoteError::Key("only Ed25519 keys of logs (1) and witnesses (4) are known here")),
        };
        let public = key[1..].try_into().map_err(|_| NoteError::Key("an Ed25519 key has 32 bytes"))?;
        let key = Self::try_new(name, kind, public)?;
        if format!("{:08x}", key.id()) == id {
            Ok(key)
        } else {
            Err(NoteError::Key("the part in the middle is not this key's id: it was mistyped or cut"))
        }
    }
}

/// A signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Whose.
    pub name: String,
    /// Of which key.
    pub id: u32,
    /// What was signed decides how many there are.
    pub bytes: Vec<u8>,
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.id.to_be_bytes()[..], &self.bytes].concat();
        write!(f, "{DASH}{} {}", self.name, STANDARD.encode(bytes))
    }
}

impl FromStr for Signature {
    type Err = NoteError;

    /// A line without its newline.
    fn from_str(line: &str) -> Result<Self, NoteError> {
        let rest = line.strip_prefix(DASH).ok_or(NoteError::Malformed("a signature line begins with an em dash"))?;
        let (name, base64) = rest.split_once(' ').ok_or(NoteError::Malformed("a signature line has three parts"))?;
        let bytes = STANDARD.decode(base64).map_err(|_| NoteError::Malformed("a signature is base64"))?;
        let (id, bytes) = bytes.split_first_chunk().ok_or(NoteError::Malformed("a signature begins with a key id"))?;
        if !is_name(name) || bytes.is_empty() {
            return Err(NoteError::Malformed("a signature line has a name and a signature"));
        }
        Ok(Self { name: name.to_owned(), id: u32::from_be_bytes(*id), bytes: bytes.to_vec() })
    }
}

/// A text and its signatures. That it parsed says nothing of whether they fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// With its last newline.
    pub text: String,
    /// At least one.
    pub signatures: Vec<Signature>,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

impl FromStr for Note {
    type Err = NoteError;

    fn from_str(note: &str) -> Result<Self, NoteError> {
        if note.chars().any(|c| c < ' ' && c != '\n') {
            return Err(NoteError::Malformed("it has control characters"));
        }
        let at = note.rfind("\n\n").ok_or(NoteError::Malformed("no blank line before the signatures"))?;
        let (text, lines) = (&note[..=at], &note[at + 2..]);
        let lines = lines.strip_suffix('\n').ok_or(NoteError::Malformed("it does not end with a newline"))?;
        if lines.split('\n').count() > MAX_SIGNATURES {
            return Err(NoteError::Malformed("it has too many signatures"));
        }
        let signatures = lines.split('\n').map(str::parse).collect::<Result<_, _>>()?;
        Ok(Self { text: text.to_owned(), signatures })
    }
}

/// A key pair of a log, with its name.
pub struct Signer {
    name: String,
    pair: Ed25519KeyPair,
}

/// Never prints the private half.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.key())
    }
}

impl Signer {
    /// From the 32 bytes of an Ed25519 private key (RFC 8032's seed).
    pub fn try_new(name: &str, seed: &[u8]) -> Result<Self, NoteError> {
        if !is_name(name) {
            return Err(NoteError::Key("a name is not empty, and has neither spaces nor plus signs"));
        }
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| NoteError::Key("a seed has 32 bytes"))?;
        Ok(Self { name: name.to_owned(), pair })
    }

    /// Its public half.
    pub fn key(&self) -> VerifierKey {
        self.key_of(Kind::Log)
    }

    fn key_of(&self, kind: Kind) -> VerifierKey {
        let mut public = [0; 32];
        public.copy_from_slice(self.pair.public_key().as_ref());
        VerifierKey { name: self.name.clone(), kind, public }
    }

    /// The public half of a witness with this key pair.
    pub fn witness_key(&self) -> VerifierKey {
        self.key_of(Kind::Witness)
    }

    /// Signs a text that ends with a newline.
    pub fn sign(&self, text: &str) -> Signature {
        Signature { name: self.name.clone(), id: self.key().id(), bytes: self.raw(text.as_bytes()) }
    }

    pub(crate) fn raw(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }
}

#[cfg(test)]
mod tests;
