//! Verifying a bundle: one pass over its lines, with what the auditor trusts.

mod checkpoints;
mod end;
mod events;
mod lines;

use std::io::{self, BufRead};

use super::{
    line::{Chain, Head, Manifest},
    page::Page,
    read::{Around, Lines, begins, ends},
    selected::Selected,
    verdict::{Place, Problem, Verdict},
};
use crate::{Checkpoint, Frontier, Note, VerifierKey};

const LISTED: usize = 100;

/// What the auditor has from elsewhere, and trusts.
#[derive(Clone, Debug, Default)]
pub struct Trust<'a> {
    /// Keys of the log. The last checkpoint and the manifest must be signed by one of them.
    pub keys: Vec<VerifierKey>,
    /// Keys of witnesses. Each must have cosigned a checkpoint of the bundle.
    pub witnesses: Vec<VerifierKey>,
    /// A checkpoint from earlier: what it says must be a part of the bundle's log.
    pub checkpoint: Option<Note>,
    /// A size of the log whose root is to be told, for [`super::pair`].
    pub root_at: Option<u64>,
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
}
