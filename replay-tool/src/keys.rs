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

/// The checkpoint in a file; of several, as a month of `checkpoints/` has them, the last.
pub fn read_checkpoint(file: &Path) -> Result<Note, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    last_note(&text).parse().map_err(|error| format!("{}: {error}", file.display()).into())
}

/// Mail and editors change ends of lines, and put empty lines behind the last; a checkpoint has its own within.
fn last_note(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let blocks: Vec<&str> =
        text.split("\n\n").map(|block| block.trim_matches('\n')).filter(|block| !block.is_empty()).collect();
    let last = &blocks[blocks.len().saturating_sub(2)..];
    format!("{}\n", last.join("\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_checkpoint_of_a_file_is_found_however_its_lines_end() {
        let one = "log.example/acme\n1\nAAAA\n\n\u{2014} log.example/acme BBBB\n";
        let two = one.replace("\n1\n", "\n2\n");
        assert_eq!(last_note(one), one);
        assert_eq!(last_note(&format!("{one}\n{two}\n")), two);
        assert_eq!(last_note(&format!("{one}\n\n").replace('\n', "\r\n")), one);
        assert_eq!(last_note(""), "\n");
    }
}
