//! A tenant's tables on their way out: streams of PostgreSQL's own text form, as of one moment, and whose turn it is to take
//! them. Where they go, and what seals them there, is for others to say.

mod hold;
mod records;
mod schedules;
mod snapshot;
mod tables;

pub use hold::Hold;
pub use records::{BackupOutcome, BackupRecord};
pub use schedules::{BackupSchedule, BackupStanding};
pub use snapshot::{Dump, SavedHead, Snapshot};
pub use tables::{NOT_SAVED, SavedTable};
