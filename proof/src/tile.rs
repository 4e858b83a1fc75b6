//! Tiles (C2SP tlog-tiles): the tree as pieces of up to 256 hashes, of every eighth level. A full tile never changes.

use std::{collections::HashMap, fmt, str::FromStr};

use crate::{
    hash::Hash,
    merkle::{self, Node, Nodes},
};

/// Hashes in a full tile.
pub const WIDTH: usize = 256;
const LEVELS: u32 = 8;

/// Which tile: `level` 0 holds leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileId {
    /// Its level: one for every eight of the tree.
    pub level: u32,
    /// Which one of its level.
    pub index: u64,
}

impl TileId {
    /// The tile that a perfect subtree is under, or in.
    pub fn of(node: Node) -> Self {
        let (level, rest) = (node.level / LEVELS, node.level % LEVELS);
        Self { level, index: (node.index << rest) / WIDTH as u64 }
    }

    /// How many hashes it has in a tree of `size` leaves: 0 to 256.
    pub fn width(self, size: u64) -> usize {
        let hashes = size.checked_shr(LEVELS * self.level).unwrap_or(0);
        let before = self.index.saturating_mul(WIDTH as u64);
        usize::try_from(hashes.saturating_sub(before).min(WIDTH as u64)).unwrap_or(WIDTH)
    }
}

/// Tiles that were fetched, as they are needed to make proofs.
#[derive(Debug, Default)]
pub struct Tiles(pub HashMap<TileId, Vec<Hash>>);

/// A tile that is not there, or too narrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("tile {} of level {} is missing from the tree, or is cut", .0.index, .0.level)]
pub struct MissingTile(pub TileId);

impl Nodes for Tiles {
    type Error = MissingTile;

    fn node(&mut self, node: Node) -> Result<Hash, MissingTile> {
        let id = TileId::of(node);
        let rest = node.level % LEVELS;
        let from = usize::try_from((node.index << rest) % WIDTH as u64).unwrap_or(0);
        let hashes = self.0.get(&id).and_then(|tile| tile.get(from..from + (1 << rest)));
        Ok(perfect(hashes.ok_or(MissingTile(id))?))
    }
}

/// The root of a power of two of hashes.
fn perfect(hashes: &[Hash]) -> Hash {
    let mut level = hashes.to_vec();
    while level.len() > 1 {
        level = level.chunks(2).map(|pair| Hash::node(pair[0], pair[pair.len() - 1])).collect();
    }
    level.first().copied().unwrap_or_else(Hash::empty)
}

/// The right edge of a tree in tiles: what is not full yet, level by level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    levels: Vec<Vec<Hash>>,
}

/// An edge that is not that of a tree of its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the edge of the tree does not fit its size, {0}: it was changed from outside")]
pub struct BrokenEdge(pub u64);

impl Edge {
    /// The edge of a tree of `size` leaves, as [`Edge::levels`] gave it.
    pub fn try_new(size: u64, levels: Vec<Vec<Hash>>) -> Result<Self, BrokenEdge> {
        let mut hashes = size;
        for level in &levels {
            if level.len() as u64 != hashes % WIDTH as u64 {
                return Err(BrokenEdge(size));
            }
            hashes /= WIDTH as u64;
        }
        if hashes == 0 { Ok(Self { size, levels }) } else { Err(BrokenEdge(size)) }
    }

    /// How many leaves there are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The hashes of the last tile of each level, where it is not full.
    pub fn levels(&self) -> &[Vec<Hash>] {
        &self.levels
    }

    /// Adds a leaf; `full` gets each tile that it fills.
    pub fn push(&mut self, leaf: Hash, full: &mut impl FnMut(TileId, &[Hash])) {
        let (mut hash, mut index) = (leaf, self.size);
        self.size += 1;
        for number in 0.. {
            if self.levels.len() == number {
                self.levels.push(vec![]);
            }
            let level = &mut self.levels[number];
            level.push(hash);
            if level.len() < WIDTH {
                return;
            }
            index /= WIDTH as u64;
            full(TileId { level: u32::try_from(number).unwrap_or(u32::MAX), index }, level);
            hash = perfect(level);
            level.clear();
        }
    }

    /// The root of the whole tree.
    pub fn root(&self) -> Hash {
        let mut right: Option<Hash> = None;
        for level in &self.levels {
            for node in merkle::cover(0, level.len() as u64).into_iter().rev() {
                let at = |place| usize::try_from(place).unwrap_or(0);
                let left = perfect(&level[at(node.from())..at(node.to())]);
                right = Some(right.map_or(left, |right| Hash::node(left, right)));
            }
        }
        right.unwrap_or_else(Hash::empty)
    }
}

/// What a path under `tile/` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// Hashes.
    Hashes(TileId, usize),
    /// The entries under a tile of level 0: which tile, and how many.
    Entries(u64, usize),
}

/// A path that names nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a path such as 0/x001/x234/067 or entries/000.p/17")]
pub struct PathError;

impl FromStr for Resource {
    type Err = PathError;

    /// What follows `tile/`.
    fn from_str(path: &str) -> Result<Self, PathError> {
        let (level, place) = path.split_once('/').ok_or(PathError)?;
        let (digits, width) = match place.split_once(".p/") {
            Some((digits, width)) => (digits, number(width).filter(|width| (1..WIDTH).contains(width))),
            None => (place, Some(WIDTH)),
        };
        let (index, width) = index(digits).zip(width).ok_or(PathError)?;
        if level == "entries" {
            return Ok(Self::Entries(index, width));
        }
        let level = number(level).filter(|level| *level < 64).ok_or(PathError)?;
        Ok(Self::Hashes(TileId { level: u32::try_from(level).map_err(|_| PathError)?, index }, width))
    }
}

/// Decimal, without leading zeros.
fn number(text: &str) -> Option<usize> {
    let number: usize = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

fn index(text: &str) -> Option<u64> {
    let mut index: u64 = 0;
    let mut parts = text.split('/').peekable();
    while let Some(part) = parts.next() {
        let digits = if parts.peek().is_some() { part.strip_prefix('x')? } else { part };
        if digits.len() != 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        index = index.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
    }
    (written(index) == text).then_some(index)
}

fn written(mut index: u64) -> String {
    let mut text = format!("{:03}", index % 1000);
    while index >= 1000 {
        index /= 1000;
        text = format!("x{:03}/{text}", index % 1000);
    }
    text
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (index, width) = match self {
            Self::Hashes(id, width) => {
                write!(f, "{}/", id.level)?;
                (id.index, *width)
            }
            Self::Entries(index, width) => {
                f.write_str("entries/")?;
                (*index, *width)
            }
        };
        f.write_str(&written(index))?;
        if width == WIDTH { Ok(()) } else { write!(f, ".p/{width}") }
    }
}

#[cfg(test)]
mod tests;
