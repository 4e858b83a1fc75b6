//! The tree of RFC 6962: roots and proofs from the hashes of its perfect subtrees, and the verification of RFC 9162.
//!
//! A perfect subtree, here a [`Node`], has 2^level leaves and begins at a multiple of that. Its hash never changes
//! once its leaves are there, so it can be kept; every other hash of the tree, for any size, follows from those.

use crate::hash::Hash;

/// The perfect subtree over the leaves `index << level` to `(index + 1) << level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Node {
    /// 0 is a leaf.
    pub level: u32,
    /// Which one of its level.
    pub index: u64,
}

impl Node {
    /// The first leaf under it.
    pub fn from(self) -> u64 {
        self.index << self.level
    }

    /// The first leaf behind it.
    pub fn to(self) -> u64 {
        (self.index + 1) << self.level
    }
}

/// Whatever keeps the hashes of perfect subtrees.
pub trait Nodes {
    /// Why one cannot be given.
    type Error;

    /// The hash of one.
    fn node(&mut self, node: Node) -> Result<Hash, Self::Error>;
}

/// Only notes which ones are asked for: they can then be fetched at once.
#[derive(Debug, Default)]
pub struct Wanted(pub Vec<Node>);

impl Nodes for Wanted {
    type Error = std::convert::Infallible;

    fn node(&mut self, node: Node) -> Result<Hash, Self::Error> {
        self.0.push(node);
        Ok(Hash([0; Hash::BYTES]))
    }
}

/// The fewest perfect subtrees that together are the leaves `from` to `to` (exclusive), from left to right.
pub fn cover(mut from: u64, to: u64) -> Vec<Node> {
    let mut nodes = vec![];
    while from < to {
        let room = (to - from).ilog2();
        let level = if from == 0 { room } else { from.trailing_zeros().min(room) };
        nodes.push(Node { level, index: from >> level });
        from += 1 << level;
    }
    nodes
}

/// The hash over the leaves `from` to `to`, where `from` begins a subtree of the tree of size `to`.
fn range<N: Nodes>(nodes: &mut N, from: u64, to: u64) -> Result<Hash, N::Error> {
    let mut right: Option<Hash> = None;
    for node in cover(from, to).into_iter().rev() {
        let left = nodes.node(node)?;
        right = Some(right.map_or(left, |right| Hash::node(left, right)));
    }
    Ok(right.unwrap_or_else(Hash::empty))
}

/// The root of the first `size` leaves.
pub fn root<N: Nodes>(nodes: &mut N, size: u64) -> Result<Hash, N::Error> {
    range(nodes, 0, size)
}

/// The largest power of two below `size`, which is at least 2.
fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// PATH of RFC 6962 section 2.1.1: the hashes that lead from leaf `index` to the root of `size` leaves, the leaf's
/// sibling first. `index` is below `size`.
pub fn inclusion<N: Nodes>(nodes: &mut N, index: u64, size: u64) -> Result<Vec<Hash>, N::Error> {
    let (mut from, mut to) = (0, size);
    let mut siblings = vec![];
    while to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            siblings.push((middle, to));
            to = middle;
        } else {
            siblings.push((from, middle));
            from = middle;
        }
    }
    siblings.into_iter().rev().map(|(from, to)| range(nodes, from, to)).collect()
}

/// PROOF of RFC 6962 section 2.1.2: the hashes that show that the tree of `size` leaves begins with that of `old`.
/// `old` is at most `size`; of 0, and of `size` itself, nothing needs to be shown.
pub fn consistency<N: Nodes>(nodes: &mut N, old: u64, size: u64) -> Result<Vec<Hash>, N::Error> {
    if old == 0 || old == size {
        return Ok(vec![]);
    }
    let (mut from, mut to) = (0, size);
    let mut parts = vec![];
    // Down to the subtree whose end is the old end.
    while to != old {
        let middle = from + split(to - from);
        if old <= middle {
            parts.push((middle, to));
            to = middle;
        } else {
            parts.push((from, middle));
            from = middle;
        }
    }
    if from > 0 {
        parts.push((from, to));
    }
    parts.into_iter().rev().map(|(from, to)| range(nodes, from, to)).collect()
}

/// Why a proof does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// It is about something outside of the tree.
    #[error("the proof is about place {place}, which a tree of {size} does not have")]
    Outside {
        /// The leaf, or the earlier size.
        place: u64,
        /// The tree's size.
        size: u64,
    },
    /// It has too many or too few hashes.
    #[error("the proof has the wrong number of hashes")]
    Length,
    /// It leads elsewhere.
    #[error("the proof leads to the root {found}, not to {expected}")]
    Root {
        /// Where it leads.
        found: Hash,
        /// Where it should.
        expected: Hash,
    },
}

/// RFC 9162 section 2.1.3.2: whether `leaf` is at `index` in the tree of `size` leaves with this root.
pub fn verify_inclusion(leaf: Hash, index: u64, size: u64, path: &[Hash], expected: Hash) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Outside { place: index, size });
    }
    let (mut at, mut last, mut found) = (index, size - 1, leaf);
    for sibling in path {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if at & 1 == 1 || at == last {
            found = Hash::node(*sibling, found);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            found = Hash::node(found, *sibling);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    same(found, expected)
}

/// RFC 9162 section 2.1.4.2: whether the tree of `size` leaves begins with that of `old`.
pub fn verify_consistency(
    (old, old_root): (u64, Hash),
    (size, root): (u64, Hash),
    path: &[Hash],
) -> Result<(), ProofError> {
    if old > size {
        return Err(ProofError::Outside { place: old, size });
    }
    if old == 0 || old == size {
        let expected = if old == 0 { Hash::empty() } else { root };
        return if path.is_empty() { same(old_root, expected) } else { Err(ProofError::Length) };
    }
    let mut path = path.iter().copied();
    let first = if old.is_power_of_two() { old_root } else { path.next().ok_or(ProofError::Length)? };
    let (mut at, mut last) = (old - 1, size - 1);
    while at & 1 == 1 {
        (at, last) = (at >> 1, last >> 1);
    }
    let (mut before, mut after) = (first, first);
    for hash in path {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if at & 1 == 1 || at == last {
            before = Hash::node(hash, before);
            after = Hash::node(hash, after);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            after = Hash::node(after, hash);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    same(before, old_root)?;
    same(after, root)
}

fn same(found: Hash, expected: Hash) -> Result<(), ProofError> {
    if found == expected { Ok(()) } else { Err(ProofError::Root { found, expected }) }
}

/// The right edge of a tree that grows: its perfect subtrees, at most 64. Leaves may be added one by one, or as whole
/// perfect subtrees whose leaves are not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// One per set bit of `size`, the largest first.
    peaks: Vec<Hash>,
}

/// A subtree that does not fit where it is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a subtree of 2^{level} leaves cannot begin at leaf {at}")]
pub struct Misplaced {
    /// Its level.
    pub level: u32,
    /// Where the tree ended.
    pub at: u64,
}

impl Frontier {
    /// How many leaves there are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf by its hash.
    pub fn push(&mut self, leaf: Hash) {
        self.merge(leaf, 0);
    }

    /// Adds a perfect subtree of 2^level leaves by its hash.
    pub fn push_subtree(&mut self, hash: Hash, level: u32) -> Result<(), Misplaced> {
        let fits = level < 63 && self.size.checked_add(1 << level).is_some();
        if !fits || self.size & ((1 << level) - 1) != 0 {
            return Err(Misplaced { level, at: self.size });
        }
        self.merge(hash, level);
        Ok(())
    }

    fn merge(&mut self, mut hash: Hash, level: u32) {
        let mut bit = 1 << level;
        while self.size & bit != 0 {
            let left = self.peaks.pop().expect("a peak for each set bit of the size");
            hash = Hash::node(left, hash);
            bit <<= 1;
        }
        self.peaks.push(hash);
        self.size += 1 << level;
    }

    /// The root of what is there.
    pub fn root(&self) -> Hash {
        let folded = self.peaks.iter().rev().copied().reduce(|right, left| Hash::node(left, right));
        folded.unwrap_or_else(Hash::empty)
    }
}

#[cfg(test)]
mod tests;
