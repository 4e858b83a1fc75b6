//! Verifying a bundle: one pass over its lines, with what the auditor trusts.

use std::io::{self, BufRead};

use chrono::DateTime;

use super::{
    line::{Chain, FORMAT, Gap, Head, Line, Manifest, Selection, Shown, TAIL_BYTES, keys},
    page::Page,
    read::{Around, Lines, begins, ends},
    selected::Selected,
    verdict::{Cosigned, Place, Problem, Verdict},
};
use crate::{Checkpoint, Cosignature, Frontier, Hash, Note, NoteError, VerifierKey, merkle};

const LISTED: usize = 100;
const RUNS: usize = 1000;

/// What the auditor has from elsewhere, and trusts.
#[derive(Clone, Debug, Default)]
pub struct Trust<'a> {
    /// Keys of the log. The last checkpoint and the manifest must be signed by one of them.
    pub keys: Vec<VerifierKey>,
    /// Keys of witnesses. Each must have cosigned a checkpoint of the bundle.
    pub witnesses: Vec<VerifierKey>,
    /// A checkpoint from earlier: what it says must be a part of the bundle's log.
    pub checkpoint: Option<Note>,
    /// The page that bundles of this program stand in: to name what was changed in it.
    pub page: Option<Page<'a>>,
}

/// Reads a bundle to its end, and finds all that is wrong with it. `progress` hears of bytes.
pub fn verify(source: impl BufRead, trust: &Trust<'_>, progress: &mut dyn FnMut(u64)) -> io::Result<Verdict> {
    let mut lines = Lines::new(source);
    let mut around: Option<Around> = None;
    let mut within = true;
    let mut walk = Walk::new(trust);
    let (mut last, mut end) = (0, None);
    while let Some((number, line)) = lines.next()? {
        progress(line.len() as u64);
        last = number;
        if number == 1 && line.first() == Some(&b'<') {
            around = Some(Around::new(trust.page));
            within = false;
        }
        match &mut around {
            Some(page) if !within => {
                page.take(number, line);
                // Of two places for a bundle the first counts; the second is only text of the page.
                within = begins(line) && !walk.begun();
            }
            Some(page) if ends(line) => {
                page.take(number, line);
                within = false;
                end = Some(number);
            }
            _ => walk.line(number, line),
        }
    }
    Ok(walk.finish(end.unwrap_or(last), last, around))
}

/// The walk over the leaves.
struct Walk<'t> {
    trust: &'t Trust<'t>,
    verdict: Verdict,
    head: Option<Head>,
    /// Keys that the bundle names.
    named: (Vec<VerifierKey>, Vec<VerifierKey>),
    earlier: Option<Checkpoint>,
    /// None once a line was found that is not the one that was exported.
    chain: Option<Chain>,
    lines: u64,
    frontier: Frontier,
    /// A part is missing: no root can be computed any more.
    lost: bool,
    /// Up to here the roots are those that were signed.
    confirmed: u64,
    selected: Selected,
    /// The last checkpoint, and whether a trusted key signed it.
    last_checkpoint: Option<(u64, bool)>,
    manifest: Option<Option<Manifest>>,
}

impl<'t> Walk<'t> {
    fn new(trust: &'t Trust<'t>) -> Self {
        let mut walk = Self {
            trust,
            verdict: Verdict::default(),
            head: None,
            named: (vec![], vec![]),
            earlier: None,
            chain: Some(Chain::begin()),
            lines: 0,
            frontier: Frontier::default(),
            lost: false,
            confirmed: 0,
            selected: Selected::default(),
            last_checkpoint: None,
            manifest: None,
        };
        walk.take_earlier();
        walk
    }

    fn begun(&self) -> bool {
        self.lines > 0
    }

    fn take_earlier(&mut self) {
        let Some(note) = &self.trust.checkpoint else { return };
        let parsed = note.text.parse::<Checkpoint>();
        let signed = self.trust.keys.iter().any(|key| key.verify(note).is_ok());
        match parsed {
            Ok(checkpoint) if signed => self.earlier = Some(checkpoint),
            Ok(_) => self.report(None, None, "the earlier checkpoint is not signed by a key that was given", None),
            Err(error) => self.report(None, None, &format!("the earlier checkpoint: {error}"), None),
        }
    }

    fn report(
        &mut self,
        line: impl Into<Option<u64>>,
        positions: Option<(u64, u64)>,
        problem: &str,
        difference: Option<(String, String)>,
    ) {
        self.verdict.problem_count += 1;
        if self.verdict.problems.len() < LISTED {
            let place = Place {
                line: line.into(),
                position: positions.map(|(from, _)| from),
                to_position: positions.map(|(_, to)| to),
            };
            let (expected, found) = difference.unzip();
            self.verdict.problems.push(Problem { place, problem: problem.to_owned(), expected, found });
        }
    }

    fn line(&mut self, number: u64, bytes: &[u8]) {
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

    /// Whether the walk is where a line says that it is; if not, goes on there, without a root.
    fn at(&mut self, number: u64, position: u64) -> bool {
        let expected = self.frontier.size() + 1;
        if self.lost || position == expected {
            return !self.lost;
        }
        self.lost = true;
        let difference = Some((format!("position {expected}"), format!("position {position}")));
        if position > expected {
            self.report(number, Some((expected, position - 1)), "positions are missing before this line", difference);
        } else {
            self.report(number, Some((position, position)), "this position was there before", difference);
        }
        false
    }

    fn gap(&mut self, number: u64, gap: Gap, size: u64) {
        self.selected.gap();
        if !self.at(number, gap.from) {
            return;
        }
        let nodes = if gap.from <= gap.to && gap.to <= size { merkle::cover(gap.from - 1, gap.to) } else { vec![] };
        if nodes.is_empty() || nodes.len() != gap.hashes.len() {
            let difference = Some((nodes.len().to_string(), gap.hashes.len().to_string()));
            self.report(number, Some((gap.from, gap.to)), "a gap with the wrong number of hashes", difference);
            self.lost = true;
            return;
        }
        for (node, hash) in nodes.iter().zip(&gap.hashes) {
            let fits = self.frontier.push_subtree(hash.0, node.level);
            self.lost |= fits.is_err();
        }
        self.compare_earlier(number);
    }

    fn event(&mut self, number: u64, Shown { leaf, row }: Shown, selection: &Selection) {
        let position = row.position;
        let at = Some((position, position));
        let in_place = self.at(number, position);
        let found = row.leaf();
        if found != leaf.0 {
            let what = "the event is not the one that was sealed: one of its values was changed";
            self.report(number, at, what, Some((leaf.0.to_string(), found.to_string())));
        }
        if let Some(problem) = self.selected.event(selection, &row) {
            self.report(number, at, &problem, None);
        }
        if in_place {
            self.frontier.push(leaf.0);
            self.compare_earlier(number);
        }
        self.verdict.events += 1;
        let shown = &mut self.verdict.shown;
        if let Some((_, last)) = shown.last_mut().filter(|(_, last)| last.checked_add(1) == Some(position)) {
            *last = position;
        } else if shown.len() < RUNS {
            shown.push((position, position));
        }
    }

    fn compare_earlier(&mut self, number: u64) {
        let Some(earlier) = self.earlier.take_if(|earlier| earlier.size == self.frontier.size() && !self.lost) else {
            return;
        };
        let found = self.frontier.root();
        if found == earlier.root {
            self.verdict.consistent_with = Some(earlier.size);
            return;
        }
        let what = "the log up to here is not the one of the earlier checkpoint: it was changed since";
        let positions = Some((1, earlier.size));
        self.report(number, positions, what, Some((earlier.root.to_string(), found.to_string())));
    }

    fn checkpoint(&mut self, number: u64, text: &str, origin: &str) {
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

    fn manifest(&mut self, number: u64, text: &str, origin: &str, before: Option<Chain>) {
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

    fn finish(mut self, end: u64, last: u64, around: Option<Around>) -> Verdict {
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
