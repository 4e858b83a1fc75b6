//! Tiles out of the database, and what follows from them.

use std::convert::Infallible;

use proof::{
    Hash, Nodes,
    merkle::{self, Wanted},
    tile::{Edge, TileId, Tiles, WIDTH},
};

use super::state::hashes;
use crate::{
    database::TenantTx,
    error::StoreError,
    read::{signed, unsigned},
};

/// What may be asked of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// The root of so many leaves.
    Root(u64),
    /// The path from a leaf to the root of so many.
    Inclusion(u64, u64),
    /// That the second size begins with the first.
    Consistency(u64, u64),
    /// The fewest subtrees that are the leaves from one to another, exclusive.
    Cover(u64, u64),
}

impl Question {
    fn answer<N: Nodes>(self, nodes: &mut N) -> Result<Vec<Hash>, N::Error> {
        match self {
            Self::Root(size) => Ok(vec![merkle::root(nodes, size)?]),
            Self::Inclusion(index, size) => merkle::inclusion(nodes, index, size),
            Self::Consistency(old, size) => merkle::consistency(nodes, old, size),
            Self::Cover(from, to) => merkle::cover(from, to).into_iter().map(|node| nodes.node(node)).collect(),
        }
    }
}

/// The answers, in order. Each is first made in vain, to learn which tiles it takes; those are fetched at once.
pub(super) async fn answer(tx: &TenantTx, edge: &Edge, questions: &[Question]) -> Result<Vec<Vec<Hash>>, StoreError> {
    let mut wanted = Wanted::default();
    for question in questions {
        let Ok(_): Result<_, Infallible> = question.answer(&mut wanted);
    }
    let mut ids: Vec<TileId> = wanted.0.into_iter().map(TileId::of).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut tiles = fetch(tx, edge, &ids).await?;
    let answers = questions.iter().map(|question| question.answer(&mut tiles));
    answers.collect::<Result<_, _>>().map_err(|error| StoreError::Proof(error.to_string()))
}

/// The root of the first `size` leaves.
pub(super) async fn root(tx: &TenantTx, edge: &Edge, size: u64) -> Result<Hash, StoreError> {
    if size == edge.size() {
        return Ok(edge.root());
    }
    let answers = answer(tx, edge, &[Question::Root(size)]).await?;
    Ok(answers.into_iter().flatten().next().unwrap_or_else(Hash::empty))
}

/// These tiles, as far as the tree has them.
pub(super) async fn fetch(tx: &TenantTx, edge: &Edge, ids: &[TileId]) -> Result<Tiles, StoreError> {
    let mut tiles = Tiles::default();
    let (mut levels, mut indexes) = (vec![], vec![]);
    for id in ids {
        let width = id.width(edge.size());
        if width == WIDTH {
            levels.push(i16::try_from(id.level).unwrap_or(i16::MAX));
            indexes.push(signed(id.index));
        } else if let Some(hashes) = usize::try_from(id.level).ok().and_then(|level| edge.levels().get(level))
            && width > 0
        {
            tiles.0.insert(*id, hashes.clone());
        }
    }
    if levels.is_empty() {
        return Ok(tiles);
    }
    let statement = tx
        .statement(
            "SELECT level, tile, hashes FROM tree
             JOIN unnest($1::smallint[], $2::bigint[]) AS wanted (level, tile) USING (level, tile)",
        )
        .await?;
    for row in tx.query(&statement, &[&levels, &indexes]).await? {
        let level = u32::try_from(row.get::<_, i16>(0)).unwrap_or(u32::MAX);
        tiles.0.insert(TileId { level, index: unsigned(row.get(1)) }, hashes(row.get(2))?);
    }
    Ok(tiles)
}
