//! Reports as files: typed rows in, bytes out, a batch at a time.
//!
//! [`Report`] names what there is, with the columns of each; [`Format`] writes. Knows no HTTP and no database, and
//! holds no more than the batch it was given; a PDF ([`access_review`]) is made in one piece.

pub mod access_review;
pub mod bill;
mod cell;
mod csv_file;
mod json_file;
mod pdf;
pub mod person;
mod rows;
pub mod table;

use std::{fmt, str::FromStr};

use projections::reporting::{MaskedFields, PersonalField};
use serde::Serialize;

pub use cell::{Cell, Kind};
pub use rows::Reported;

/// A column of a report. Its name is a contract; new columns are only appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its name, in the header line and as the key in JSON.
    pub name: &'static str,
    /// What its cells are.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// What it says.
    pub description: &'static str,
    /// What it says of a customer.
    #[serde(skip)]
    pub personal: Option<PersonalField>,
}

/// A report that can be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// One line per ticket.
    Tickets,
    /// One line per agent.
    Agents,
    /// One line per customer.
    Customers,
}

impl Report {
    /// Every report there is.
    pub const ALL: [Self; 3] = [Self::Tickets, Self::Agents, Self::Customers];

    /// Its name in URLs and file names.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tickets => "tickets",
            Self::Agents => "agents",
            Self::Customers => "customers",
        }
    }

    /// What it shows.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Tickets => "The tickets that came in within the period, one per line.",
            Self::Agents => {
                "What each agent did within the period; the last line is that of tickets without an agent, so that \
                 columns add up."
            }
            Self::Customers => "Every customer, with the tickets that came in and the ratings given within the period.",
        }
    }

    /// Its columns, in order.
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Tickets => projections::reporting::TicketLine::COLUMNS,
            Self::Agents => projections::reporting::AgentLine::COLUMNS,
            Self::Customers => projections::reporting::CustomerLine::COLUMNS,
        }
    }
}

/// A text that names no report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a report, one of tickets, agents, customers")]
pub struct UnknownReport;

impl FromStr for Report {
    type Err = UnknownReport;

    fn from_str(text: &str) -> Result<Self, UnknownReport> {
        Self::ALL.into_iter().find(|report| report.name() == text).ok_or(UnknownReport)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// An object with what the report is about, and `data`: its lines as objects.
    Json,
    /// RFC 4180: a header line, commas, CRLF, UTF-8. Texts that a spreadsheet would take for a formula begin with `'`.
    Csv,
}

impl Format {
    /// Every format there is.
    pub const ALL: [Self; 2] = [Self::Json, Self::Csv];

    /// Its name in URLs and file names.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }

    /// The media type of the file.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8; header=present",
        }
    }

    /// What comes before the first line. `about` is an object that says what the report is about; a CSV file has no
    /// place for it.
    pub fn begin<L: Reported>(self, about: &serde_json::Map<String, serde_json::Value>) -> Vec<u8> {
        match self {
            Self::Json => json_file::begin(about),
            Self::Csv => csv_file::header(L::COLUMNS),
        }
    }

    /// Lines; `first` when none came before them. What the reader is not shown of customers is masked.
    pub fn lines<L: Reported>(self, lines: &[L], first: bool, masked: &MaskedFields) -> Vec<u8> {
        match self {
            Self::Json => json_file::lines(lines, first, masked),
            Self::Csv => csv_file::lines(lines, masked),
        }
    }

    /// What comes after the last line. A JSON file without it was cut off.
    pub fn end(self) -> &'static [u8] {
        match self {
            Self::Json => b"]}\n",
            Self::Csv => b"",
        }
    }
}

/// A text that names no format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a format, one of json, csv")]
pub struct UnknownFormat;

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        Self::ALL.into_iter().find(|format| format.name() == text).ok_or(UnknownFormat)
    }
}
