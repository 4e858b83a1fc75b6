//! Groups of read models. Those of one group share a checkpoint, so that they agree at one position, and are rebuilt
//! together; one group does not wait for another.

use std::fmt;

use crate::{
    desk,
    generation::{Definition, Generation},
    search,
};

/// Read models that share a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Lists, timelines, trails and numbers.
    Desk,
    /// What is found by its words.
    Search,
}

impl Group {
    /// Every group, the one first that a write waits for.
    pub const ALL: [Self; 2] = [Self::Desk, Self::Search];

    /// Its name among the consumers of a log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Search => "search",
        }
    }

    /// The version of its rows that this program writes.
    pub fn version(self) -> i32 {
        match self {
            Self::Desk => desk::VERSION,
            Self::Search => search::VERSION,
        }
    }

    /// Its row in `subscriptions`.
    pub fn live(self) -> Name {
        Name { group: self, building: false }
    }

    /// The row in `subscriptions` of the generation that is being built.
    pub fn building(self) -> Name {
        Name { group: self, building: true }
    }

    /// Its tables.
    pub(crate) fn definitions(self) -> &'static [Definition] {
        match self {
            Self::Desk => desk::DEFINITIONS,
            Self::Search => search::DEFINITIONS,
        }
    }

    pub(crate) fn generation(self, number: i32) -> Generation {
        Generation { group: self, number }
    }

    pub(crate) fn first_generation(self) -> Generation {
        self.generation(1)
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the rows of a group are called in `subscriptions`: the live ones, or those that are being built beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    pub(crate) group: Group,
    building: bool,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.group, if self.building { ":rebuild" } else { "" })
    }
}
