//! Appending: [`prepare`] seals beside the writer, [`write`] is the writer, `batch` is one transaction of it.

mod batch;
mod facts;
mod judge;
mod prepare;
mod rows;
mod session;
mod statements;
mod writer;

pub(crate) use prepare::prepare;
pub(crate) use writer::{Pending, write};
