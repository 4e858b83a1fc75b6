//! What a verification found.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::line::Selection;
use crate::Hash;

/// Where a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The line of the file, from 1; none when it is not about the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The position of the log, if it is about one; of several, the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
    /// Of several, the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_position: Option<u64>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}")?,
            None => f.write_str("what was given")?,
        }
        match (self.position, self.to_position) {
            (Some(from), Some(to)) if from != to => write!(f, ", positions {from} to {to}"),
            (Some(position), _) => write!(f, ", position {position}"),
            (None, _) => Ok(()),
        }
    }
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What is wrong.
    pub problem: String,
    /// What should be there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)?;
        self.expected.iter().try_for_each(|text| write!(f, "\n    expected  {text}"))?;
        self.found.iter().try_for_each(|text| write!(f, "\n    found     {text}"))
    }
}

/// A cosignature that fits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cosigned {
    /// By whom.
    pub witness: String,
    /// When the witness saw it.
    pub at: DateTime<Utc>,
    /// The size of the checkpoint.
    pub size: u64,
    /// Whether the witness's key was given by whoever verifies, and not only by the bundle.
    pub trusted: bool,
}

/// An event that says that the log was restored: what is before it is from a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// Of the event.
    pub position: u64,
    /// The root of all that is before it; none if the bundle does not tell.
    #[serde(skip)]
    pub root_before: Option<Hash>,
    /// What it says, as JSON.
    #[serde(skip)]
    pub payload: String,
}

/// What a verification found. Nothing in it counts unless [`Verdict::holds`].
#[derive(Clone, Debug, Default, Serialize)]
pub struct Verdict {
    /// The log.
    pub origin: String,
    /// Whose log it is.
    pub tenant: String,
    /// How many events the log had.
    pub size: u64,
    /// Which of them are shown.
    pub selection: Option<Selection>,
    /// Events that were shown, and are in the log.
    pub events: u64,
    /// Runs of adjacent positions that were shown: the first and the last of each, at most 1000 of them. Within one
    /// nothing is missing.
    pub shown: Vec<(u64, u64)>,
    /// Checkpoints that were compared with what the lines come to.
    pub checkpoints: u64,
    /// What witnesses said: the newest of each.
    pub cosigned: Vec<Cosigned>,
    /// The size of the earlier checkpoint that was found to be a part of this.
    pub consistent_with: Option<u64>,
    /// The root at the size that was asked for ([`super::Trust::root_at`]), if the bundle tells.
    #[serde(skip)]
    pub root_at: Option<Hash>,
    /// Where the log was restored, among the events that are shown; at most 1000.
    pub restored: Vec<Restored>,
    /// When the bundle was exported.
    pub exported: Option<DateTime<Utc>>,
    /// What is wrong, in the order of the lines; at most 100 are listed.
    pub problems: Vec<Problem>,
    /// How many there are.
    pub problem_count: u64,
}

impl Verdict {
    /// Whether nothing is wrong.
    pub fn holds(&self) -> bool {
        self.problem_count == 0
    }
}
