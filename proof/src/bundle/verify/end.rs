//! The last line, and what only the end tells.

use super::Walk;
use crate::{
    Hash, Note, NoteError,
    bundle::{
        line::{Chain, Head, Manifest},
        read::Around,
        verdict::Verdict,
    },
};

impl Walk<'_> {
    pub(super) fn manifest(&mut self, number: u64, text: &str, origin: &str, before: Option<Chain>) {
        self.manifest = Some(None);
        let note = match text.parse::<Note>() {
            Ok(note) => note,
            Err(error) => return self.report(number, None, &format!("the manifest: {error}"), None),
        };
        let outcomes: Vec<_> = self.trust.keys.iter().map(|key| key.verify(&note)).collect();
        let forged = outcomes.iter().find(|outcome| matches!(outcome, Err(NoteError::Forged(_))));
        if let Some(Err(error)) = forged {
            let text = error.to_string();
            return self.report(number, None, &format!("the manifest: {text}"), None);
        }
        if outcomes.iter().all(Result::is_err) {
            return self.report(number, None, "no key that was given signed the manifest", None);
        }
        let Ok(manifest) = note.text.parse::<Manifest>() else {
            return self.report(number, None, "the manifest is not of this format", None);
        };
        self.verdict.exported = Some(manifest.exported);
        let lines = self.lines - 1;
        for (what, expected, found) in [
            ("another log", manifest.origin.clone(), origin.to_owned()),
            ("another number of lines", manifest.lines.to_string(), lines.to_string()),
            ("another number of events", manifest.events.to_string(), self.verdict.events.to_string()),
        ] {
            if expected != found {
                self.report(number, None, &format!("the manifest is of {what}"), Some((expected, found)));
            }
        }
        // Where the chain broke was said there.
        if let Some(chain) = before.filter(|chain| chain.0 != manifest.chain) {
            let difference = Some((manifest.chain.to_string(), chain.0.to_string()));
            self.report(number, None, "the lines are not those that the manifest signs", difference);
        }
        self.manifest = Some(Some(manifest));
    }

    pub(super) fn finish(mut self, end: u64, last: u64, around: Option<Around>) -> Verdict {
        let page = self.manifest.as_ref().and_then(|manifest| manifest.as_ref()).and_then(|manifest| manifest.page);
        self.check_page(last, page, around);
        match self.head.take() {
            Some(head) => self.check_whole(end, &head),
            None if !self.begun() => self.report(end, None, "there is no bundle in this file", None),
            None => {}
        }
        self.verdict.problems.sort_by_key(|problem| problem.place.line);
        self.verdict
    }

    fn check_whole(&mut self, last: u64, head: &Head) {
        if self.manifest.is_none() {
            self.report(last, None, "the manifest is missing: the file was cut behind this line", None);
        }
        self.check_end(last, head);
        if let Some(problem) = self.selected.finish(&head.selection, head.size) {
            self.report(last, None, &problem, None);
        }
        self.check_given(last);
    }

    fn check_page(&mut self, last: u64, expected: Option<Hash>, around: Option<Around>) {
        match around {
            Some(around) => {
                if let Err((line, found)) = around.finish(expected, last) {
                    let difference = expected.map(|expected| (expected.to_string(), found.to_string()));
                    self.report(line.unwrap_or(1), None, "the page around the bundle was changed", difference);
                }
            }
            None if expected.is_some() => {
                self.report(last, None, "the bundle was taken out of its page", None);
            }
            None => {}
        }
    }

    fn check_end(&mut self, last: u64, head: &Head) {
        if !self.lost && self.frontier.size() != head.size {
            let positions = Some((self.frontier.size() + 1, head.size));
            self.report(last, positions, "the positions up to the size of the log are missing", None);
        }
        match self.last_checkpoint {
            Some((size, _)) if size != head.size => {
                self.report(last, None, "the checkpoint of the whole size is missing", None);
            }
            Some((_, true)) => {}
            Some((_, false)) => {
                self.report(last, None, "the last checkpoint is not signed by a key that was given", None);
            }
            None => self.report(last, None, "there is no checkpoint", None),
        }
    }

    fn check_given(&mut self, last: u64) {
        if let Some(earlier) = self.earlier.take().filter(|_| !self.lost) {
            let what = if earlier.size > self.frontier.size() {
                format!(
                    "the log of the earlier checkpoint has {} events, this one fewer: some were taken away",
                    earlier.size
                )
            } else {
                format!(
                    "the bundle does not show whether it begins with the first {} events: export it with --checkpoint",
                    earlier.size
                )
            };
            self.report(last, None, &what, None);
        }
        let missing: Vec<String> = self
            .trust
            .witnesses
            .iter()
            .map(|key| key.name().to_owned())
            .filter(|name| !self.verdict.cosigned.iter().any(|one| one.trusted && one.witness == *name))
            .collect();
        for name in missing {
            self.report(last, None, &format!("{name} cosigned none of the checkpoints"), None);
        }
    }
}
