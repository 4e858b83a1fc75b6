//! Keys and checkpoints as auditors hand them in: as text, or in a file.

use std::path::Path;

use event_store::proof::{Note, VerifierKey, note::Kind};

use crate::Failure;

/// Keys of this kind out of what was given: each a key, or a file with a key in each line.
pub fn read_keys(given: &[String], kind: Kind) -> Result<Vec<VerifierKey>, Failure> {
    let mut keys = vec![];
    for one in given {
        let text = if Path::new(one).is_file() { std::fs::read_to_string(one)? } else { one.clone() };
        // What `ledgerdesk log-key list` prints has words behind the key.
        let found: Vec<&str> = text.lines().filter_map(|line| line.split_whitespace().next()).collect();
        for key in found {
            let key: VerifierKey = key.parse().map_err(|error| format!("{one}: {error}"))?;
            if key.kind() != kind {
                let (wanted, what) = match kind {
                    Kind::Log => ("log", "--witness"),
                    Kind::Witness => ("witness", "--key"),
                };
                return Err(format!("{one}: this is not the key of a {wanted}; give it as {what}").into());
            }
            keys.push(key);
        }
    }
    Ok(keys)
}

/// The signed note in a file.
pub fn read_checkpoint(file: &Path) -> Result<Note, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    text.parse().map_err(|error| format!("{}: {error}", file.display()).into())
}
