//! Appending: [`prepare`] seals beside the writer, [`write`] is the writer, [`batch`] is one transaction of it.

mod batch;
mod prepare;
mod writer;

pub(crate) use prepare::prepare;
pub(crate) use writer::{Pending, write};
