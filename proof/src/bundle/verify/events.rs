//! The leaves: events that are shown, and gaps between them.

use super::Walk;
use crate::{
    bundle::{
        event::StoredEvent,
        line::{Gap, Selection, Shown},
        verdict::Restored,
    },
    merkle,
};

const RUNS: usize = 1000;
const RESTORED: usize = 1000;

impl Walk<'_> {
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

    pub(super) fn gap(&mut self, number: u64, gap: Gap, size: u64) {
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

    pub(super) fn event(&mut self, number: u64, Shown { leaf, row }: Shown, selection: &Selection) {
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
        if row.event_type.as_deref() == Some(super::super::RESTORED) {
            self.note_restored(&row, in_place);
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

    fn note_restored(&mut self, row: &StoredEvent, in_place: bool) {
        if self.verdict.restored.len() < RESTORED {
            self.verdict.restored.push(Restored {
                position: row.position,
                root_before: in_place.then(|| self.frontier.root()),
                payload: row.payload.clone().unwrap_or_default(),
            });
        }
    }

    pub(super) fn compare_earlier(&mut self, number: u64) {
        if self.trust.root_at == Some(self.frontier.size()) && !self.lost {
            self.verdict.root_at = Some(self.frontier.root());
        }
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
}
