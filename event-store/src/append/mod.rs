//! Appending: [`prepare`] seals beside the writer, [`write`] is the writer, `flight` is a batch that was sent on
//! assumptions, `batch` one that rests on what was read.

mod batch;
mod counters;
mod facts;
mod flight;
mod judge;
mod measure;
mod prepare;
mod rows;
mod session;
mod statements;
mod writer;

pub(crate) use counters::of_month;
pub(crate) use prepare::prepare;
pub(crate) use writer::{Pending, write};
