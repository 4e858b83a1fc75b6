//! Folding events into rows, whichever group they are of: by pure functions, in memory.

mod at;
mod folded;
mod model;

pub(crate) use at::{At, decode, decode_stored};
pub(crate) use folded::{FoldError, Folded, stamp};
pub(crate) use model::{Missing, Model};
