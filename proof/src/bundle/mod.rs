//! Bundles: a file with a log or a part of it, and everything that it takes to verify that part offline.
//!
//! A bundle is lines of JSON. It walks over the leaves of the tree from the first to the last: what it shows are
//! events, what it does not show are gaps with the hashes of the perfect subtrees over them. So the root follows from
//! the lines, and with it that every event is in the log, and that nothing is missing between two that are adjacent.
//! Every line ends with a digest over all lines before it, and the last one signs the whole: any change is found, and
//! the line that it is in.
//!
//! [`Writer`] and [`verify`] stream: memory does not grow with the bundle.

mod event;
mod line;
mod page;
mod pair;
mod read;
mod selected;
mod verdict;
mod verify;
mod write;

pub use event::{BadValue, Instant, StoredEvent};
pub use line::{FORMAT, Head, Manifest, Selection};
pub use page::Page;
pub use pair::{Break, PairError, pair, restored_from};
pub use verdict::{Cosigned, Place, Problem, Restored, Verdict};
pub use verify::{Trust, verify};
pub use write::Writer;

/// The type of the event with which a log goes on after it was restored from a backup.
pub const RESTORED: &str = "tenant.restored";

#[cfg(test)]
mod tests;
