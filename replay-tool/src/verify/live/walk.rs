//! Leaf by leaf: the rows against the tree, and both against what was signed.

use event_store::{
    Log,
    proof::{
        Frontier, Hash,
        tile::{Edge, TileId, WIDTH},
    },
    tree::StoredRow,
};

use super::{
    Finding, Findings,
    anchors::{Anchor, Anchors},
};
use crate::Failure;

/// How many checkpoints were compared.
pub struct Counted {
    pub in_database: u64,
    pub in_files: u64,
}

/// A position whose row is not what the tree says.
struct Mismatch {
    position: i64,
    /// None: the row is missing.
    row: Option<Hash>,
    tree: Hash,
}

/// Both sides, and what they differ in since they last agreed with a signature.
struct Walk<'a> {
    log: &'a Log,
    rows: Frontier,
    tree: Frontier,
    /// The tiles that follow from the leaves of the tree.
    edge: Edge,
    mismatches: Vec<Mismatch>,
    /// Up to here all is as it was signed.
    confirmed: u64,
}

pub async fn walk(
    log: &Log,
    size: u64,
    mut anchors: Anchors<'_>,
    findings: &mut Findings,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Counted, Failure> {
    let mut walk = Walk {
        log,
        rows: Frontier::default(),
        tree: Frontier::default(),
        edge: Edge::default(),
        mismatches: vec![],
        confirmed: 0,
    };
    for anchor in anchors.up_to(0, findings).await? {
        walk.compare(&anchor, findings);
    }
    for tile in 0..size.div_ceil(WIDTH as u64) {
        let last = ((tile + 1) * WIDTH as u64).min(size);
        walk.tile(tile, last, &mut anchors, findings).await?;
        progress(last - tile * WIDTH as u64);
    }
    // What no checkpoint covered any more.
    walk.tell_mismatches(findings, "the row is not what the tree says was sealed here");
    walk.edges(size, findings).await?;
    anchors.beyond(findings).await?;
    Ok(Counted { in_database: anchors.in_database, in_files: anchors.in_files })
}

impl Walk<'_> {
    async fn tile(
        &mut self,
        tile: u64,
        last: u64,
        anchors: &mut Anchors<'_>,
        findings: &mut Findings,
    ) -> Result<(), Failure> {
        let first = tile * WIDTH as u64 + 1;
        let width = usize::try_from(last + 1 - first)?;
        let leaves = self.log.tile(TileId { level: 0, index: tile }, width).await?;
        if leaves.is_none() {
            findings.push(Finding {
                position: Some(i64::try_from(first)?),
                to_position: Some(i64::try_from(last)?),
                problem: "the tree's tile over these positions is missing".to_owned(),
                expected: None,
                found: None,
            });
        }
        let rows = self.log.stored_rows(i64::try_from(first)?, i64::try_from(last)?).await?;
        let mut rows = rows.iter().peekable();
        let mut full = vec![];
        for (index, position) in (0..width).zip(first..) {
            let position = i64::try_from(position)?;
            let row = rows.next_if(|row| row.position == position).map(StoredRow::leaf);
            while rows.next_if(|row| row.position == position).is_some() {
                findings.add(position, "a second row was inserted at this position");
            }
            let in_tree = leaves.as_ref().and_then(|leaves| leaves.get(index).copied());
            self.leaf(position, row, in_tree, &mut full);
            let size = self.tree.size();
            for anchor in anchors.up_to(size, findings).await? {
                self.compare(&anchor, findings);
            }
        }
        for (id, hashes) in full {
            self.compare_tile(id, &hashes, findings).await?;
        }
        Ok(())
    }

    fn leaf(&mut self, position: i64, row: Option<Hash>, in_tree: Option<Hash>, full: &mut Vec<(TileId, Vec<Hash>)>) {
        let tree = in_tree.or(row).unwrap_or_else(Hash::empty);
        if row != Some(tree) {
            self.mismatches.push(Mismatch { position, row, tree });
        }
        self.rows.push(row.unwrap_or_else(Hash::empty));
        self.tree.push(tree);
        self.edge.push(tree, &mut |id, hashes| {
            if id.level > 0 {
                full.push((id, hashes.to_vec()));
            }
        });
    }

    /// Which side is right, if they differ: the one that was signed.
    fn compare(&mut self, anchor: &Anchor, findings: &mut Findings) {
        let Anchor { checkpoint, place } = anchor;
        if checkpoint.size != self.tree.size() {
            // Out of order in the files: it was compared with the tree by the sealer that wrote a later one.
            return;
        }
        if self.tree.root() == checkpoint.root {
            self.tell_mismatches(findings, "the row is not the one that was sealed");
            self.rows = self.tree.clone();
        } else if self.rows.root() == checkpoint.root {
            for mismatch in std::mem::take(&mut self.mismatches) {
                findings.push(Finding {
                    position: Some(mismatch.position),
                    to_position: None,
                    problem: "the tree's leaf was changed; the row is the one that was sealed".to_owned(),
                    expected: mismatch.row.map(|hash| hash.to_string()),
                    found: Some(mismatch.tree.to_string()),
                });
            }
            self.tree = self.rows.clone();
        } else {
            self.tell_mismatches(findings, "the row is not what the tree says was sealed here");
            findings.push(Finding {
                position: i64::try_from(self.confirmed + 1).ok(),
                to_position: i64::try_from(checkpoint.size).ok(),
                problem: format!("{place} has another root: rows and tree were changed after it was signed"),
                expected: Some(checkpoint.root.to_string()),
                found: Some(self.tree.root().to_string()),
            });
        }
        self.confirmed = checkpoint.size;
    }

    fn tell_mismatches(&mut self, findings: &mut Findings, what: &str) {
        for Mismatch { position, row, tree } in std::mem::take(&mut self.mismatches) {
            let problem = if row.is_some() { what } else { "the row that was sealed here was removed" };
            findings.push(Finding {
                position: Some(position),
                to_position: None,
                problem: problem.to_owned(),
                expected: Some(tree.to_string()),
                found: row.map(|hash| hash.to_string()),
            });
        }
    }

    async fn compare_tile(&self, id: TileId, hashes: &[Hash], findings: &mut Findings) -> Result<(), Failure> {
        if self.log.tile(id, hashes.len()).await?.as_deref() != Some(hashes) {
            let TileId { level, index } = id;
            findings
                .add(None, format!("tile {index} of level {level} of the tree is not what follows from its leaves"));
        }
        Ok(())
    }

    /// The tiles that are not full.
    async fn edges(&self, size: u64, findings: &mut Findings) -> Result<(), Failure> {
        for (level, hashes) in (0..).zip(self.edge.levels()) {
            if !hashes.is_empty() && level > 0 {
                let index = size.checked_shr(8 * (level + 1)).unwrap_or(0);
                self.compare_tile(TileId { level, index }, hashes, findings).await?;
            }
        }
        Ok(())
    }
}
