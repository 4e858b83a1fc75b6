//! Texts and tables on pages: what the PDFs of this crate are made of. Knows nothing of what they are about.
//!
//! Deliberately absent: pictures, charts, and scripts that are written from the right or joined up. What the face has no sign
//! for is shown as a box, so that it is seen that something is missing.

mod face;
mod sheet;
mod wrap;

pub(crate) use sheet::{Cell, Column, Sheet};
