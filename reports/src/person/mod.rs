//! Everything about one person as a file, written a piece at a time: JSON for programs, one page of HTML for people.

mod html;
mod json;

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use projections::person::{Part, Profile};

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum PersonFormat {
    /// One JSON object.
    #[default]
    Json,
    /// One page, with nothing to be loaded from elsewhere.
    Html,
}

/// A text that names no format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a format, one of json, html")]
pub struct UnknownPersonFormat;

impl PersonFormat {
    /// Every format there is.
    pub const ALL: [Self; 2] = [Self::Json, Self::Html];

    /// Its name, also that of files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Html => "html",
        }
    }

    /// What HTTP calls it.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
        }
    }
}

impl FromStr for PersonFormat {
    type Err = UnknownPersonFormat;

    fn from_str(text: &str) -> Result<Self, UnknownPersonFormat> {
        Self::ALL.into_iter().find(|format| format.name() == text).ok_or(UnknownPersonFormat)
    }
}

impl fmt::Display for PersonFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a copy is of.
#[derive(Clone, Debug)]
pub struct About {
    /// `customer` or `agent`.
    pub kind: &'static str,
    /// Their id.
    pub id: String,
    /// Whose customer or agent they are.
    pub tenant: String,
    /// When it was made.
    pub exported_at: DateTime<Utc>,
    /// The position of the log up to which it tells.
    pub position: u64,
}

/// The sections, in order; each is there, if only empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    History,
    Tickets,
    Acts,
}

impl Section {
    const ALL: [Self; 3] = [Self::History, Self::Tickets, Self::Acts];

    fn of(part: &Part) -> Self {
        match part {
            Part::History(_) => Self::History,
            Part::Ticket(_) => Self::Tickets,
            Part::Acts(_) => Self::Acts,
        }
    }
}

/// A file on its way out.
#[derive(Debug)]
pub struct PersonFile {
    format: PersonFormat,
    /// How many sections were begun.
    begun: usize,
    /// Whether something stands in the one that is open.
    filled: bool,
}

impl PersonFile {
    /// The beginning of a file, and the rest to come.
    pub fn begin(format: PersonFormat, about: &About, profile: &Profile) -> (Self, Vec<u8>) {
        let text = match format {
            PersonFormat::Json => json::begin(about, profile),
            PersonFormat::Html => html::begin(about, profile),
        };
        (Self { format, begun: 0, filled: false }, text.into_bytes())
    }

    /// A piece. They come in the order in which they are read.
    pub fn part(&mut self, part: &Part) -> Vec<u8> {
        let mut text = String::new();
        self.come_to(Section::of(part) as usize + 1, &mut text);
        let written = match self.format {
            PersonFormat::Json => json::part(part, !self.filled),
            PersonFormat::Html => html::part(part),
        };
        self.filled |= !written.is_empty();
        text.push_str(&written);
        text.into_bytes()
    }

    /// The end.
    pub fn end(mut self) -> Vec<u8> {
        let mut text = String::new();
        self.come_to(Section::ALL.len(), &mut text);
        self.close(&mut text);
        text.push_str(match self.format {
            PersonFormat::Json => json::END,
            PersonFormat::Html => html::END,
        });
        text.into_bytes()
    }

    fn come_to(&mut self, section: usize, text: &mut String) {
        while self.begun < section {
            self.close(text);
            let next = Section::ALL[self.begun];
            text.push_str(match self.format {
                PersonFormat::Json => json::section(next),
                PersonFormat::Html => html::section(next),
            });
            self.begun += 1;
            self.filled = false;
        }
    }

    fn close(&self, text: &mut String) {
        if self.begun > 0 {
            text.push_str(match self.format {
                PersonFormat::Json => "]",
                PersonFormat::Html if self.filled => "",
                PersonFormat::Html => html::NOTHING,
            });
        }
    }
}

#[cfg(test)]
mod tests;
