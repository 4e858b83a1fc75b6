//! What the authenticator says: `authenticatorData` (section 6.1).

use ring::digest::{SHA256, digest};

use super::{Expected, NotProven};

const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const ELIGIBLE: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const ATTESTED: u8 = 1 << 6;
/// The hash, the flags and the count.
const HEAD: usize = 37;
/// A credential's id has at most so many bytes (step 25 of section 7.1).
const MAX_ID: usize = 1023;

#[derive(Debug)]
pub(super) struct AuthenticatorData<'a> {
    host_hash: &'a [u8],
    flags: u8,
    /// How often it has signed; none: it does not count.
    pub sign_count: u32,
    rest: &'a [u8],
}

impl<'a> AuthenticatorData<'a> {
    pub fn parse(bytes: &'a [u8]) -> Result<Self, NotProven> {
        let (head, rest) = bytes.split_at_checked(HEAD).ok_or(NotProven("authenticatorData is cut"))?;
        let count = [head[33], head[34], head[35], head[36]];
        Ok(Self { host_hash: &head[..32], flags: head[32], sign_count: u32::from_be_bytes(count), rest })
    }

    /// Steps 13 to 17 of section 7.1, and 15 to 19 of 7.2.
    pub fn check(&self, expected: Expected<'_>) -> Result<(), NotProven> {
        if self.host_hash != digest(&SHA256, expected.host.as_bytes()).as_ref() {
            return Err(NotProven("it is for another relying party"));
        }
        if self.flags & PRESENT == 0 {
            return Err(NotProven("nobody was present"));
        }
        // A passkey logs in by itself, so who used it must be known to the authenticator: a PIN, a finger.
        if self.flags & VERIFIED == 0 {
            return Err(NotProven("the user was not verified"));
        }
        if self.flags & ELIGIBLE == 0 && self.flags & BACKED_UP != 0 {
            return Err(NotProven("it is backed up and cannot be"));
        }
        Ok(())
    }

    /// The new credential's id, and its public key and whatever follows (section 6.5.1).
    pub fn attested(&self) -> Result<(&'a [u8], &'a [u8]), NotProven> {
        const CUT: NotProven = NotProven("attestedCredentialData is cut");
        if self.flags & ATTESTED == 0 {
            return Err(NotProven("no credential was made"));
        }
        // The AAGUID is of no use without attestation.
        let (_, rest) = self.rest.split_at_checked(16).ok_or(CUT)?;
        let (length, rest) = rest.split_at_checked(2).ok_or(CUT)?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        if length == 0 || length > MAX_ID {
            return Err(NotProven("the credential's id is too long"));
        }
        rest.split_at_checked(length).ok_or(CUT)
    }
}
