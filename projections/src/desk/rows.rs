//! The rows of one table, in memory: those that events changed wait here to be written, others spare a look-up.

use std::collections::HashMap;

use crate::{
    fold::{At, FoldError, Folded},
    sql::signed,
};

/// Rows by id.
#[derive(Debug, PartialEq)]
pub(crate) struct Rows<R> {
    by_id: HashMap<String, Kept<R>>,
    /// How many were changed.
    waiting: usize,
}

#[derive(Debug, PartialEq)]
struct Kept<R> {
    row: R,
    /// Whether events changed it since it was last written.
    changed: bool,
}

impl<R> Default for Rows<R> {
    fn default() -> Self {
        Self { by_id: HashMap::new(), waiting: 0 }
    }
}

impl<R> Rows<R> {
    pub fn get(&self, id: &str) -> Option<&R> {
        self.by_id.get(id).map(|kept| &kept.row)
    }

    pub fn values(&self) -> impl Iterator<Item = &R> {
        self.by_id.values().map(|kept| &kept.row)
    }

    pub fn into_values(self) -> impl Iterator<Item = R> {
        self.by_id.into_values().map(|kept| kept.row)
    }

    /// Takes rows in as they are in their table.
    pub fn extend(&mut self, rows: Vec<R>, id_of: impl Fn(&R) -> String) {
        self.by_id.extend(rows.into_iter().map(|row| (id_of(&row), Kept { row, changed: false })));
    }

    /// How many are to be written.
    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// Those that are to be written, in the order of their ids, which is the order of their index.
    pub fn changed(&self) -> Vec<&R> {
        let mut changed: Vec<_> = self.by_id.iter().filter(|(_, kept)| kept.changed).collect();
        changed.sort_unstable_by_key(|(id, _)| *id);
        changed.into_iter().map(|(_, kept)| &kept.row).collect()
    }

    /// They were written. If there are more than `room`, only those that were just changed stay.
    pub fn written(&mut self, room: usize) {
        if self.by_id.len() > room {
            self.by_id.retain(|_, kept| kept.changed);
        }
        self.by_id.values_mut().for_each(|kept| kept.changed = false);
        self.waiting = 0;
    }
}

impl<R: Folded> Rows<R> {
    /// Folds one event into its row; gives whether it changed anything. One that the row already holds does not.
    pub fn fold(&mut self, at: &At<'_>, event: &R::Event) -> Result<bool, FoldError> {
        if let Some(kept) = self.by_id.get_mut(at.aggregate_id) {
            if kept.row.position() >= signed(at.position) {
                return Ok(false);
            }
            kept.row.apply(at, event)?;
            kept.row.stamp(at);
            self.waiting += usize::from(!kept.changed);
            kept.changed = true;
        } else {
            let row = R::begin(at, event)?;
            self.by_id.insert(at.aggregate_id.to_owned(), Kept { row, changed: true });
            self.waiting += 1;
        }
        Ok(true)
    }
}
