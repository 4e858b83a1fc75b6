//! What became of every row.

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, Utc};
use serde::Serialize;

/// Rejected rows that are listed one by one; the others are only counted.
const LISTED: usize = 1000;

/// Which of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// The event log, or the list of tickets.
    Main,
    /// The comments on the tickets.
    Comments,
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Main => "the file",
            Self::Comments => "the file of comments",
        })
    }
}

/// Where a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RowPlace {
    /// In which file.
    pub file: FileKind,
    /// Its number: the first below the header is 1.
    pub row: u64,
    /// The line that it begins in.
    pub line: u64,
}

/// A row that was not recorded, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rejected {
    /// Where it is.
    #[serde(flatten)]
    pub place: RowPlace,
    /// The column that the reason is about, as it is called in the file.
    pub column: Option<String>,
    /// Why.
    pub reason: String,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RowPlace { file, row, line } = self.place;
        if file == FileKind::Comments {
            f.write_str("comments, ")?;
        }
        write!(f, "row {row} (line {line})")?;
        if let Some(column) = &self.column {
            write!(f, ", column {column}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// The rows of one file. The middle four add up to the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RowCounts {
    /// All of them, without the header.
    pub total: u64,
    /// They left at least one event in this run (in a dry run: would leave).
    pub recorded: u64,
    /// An earlier run had recorded them.
    pub known: u64,
    /// They said only what was so already.
    pub nothing_new: u64,
    /// They could not be used.
    pub rejected: u64,
    /// Among all: byte for byte the same as one before. They are kept.
    pub twins: u64,
}

/// The tickets that the rows are about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TicketCounts {
    /// All of them.
    pub total: u64,
    /// Opened in this run.
    pub opened: u64,
    /// Known from an earlier run, and something was added.
    pub continued: u64,
    /// Known from an earlier run, and nothing was added.
    pub known: u64,
    /// Their external id belongs to a ticket that does not come from this source.
    pub rejected: u64,
    /// Their history goes on after they were closed.
    pub went_on_after_closed: u64,
    /// They were closed more than once.
    pub closed_again: u64,
    /// Their requester changed.
    pub changed_requester: u64,
}

/// Customers, or agents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PeopleCounts {
    /// Made known by this run.
    pub created: u64,
    /// Were known.
    pub found: u64,
}

/// What had to be decided about times.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TimeCounts {
    /// The clock showed them twice: the earlier one was taken.
    pub ambiguous: u64,
    /// The clock never showed them: moved forward by what it jumped.
    pub skipped: u64,
    /// They lie in the future: recorded as happening now.
    pub in_future: u64,
    /// The file does not say when: taken from what it does say. By what happened then.
    pub assumed: BTreeMap<&'static str, u64>,
}

/// What became of every row.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// The import's id: the correlation id of all its events.
    pub import: String,
    /// The mapping's name for the other system.
    pub source: String,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// The rows of the file.
    pub rows: RowCounts,
    /// The rows of the file of comments, when there is one.
    pub comments: Option<RowCounts>,
    /// The tickets.
    pub tickets: TicketCounts,
    /// Customers that the rows name.
    pub customers: PeopleCounts,
    /// Agents that the rows name.
    pub agents: PeopleCounts,
    /// How many events of each type were added.
    pub events: BTreeMap<&'static str, u64>,
    /// Reopenings that the history implies and does not state, among them.
    pub implied_reopenings: u64,
    /// Atomic commits.
    pub commits: u64,
    /// The first time in the files.
    pub first: Option<DateTime<Utc>>,
    /// The last one.
    pub last: Option<DateTime<Utc>>,
    /// What had to be decided about times.
    pub times: TimeCounts,
    /// Subject lines that were cut or texts from which control characters were taken.
    pub texts_adjusted: u64,
    /// The first 1,000 rejected rows, in the order of the files.
    pub rejected: Vec<Rejected>,
}

impl Report {
    /// How many events were added.
    pub fn events_total(&self) -> u64 {
        self.events.values().sum()
    }

    /// How many rows were rejected, in both files.
    pub fn rejected_total(&self) -> u64 {
        self.rows.rejected + self.comments.map_or(0, |comments| comments.rejected)
    }

    pub(crate) fn reject(&mut self, rejected: Rejected) {
        let counts = match rejected.place.file {
            FileKind::Main => &mut self.rows,
            FileKind::Comments => self.comments.get_or_insert_default(),
        };
        counts.rejected += 1;
        if self.rejected.len() < LISTED {
            self.rejected.push(rejected);
        }
    }
}

/// The words of a count, with the right number.
fn count(f: &mut fmt::Formatter<'_>, number: u64, what: &str) -> fmt::Result {
    writeln!(f, "  {:>11}  {what}", grouped(number))
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = if self.dry_run { "Dry run, nothing was written" } else { "Imported" };
        writeln!(f, "{title}: {}", self.source)?;
        if let (Some(first), Some(last)) = (self.first, self.last) {
            let form = "%Y-%m-%d %H:%M:%S";
            writeln!(f, "From {} to {} UTC.", first.format(form), last.format(form))?;
        }
        rows(f, "Rows", &self.rows)?;
        if let Some(comments) = &self.comments {
            rows(f, "Comments", comments)?;
        }
        let tickets = &self.tickets;
        writeln!(f, "Tickets")?;
        optional(
            f,
            &[
                (tickets.opened, "opened"),
                (tickets.continued, "known, and something was added"),
                (tickets.known, "known, and nothing was added"),
                (tickets.rejected, "not recorded: another ticket has their external id"),
                (tickets.went_on_after_closed, "went on after they were closed"),
                (tickets.closed_again, "were closed more than once"),
                (tickets.changed_requester, "changed their requester"),
            ],
        )?;
        writeln!(f, "People")?;
        optional(
            f,
            &[
                (self.customers.created, "customers created"),
                (self.customers.found, "customers found"),
                (self.agents.created, "agents created"),
                (self.agents.found, "agents found"),
            ],
        )?;
        writeln!(f, "Events")?;
        count(f, self.events_total(), "added")?;
        for (event, number) in &self.events {
            writeln!(f, "  {:>11}    {event}", grouped(*number))?;
        }
        optional(f, &[(self.implied_reopenings, "of the reopenings are implied, not stated, and marked so")])?;
        self.decided(f)?;
        if !self.rejected.is_empty() {
            writeln!(f, "Rejected")?;
            for rejected in &self.rejected {
                writeln!(f, "  {rejected}")?;
            }
            let more = self.rejected_total() - self.rejected.len() as u64;
            if more > 0 {
                writeln!(f, "  and {} more", grouped(more))?;
            }
        }
        Ok(())
    }
}

impl Report {
    fn decided(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TimeCounts { ambiguous, skipped, in_future, assumed } = &self.times;
        if ambiguous + skipped + in_future + self.texts_adjusted == 0 && assumed.is_empty() {
            return Ok(());
        }
        writeln!(f, "Decided")?;
        optional(
            f,
            &[
                (*ambiguous, "times that the clock showed twice: the earlier was taken"),
                (*skipped, "times that the clock never showed: moved forward"),
                (*in_future, "times in the future: recorded as now"),
                (self.texts_adjusted, "texts that were cut to what fits, or cleaned"),
            ],
        )?;
        for (what, number) in assumed {
            let what = format!("times of {what} that the file does not say: assumed");
            count(f, *number, &what)?;
        }
        Ok(())
    }
}

fn rows(f: &mut fmt::Formatter<'_>, title: &str, rows: &RowCounts) -> fmt::Result {
    writeln!(f, "{title}")?;
    count(f, rows.total, "in the file, of which")?;
    count(f, rows.recorded, "recorded")?;
    count(f, rows.known, "known from an earlier run")?;
    count(f, rows.nothing_new, "stated nothing new")?;
    count(f, rows.rejected, "rejected")?;
    optional(f, &[(rows.twins, "are the same as a row before them, and kept")])
}

/// Only those that there are.
fn optional(f: &mut fmt::Formatter<'_>, counts: &[(u64, &str)]) -> fmt::Result {
    counts.iter().filter(|(number, _)| *number > 0).try_for_each(|(number, what)| count(f, *number, what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_as_sentences() {
        let mut report = Report { source: "old-desk".to_owned(), ..Report::default() };
        report.rows.total = 21_348;
        report.reject(Rejected {
            place: RowPlace { file: FileKind::Main, row: 17, line: 18 },
            column: Some("Email".to_owned()),
            reason: "expected an email address".to_owned(),
        });
        let text = report.to_string();
        assert!(text.contains("       21,348  in the file"), "{text}");
        assert!(text.contains("row 17 (line 18), column Email: expected an email address"), "{text}");
    }
}
