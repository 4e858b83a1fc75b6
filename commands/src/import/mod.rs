//! The history of another help desk, brought into a tenant's log as facts with their original times.
//!
//! `file + mapping → history → commits → report`. A [`Mapping`] says what the columns and words of a file mean;
//! [`guess`] proposes one. Two shapes of files are read: an event log (one row per event) and a ticket list (one row
//! per ticket, with an optional file of comments).
//!
//! **Identity.** A row is (source, case, ordinal among the rows of its case in the file). The events of a row carry
//! that as their `request_id` (`source:case:ordinal`, for a ticket list with the part of the row behind it), and a
//! ticket's stream is read once before its first row is recorded: rows that stand there are passed over. So identical
//! rows are kept, a second run adds nothing, a file that grew adds its new rows, and a run that was killed goes on
//! where it stopped; what was recorded depends neither on where commits begin and end nor on ids. A row must keep its
//! place among the rows of its case; new rows of a case come after its old ones.
//!
//! **Commits** are cut from the rows in the order of time, 250 at a time, each atomic over all the tickets and people in
//! it; a row is never divided, so a kill leaves whole rows. Ids of new tickets, people and
//! messages follow from tenant, source and the row, and sort by its time.
//!
//! Deliberately absent: today's rules (history is recorded, not judged: [`domain::ticket::history`]), changing what
//! an earlier run recorded, and effects: the events are marked `origin: import`, and reactions pass over them.

mod columns;
mod demo;
mod events_shape;
mod guess;
mod history;
mod mapping;
mod record;
mod report;
mod rows;
mod tickets_shape;
mod times;

use std::{io::Read, ops::ControlFlow};

use domain::aggregate::DecodeError;
use event_store::{AppendError, Clock, Log, StoreError};

pub use columns::{ColumnRef, Columns, Role};
pub use demo::demo_files;
pub use guess::{Confidence, Guess, Note, guess};
pub use mapping::{Mapping, MappingError, Meaning, Shape};
pub use report::{FileKind, PeopleCounts, Rejected, Report, RowCounts, RowPlace, TicketCounts, TimeCounts};

use history::History;

/// Why an import could not be done, or not be finished. What was recorded before stays; running it again goes on.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The mapping cannot be used, or not with this file.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// A file cannot be read at all.
    #[error("{file}: {reason}")]
    File {
        /// Which one.
        file: FileKind,
        /// Why, and what to do.
        reason: String,
    },
    /// The progress callback asked for it.
    #[error("stopped after {done} of {total} steps; run it again to go on")]
    Stopped {
        /// How many steps of the history were done.
        done: u64,
        /// How many there are.
        total: u64,
    },
    /// Another program keeps writing to the same tickets or people.
    #[error("others keep changing the same tickets or people: run it again to go on")]
    Contended,
    /// A stored event cannot be read by this program.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The log could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log did not take a commit.
    #[error(transparent)]
    Append(#[from] AppendError),
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Steps of the history that are recorded or were known: rows of an event log; milestones and comments of a
    /// ticket list.
    pub done: u64,
    /// All of them.
    pub total: u64,
}

/// A file, read and understood, and where it is to go.
#[derive(Debug)]
pub struct Importer {
    history: History,
}

impl Importer {
    /// Reads the whole file (and the file of comments, which only a ticket list has). Rows that cannot be used are in
    /// the report; this fails only when nothing can be read.
    pub fn read(mapping: &Mapping, file: impl Read, comments: Option<impl Read>) -> Result<Self, ImportError> {
        mapping.check()?;
        let table = rows::read(FileKind::Main, file, mapping.delimiter, usize::MAX)?;
        let comments =
            comments.map(|comments| rows::read(FileKind::Comments, comments, None, usize::MAX)).transpose()?;
        let history = match (mapping.shape, comments) {
            (Shape::Events, None) => events_shape::history(mapping, table)?,
            (Shape::Events, Some(_)) => {
                let reason = "an event log has no file of comments".to_owned();
                return Err(MappingError::key("shape", reason).into());
            }
            (Shape::Tickets, Some(_)) if mapping.comment_columns.is_empty() => {
                let reason = "is missing: it says what the columns of the file of comments hold";
                return Err(MappingError::key("comment_columns", reason).into());
            }
            (Shape::Tickets, comments) => tickets_shape::history(mapping, table, comments)?,
        };
        Ok(Self { history })
    }

    /// A dry run: everything but writing. The report says what [`Importer::run`] would do now.
    pub async fn plan(&self, log: &Log, clock: &dyn Clock) -> Result<Report, ImportError> {
        let mut recorder = record::Recorder::new(&self.history, log, clock, record::Mode::DryRun);
        recorder.run(&|_| ControlFlow::Continue(())).await
    }

    /// Records what is not recorded yet. `progress` hears of every commit, and may break it off: what was recorded
    /// stays, and another run goes on from there.
    pub async fn run(
        &self,
        log: &Log,
        clock: &dyn Clock,
        progress: &(dyn Fn(Progress) -> ControlFlow<()> + Sync),
    ) -> Result<Report, ImportError> {
        let mut recorder = record::Recorder::new(&self.history, log, clock, record::Mode::Record);
        recorder.run(progress).await
    }
}
