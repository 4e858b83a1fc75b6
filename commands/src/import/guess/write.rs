//! The guess as a file to edit and as a page to look at.

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
};

use super::{Confidence, Guess, Note};
use crate::import::{
    columns::{COMMENT_ROLES, ColumnRef, Columns, Role},
    mapping::{Mapping, Shape},
};

impl Guess {
    /// The mapping as a file: with the reasons, and the first rows as comments.
    pub fn to_toml(&self) -> String {
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = self.write_toml(&mut text);
        text
    }

    fn write_toml(&self, out: &mut String) -> fmt::Result {
        let Mapping {
            source,
            shape,
            delimiter,
            time_format,
            time_zone,
            title,
            external_id,
            requester,
            priority,
            tag_separators,
            tag_prefix,
            agent_domains,
            columns,
            comment_columns,
            activities,
            priorities,
            statuses,
            ratings,
        } = &self.mapping;
        writeln!(
            out,
            "# How Ledgerdesk is to read this file: a guess. Correct what is wrong, then look at a dry run."
        )?;
        writeln!(out, "#\n# The file begins so:")?;
        for row in std::iter::once(&self.header).chain(&self.samples) {
            let fields: Vec<String> = row.iter().map(|field| shown(field)).collect();
            writeln!(out, "#   {}", fields.join(" | "))?;
        }
        writeln!(out, "\n# Names the other system. Part of every row's identity: keep it from run to run.")?;
        writeln!(out, "source = {}\n", quoted(source))?;
        writeln!(out, "# \"events\": one row per event. \"tickets\": one row per ticket.")?;
        let word = if *shape == Shape::Events { "events" } else { "tickets" };
        self.line(out, "shape", "shape", &quoted(word))?;
        if let Some(delimiter) = delimiter {
            self.line(out, "delimiter", "delimiter", &quoted(&delimiter.to_string()))?;
        }
        writeln!(out, "\n# strftime letters, or rfc3339, unix, unix_ms.")?;
        self.line(out, "time_format", "time_format", &quoted(time_format))?;
        self.line(out, "time_zone", "time_zone", &quoted(time_zone))?;
        writeln!(out, "\n# What a ticket gets that the file does not say.")?;
        writeln!(out, "title = {}", quoted(title))?;
        writeln!(out, "external_id = {}", quoted(external_id))?;
        writeln!(out, "requester = {}", quoted(requester))?;
        writeln!(out, "priority = {}\n", quoted(priority.as_str()))?;
        writeln!(out, "# Each of these characters ends a tag; the prefix is put in front of every tag.")?;
        self.line(out, "tag_separators", "tag_separators", &quoted(tag_separators))?;
        writeln!(out, "tag_prefix = {}", quoted(tag_prefix))?;
        if *shape == Shape::Tickets {
            let domains: Vec<String> = agent_domains.iter().map(|domain| quoted(domain)).collect();
            writeln!(out, "\n# Authors of comments with an email in one of these domains are agents.")?;
            writeln!(out, "agent_domains = [{}]", domains.join(", "))?;
        }
        self.columns(out, "columns", shape.roles(), columns)?;
        if !comment_columns.is_empty() {
            self.columns(out, "comment_columns", COMMENT_ROLES, comment_columns)?;
        }
        if *shape == Shape::Events {
            writeln!(
                out,
                "\n# opened, started (the agent becomes the assignee), awaiting_customer, resolved, closed, reopened,"
            )?;
            writeln!(out, "# priority (the priority column was filled in), activity (recorded in its own words).")?;
            self.table(out, "activities", activities, |meaning| quoted(meaning.as_str()))?;
        }
        writeln!(out, "\n# low, medium, high, critical.")?;
        self.table(out, "priorities", priorities, |priority| quoted(priority.as_str()))?;
        if *shape == Shape::Tickets {
            writeln!(out, "\n# open, in_progress, pending, resolved, closed.")?;
            self.table(out, "statuses", statuses, |status| quoted(status.as_str()))?;
            writeln!(out, "\n# 1 (bad) to 5 (good); 0: not rated. Numbers need not be named.")?;
            self.table(out, "ratings", ratings, ToString::to_string)?;
        }
        Ok(())
    }

    fn columns(&self, out: &mut String, table: &str, roles: &[Role], columns: &Columns) -> fmt::Result {
        let words: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
        writeln!(out, "\n# By name, or by number (the first is 1): {}.", words.join(", "))?;
        writeln!(out, "[{table}]")?;
        for role in roles {
            let key = format!("{table}.{role}");
            match columns.get(role) {
                Some(ColumnRef::Number(number)) => self.line(out, &key, role.as_str(), &number.to_string())?,
                Some(ColumnRef::Name(name)) => self.line(out, &key, role.as_str(), &quoted(name))?,
                None => {
                    if let Some(note) = self.notes.iter().find(|note| note.key == key) {
                        writeln!(out, "# {role} = \"\"  # {}", note.reason)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn table<T>(
        &self,
        out: &mut String,
        table: &str,
        words: &BTreeMap<String, T>,
        meaning: impl Fn(&T) -> String,
    ) -> fmt::Result {
        writeln!(out, "[{table}]")?;
        words
            .iter()
            .try_for_each(|(word, means)| self.line(out, &format!("{table}.{word:?}"), &quoted(word), &meaning(means)))
    }

    fn line(&self, out: &mut String, note: &str, key: &str, value: &str) -> fmt::Result {
        write!(out, "{key} = {value}")?;
        match self.notes.iter().find(|other| other.key == note) {
            Some(note) if note.confidence == Confidence::High => writeln!(out, "  # {}", note.reason),
            Some(note) => writeln!(out, "  # {}: {}", note.confidence, note.reason),
            None => writeln!(out),
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Low => "CHECK",
            Self::Medium => "likely",
            Self::High => "sure",
        })
    }
}

/// The columns and the first values beside what they are taken for, and what should be checked.
impl fmt::Display for Guess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mapping { shape, time_format, time_zone, columns, .. } = &self.mapping;
        let what = if *shape == Shape::Events { "an event log" } else { "a list of tickets" };
        writeln!(f, "This looks like {what}; times as {time_format} in {time_zone}.\n")?;
        for (number, name) in (1..).zip(&self.header) {
            let is_it = |column: &ColumnRef| match column {
                ColumnRef::Number(n) => *n == number,
                ColumnRef::Name(n) => n == name,
            };
            let role = columns.iter().find(|(_, column)| is_it(column)).map_or("", |(role, _)| role.as_str());
            let values: Vec<String> =
                self.samples.iter().filter_map(|row| row.get(number - 1)).map(|v| shown(v)).collect();
            writeln!(f, "  {number:>3}  {:<24} {role:<16} {}", shown(name), values.join(" | "))?;
        }
        let doubtful: Vec<&Note> = self.notes.iter().filter(|note| note.confidence == Confidence::Low).collect();
        if !doubtful.is_empty() {
            writeln!(f, "\nTo be checked:")?;
            for note in doubtful {
                writeln!(f, "  {}: {}", note.key, note.reason)?;
            }
        }
        Ok(())
    }
}

/// A value, short and on one line.
fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(24).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().count() > 24 {
        short.push('…');
    }
    short
}

/// As a TOML string: TOML's escapes are those of JSON, and it takes no DEL.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}
