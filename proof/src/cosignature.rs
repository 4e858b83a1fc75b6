//! Cosignatures (C2SP tlog-cosignature, Ed25519): a witness says that at a time it saw this checkpoint, and that all
//! that it saw before is a part of it.

use crate::note::{Kind, Note, NoteError, Signature, Signer, VerifierKey};

/// What a witness's signature line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cosignature {
    /// When, in seconds since 1970.
    pub time: u64,
    signature: [u8; 64],
}

impl Cosignature {
    /// Reads a signature line of a witness.
    pub fn of(line: &Signature) -> Result<Self, NoteError> {
        let wrong = NoteError::Malformed("a cosignature is a time of 8 bytes and a signature of 64");
        let Some((time, signature)) = line.bytes.split_first_chunk() else { return Err(wrong) };
        let signature = signature.try_into().map_err(|_| wrong)?;
        Ok(Self { time: u64::from_be_bytes(*time), signature })
    }

    /// The newest cosignature that this witness made for this note. Any of its lines that does not fit is an error.
    pub fn verify(key: &VerifierKey, note: &Note) -> Result<Self, NoteError> {
        let mut newest: Option<Self> = None;
        let of_this_witness = |line: &&Signature| key.kind() == Kind::Witness && key.made(line);
        for line in note.signatures.iter().filter(of_this_witness) {
            let cosignature = Self::of(line)?;
            if !key.fits(message(cosignature.time, &note.text).as_bytes(), &cosignature.signature) {
                return Err(NoteError::Forged(key.name().to_owned()));
            }
            newest = newest.filter(|newest| newest.time > cosignature.time).or(Some(cosignature));
        }
        newest.ok_or_else(|| NoteError::Unsigned(key.name().to_owned()))
    }

    /// What a witness with this key pair adds to a note.
    pub fn sign(witness: &Signer, text: &str, time: u64) -> Signature {
        let key = witness.witness_key();
        let signature = witness.raw(message(time, text).as_bytes());
        Signature { name: key.name().to_owned(), id: key.id(), bytes: [&time.to_be_bytes()[..], &signature].concat() }
    }
}

fn message(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Checkpoint, Hash};

    #[test]
    fn a_cosignature_fits_its_witness_its_time_and_its_checkpoint_only() {
        let log = Signer::try_new("log.example/acme", &[1; 32]).unwrap();
        let (witness, other) = ([2, 3].map(|seed| Signer::try_new("witness.example/w1", &[seed; 32]).unwrap())).into();
        let checkpoint = Checkpoint { origin: "log.example/acme".to_owned(), size: 7, root: Hash::empty() };
        let mut note = checkpoint.sign([&log]);
        let key = witness.witness_key();
        assert_eq!(Cosignature::verify(&key, &note), Err(NoteError::Unsigned("witness.example/w1".to_owned())));
        note.signatures.push(Cosignature::sign(&witness, &note.text, 1_700_000_000));
        note.signatures.push(Cosignature::sign(&witness, &note.text, 1_700_000_060));
        let note: Note = note.to_string().parse().unwrap();
        assert_eq!(Cosignature::verify(&key, &note).unwrap().time, 1_700_000_060);
        assert_eq!(log.key().verify(&note), Ok(()), "it does not get into the log's way");
        assert!(Cosignature::verify(&other.witness_key(), &note).is_err());
        assert!(witness.key().verify(&note).is_err(), "a witness's key is not a log's");
        for at in 0..72 {
            let mut changed = note.clone();
            changed.signatures[1].bytes[at] ^= 1;
            assert_eq!(
                Cosignature::verify(&key, &changed),
                Err(NoteError::Forged("witness.example/w1".to_owned())),
                "byte {at}"
            );
        }
    }
}
