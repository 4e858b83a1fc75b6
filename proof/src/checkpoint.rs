//! Checkpoints (C2SP tlog-checkpoint): the size and the root of a log's tree, as the text of a signed note.

use std::{fmt, str::FromStr};

use crate::{
    hash::Hash,
    note::{Note, NoteError, Signer},
};

/// A statement about a log: its first `size` entries have this root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// How many entries.
    pub size: u64,
    /// Their root.
    pub root: Hash,
}

impl Checkpoint {
    /// Signs it with each of these keys.
    pub fn sign<'a>(&self, signers: impl IntoIterator<Item = &'a Signer>) -> Note {
        let text = self.to_string();
        let signatures = signers.into_iter().map(|signer| signer.sign(&text)).collect();
        Note { text, signatures }
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, self.root)
    }
}

impl FromStr for Checkpoint {
    type Err = NoteError;

    /// Lines behind the third would be statements that nobody can check: they are refused.
    fn from_str(text: &str) -> Result<Self, NoteError> {
        let mut lines = text.strip_suffix('\n').ok_or(NoteError::Malformed("no newline at the end"))?.split('\n');
        let (Some(origin), Some(size), Some(root), None) = (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(NoteError::Malformed("a checkpoint has three lines: origin, size, root"));
        };
        let written: u64 = size.parse().map_err(|_| NoteError::Malformed("the second line is no size"))?;
        if origin.is_empty() || written.to_string() != size {
            return Err(NoteError::Malformed("a checkpoint has an origin, and a size without leading zeros"));
        }
        let root = root.parse().map_err(|_| NoteError::Malformed("the third line is no root"))?;
        Ok(Self { origin: origin.to_owned(), size: written, root })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_reads_as_it_is_written_and_in_no_other_way() {
        let checkpoint = Checkpoint { origin: "log.example/acme".to_owned(), size: 7, root: Hash::empty() };
        let text = checkpoint.to_string();
        assert_eq!(text.parse(), Ok(checkpoint));
        let root = Hash::empty().to_string();
        for wrong in [
            format!("log.example/acme\n07\n{root}\n"),
            format!("log.example/acme\n+7\n{root}\n"),
            format!("\n7\n{root}\n"),
            format!("log.example/acme\n7\n{root}"),
            format!("log.example/acme\n7\n{root}\nmore\n"),
            format!("log.example/acme\n7\n{root}\n\n"),
            "log.example/acme\n7\nAAAA\n".to_owned(),
        ] {
            assert!(wrong.parse::<Checkpoint>().is_err(), "{wrong:?}");
        }
    }
}
