//! Whether what is shown is what the bundle says that it shows.

use std::collections::HashMap;

use super::{
    event::{Instant, StoredEvent},
    line::Selection,
};

/// What the selection asks of the lines, as they pass.
#[derive(Debug, Default)]
pub(super) struct Selected {
    first: Option<(u64, Option<Instant>)>,
    last: Option<(u64, Option<Instant>)>,
    gap_within: bool,
    gap_since: bool,
    /// The last sequence of each stream.
    streams: HashMap<(Option<String>, Option<String>), i64>,
}

impl Selected {
    pub(super) fn gap(&mut self) {
        self.gap_since = true;
    }

    /// Takes an event; gives what is wrong with it.
    pub(super) fn event(&mut self, selection: &Selection, event: &StoredEvent) -> Option<String> {
        self.gap_within |= self.gap_since && self.first.is_some();
        self.gap_since = false;
        let here = (event.position, event.recorded_at);
        self.first.get_or_insert(here);
        self.last = Some(here);
        if !matches!(selection, Selection::Streams { .. }) {
            return None;
        }
        let stream = (event.aggregate_type.clone(), event.aggregate_id.clone());
        let last = self.streams.entry(stream).or_default();
        let expected = *last + 1;
        *last = event.sequence.unwrap_or_default();
        (event.sequence != Some(expected)).then(|| {
            let id = event.aggregate_id.as_deref().unwrap_or_default();
            format!("event {expected} of {id} is missing before this one")
        })
    }

    /// What is wrong with the whole.
    pub(super) fn finish(&self, selection: &Selection, size: u64) -> Option<String> {
        let (first, last) = (self.first.map(|(at, _)| at), self.last.map(|(at, _)| at));
        match selection {
            Selection::All if size == 0 && first.is_none() => None,
            Selection::All => (self.gap_within || (first, last) != (Some(1), Some(size)))
                .then(|| "it says that it shows the whole log, and does not".to_owned()),
            Selection::Positions { from, to } => (self.gap_within || (first, last) != (Some(*from), Some(*to)))
                .then(|| format!("it says that it shows positions {from} to {to}, and does not")),
            Selection::Time { from, to } => self.within(*from, *to, size),
            Selection::Streams { .. } => None,
        }
    }

    /// Times never go backwards along positions: what is before the first and behind the last is outside.
    fn within(&self, from: Option<Instant>, to: Option<Instant>, size: u64) -> Option<String> {
        let begins = match (self.first, from) {
            (Some((1, _)), _) => true,
            (Some((_, at)), Some(from)) => at < Some(from),
            (Some(_), None) => false,
            (None, _) => size == 0,
        };
        let ends = match (self.last, to) {
            (Some((position, _)), _) if position == size => true,
            (Some((_, at)), Some(to)) => at >= Some(to),
            (Some(_), None) => false,
            (None, _) => size == 0,
        };
        (self.gap_within || !begins || !ends)
            .then(|| "it does not show every event of the time that it says it shows".to_owned())
    }
}
