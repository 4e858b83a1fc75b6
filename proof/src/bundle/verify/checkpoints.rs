//! Checkpoints on the way: what was walked over must come to what was signed.

use chrono::DateTime;

use super::Walk;
use crate::{Checkpoint, Cosignature, Note, NoteError, bundle::verdict::Cosigned};

impl Walk<'_> {
    pub(super) fn checkpoint(&mut self, number: u64, text: &str, origin: &str) {
        let parsed = text.parse::<Note>().and_then(|note| Ok((note.text.parse::<Checkpoint>()?, note)));
        let (checkpoint, note) = match parsed {
            Ok(parsed) => parsed,
            Err(error) => return self.report(number, None, &format!("not a checkpoint: {error}"), None),
        };
        self.verdict.checkpoints += 1;
        if checkpoint.origin != origin {
            let difference = Some((origin.to_owned(), checkpoint.origin.clone()));
            self.report(number, None, "a checkpoint of another log", difference);
        }
        let trusted = self.check_signatures(number, &note);
        self.check_cosignatures(number, &note, checkpoint.size);
        self.last_checkpoint = Some((checkpoint.size, trusted));
        if !self.lost {
            self.compare(number, &checkpoint);
        }
    }

    fn compare(&mut self, number: u64, checkpoint: &Checkpoint) {
        let size = self.frontier.size();
        if checkpoint.size != size {
            let difference = Some((size.to_string(), checkpoint.size.to_string()));
            return self.report(number, None, "a checkpoint of another size than what is before it", difference);
        }
        let found = self.frontier.root();
        if found != checkpoint.root {
            let what = "the events and hashes of these positions do not come to the root that was signed";
            let difference = Some((checkpoint.root.to_string(), found.to_string()));
            self.report(number, Some((self.confirmed + 1, size)), what, difference);
            // What comes behind is built on them.
            self.lost = true;
        }
        self.confirmed = size;
    }

    /// Whether a key that the auditor gave signed it.
    fn check_signatures(&mut self, number: u64, note: &Note) -> bool {
        let mut trusted = false;
        let named = self.named.0.iter().filter(|key| !self.trust.keys.contains(key));
        let outcomes: Vec<_> = self
            .trust
            .keys
            .iter()
            .map(|key| (true, key.verify(note)))
            .chain(named.map(|key| (false, key.verify(note))))
            .collect();
        let mut signed = false;
        for (given, outcome) in outcomes {
            match outcome {
                Ok(()) => {
                    trusted |= given;
                    signed = true;
                }
                Err(NoteError::Unsigned(_)) => {}
                Err(error) => self.report(number, None, &error.to_string(), None),
            }
        }
        if !signed {
            self.report(number, None, "no key that is known signed this checkpoint", None);
        }
        trusted
    }

    fn check_cosignatures(&mut self, number: u64, note: &Note, size: u64) {
        let named = self.named.1.iter().filter(|key| !self.trust.witnesses.contains(key));
        let witnesses = self.trust.witnesses.iter().map(|key| (key, true)).chain(named.map(|key| (key, false)));
        let outcomes: Vec<_> =
            witnesses.map(|(key, trusted)| (key.name().to_owned(), trusted, Cosignature::verify(key, note))).collect();
        for (witness, trusted, outcome) in outcomes {
            match outcome {
                Ok(cosignature) => {
                    let at = i64::try_from(cosignature.time).ok().and_then(|time| DateTime::from_timestamp(time, 0));
                    let Some(at) = at else { continue };
                    self.verdict.cosigned.retain(|one| (&one.witness, one.trusted) != (&witness, trusted));
                    self.verdict.cosigned.push(Cosigned { witness, at, size, trusted });
                }
                Err(NoteError::Unsigned(_)) => {}
                Err(error) => self.report(number, None, &error.to_string(), None),
            }
        }
    }
}
