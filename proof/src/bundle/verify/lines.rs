//! Line by line: whether it is the one that was exported, and what it is.

use super::Walk;
use crate::bundle::line::{Chain, FORMAT, Head, Line, TAIL_BYTES, keys};

impl Walk<'_> {
    pub(super) fn line(&mut self, number: u64, bytes: &[u8]) {
        self.lines += 1;
        let before = self.chain;
        let whole = self.check_chain(number, bytes);
        if self.manifest.is_some() {
            if whole {
                self.report(number, None, "there is more behind the manifest, which is the last line", None);
            }
            return;
        }
        let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let body = text.get(..text.len().saturating_sub(TAIL_BYTES)).unwrap_or_default();
        match serde_json::from_slice::<Line>(&[body, b"}"].concat()) {
            Ok(line) => self.step(number, line, before),
            Err(error) if whole => self.report(number, None, &format!("this is not a line of a bundle: {error}"), None),
            Err(_) => {}
        }
    }

    /// Whether the line is the one that was exported, as far as that can still be told.
    fn check_chain(&mut self, number: u64, bytes: &[u8]) -> bool {
        let Some(chain) = self.chain else { return false };
        let Some(text) = bytes.strip_suffix(b"\n") else {
            self.chain = None;
            self.report(number, None, "the file ends within this line: it was cut", None);
            return false;
        };
        let (body, tail) = text.split_at(text.len().saturating_sub(TAIL_BYTES));
        let next = chain.after(body);
        let expected = next.tail();
        if tail == expected.as_bytes() {
            self.chain = Some(next);
            return true;
        }
        self.chain = None;
        let found = String::from_utf8_lossy(tail).into_owned();
        let what =
            "this line is not the one that was exported here: it, or one before it, was changed, removed or put in";
        self.report(number, self.next_position(), what, Some((expected, found)));
        false
    }

    fn next_position(&self) -> Option<(u64, u64)> {
        let next = self.frontier.size() + 1;
        self.head.as_ref().filter(|head| next <= head.size && !self.lost).map(|_| (next, next))
    }

    fn step(&mut self, number: u64, line: Line, before: Option<Chain>) {
        match (line, &self.head) {
            (Line::Bundle(head), None) => self.begin(number, head),
            (Line::Bundle(_), Some(_)) => self.report(number, None, "a second head", None),
            (_, None) => self.report(number, None, "the first line of a bundle is its head", None),
            (Line::Gap(gap), Some(head)) => {
                let size = head.size;
                self.gap(number, gap, size);
            }
            (Line::Event(shown), Some(head)) => {
                let selection = head.selection.clone();
                self.event(number, shown, &selection);
            }
            (Line::Checkpoint(note), Some(head)) => {
                let origin = head.origin.clone();
                self.checkpoint(number, &note, &origin);
            }
            (Line::Manifest(note), Some(head)) => {
                let origin = head.origin.clone();
                self.manifest(number, &note, &origin, before);
            }
        }
    }

    fn begin(&mut self, number: u64, head: Head) {
        if head.format != FORMAT {
            let found = head.format.to_string();
            self.report(number, None, "a format that is not known here", Some((FORMAT.to_string(), found)));
        }
        self.named = (keys(&head.keys), keys(&head.witnesses));
        self.verdict.origin.clone_from(&head.origin);
        self.verdict.tenant.clone_from(&head.tenant);
        self.verdict.size = head.size;
        self.verdict.selection = Some(head.selection.clone());
        if self.earlier.as_ref().is_some_and(|earlier| earlier.origin != head.origin) {
            self.report(number, None, "the earlier checkpoint is of another log", None);
            self.earlier = None;
        }
        self.head = Some(head);
        self.compare_earlier(number);
    }
}
