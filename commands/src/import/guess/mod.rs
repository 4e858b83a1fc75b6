//! A first mapping for an unknown file: what the names and values of its columns look like. It is written to a file
//! with the reasons and some rows beside it, for a person to correct.

mod words;
mod write;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read,
};

use chrono_tz::Tz;
use domain::ticket::{Priority, Status};

use self::words::{FORMATS, PRIORITIES, RATINGS, STATUSES, activity, by_words, synonyms};
use super::{
    ImportError,
    columns::{COMMENT_ROLES, ColumnRef, Columns, EVENT_ROLES, Places, Role, TICKET_ROLES},
    mapping::{Mapping, Shape},
    report::FileKind,
    rows::{self, Table},
    times::Times,
};

/// Rows that are looked at.
const LOOKED_AT: usize = 20_000;
/// Rows that are shown.
const SHOWN: usize = 5;
/// Different words of a column that are put into the mapping.
const WORDS: usize = 100;

/// How sure a guess is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Nothing in the file says it.
    Low,
    /// It looks like it.
    Medium,
    /// The file says it.
    High,
}

/// Why the mapping says what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The mapping's key.
    pub key: String,
    /// How sure.
    pub confidence: Confidence,
    /// What in the file led there, and what to check.
    pub reason: String,
}

/// A proposed mapping, why, and some rows to judge it by.
#[derive(Clone, Debug)]
pub struct Guess {
    /// What is proposed. May lack what no column looks like: [`Mapping::check`] tells.
    pub mapping: Mapping,
    /// Why.
    pub notes: Vec<Note>,
    /// The names of the columns.
    pub header: Vec<String>,
    /// The first rows.
    pub samples: Vec<Vec<String>>,
}

/// Reads the first rows of a file (and of its comments) and proposes a mapping. `source` is the name for the other
/// system: the file's, for instance.
pub fn guess(source: &str, file: impl Read, comments: Option<impl Read>) -> Result<Guess, ImportError> {
    let table = rows::read(FileKind::Main, file, None, LOOKED_AT)?;
    let comments = comments.map(|comments| rows::read(FileKind::Comments, comments, None, LOOKED_AT)).transpose()?;
    let mut guesser = Guesser::new(source, &table);
    guesser.columns();
    if let Some(comments) = &comments {
        guesser.comment_columns(comments);
    }
    guesser.times();
    guesser.words();
    let samples = table.rows.iter().take(SHOWN);
    Ok(Guess {
        mapping: guesser.mapping,
        notes: guesser.notes,
        samples: samples.map(|row| row.record.iter().map(str::to_owned).collect()).collect(),
        header: table.header.clone(),
    })
}

struct Guesser<'a> {
    table: &'a Table,
    mapping: Mapping,
    notes: Vec<Note>,
}

/// The columns that look like these roles, each given away once, and how sure: by name alone.
fn find_columns(
    roles: &[Role],
    header: &[String],
    varies: &dyn Fn(usize) -> bool,
) -> BTreeMap<Role, (usize, Confidence)> {
    let names: Vec<String> = header.iter().map(|name| words::folded(name)).collect();
    let mut candidates = vec![];
    for role in roles {
        for (column, name) in names.iter().enumerate() {
            let exact = synonyms(*role).position(|word| word == name);
            // A column that says the same everywhere tells nothing; one that varies goes before it.
            let dull = usize::from(!varies(column));
            if let Some(place) = exact {
                candidates.push((dull * 50 + place, *role, column, Confidence::High));
            } else if let Some(place) = synonyms(*role).position(|word| word.len() >= 5 && name.contains(word)) {
                candidates.push((100 + dull * 50 + place, *role, column, Confidence::Medium));
            }
        }
    }
    candidates.sort_by_key(|(cost, role, column, _)| (*cost, *role, *column));
    let mut found = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for (_, role, column, confidence) in candidates {
        if !found.contains_key(&role) && taken.insert(column) {
            found.insert(role, (column, confidence));
        }
    }
    found
}

/// By its name, or by its number where the name is not enough.
fn column_ref(header: &[String], column: usize) -> ColumnRef {
    let name = &header[column];
    let same = header.iter().filter(|other| other.to_lowercase() == name.to_lowercase());
    if name.is_empty() || same.count() > 1 { ColumnRef::Number(column + 1) } else { ColumnRef::Name(name.clone()) }
}

impl<'a> Guesser<'a> {
    fn new(source: &str, table: &'a Table) -> Self {
        let name: String = source
            .to_lowercase()
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' })
            .take(60)
            .collect();
        let name = if name.is_empty() { "import".to_owned() } else { name };
        Self { table, mapping: Mapping::new(name, Shape::Events), notes: vec![] }
    }

    fn note(&mut self, key: impl Into<String>, confidence: Confidence, reason: impl Into<String>) {
        self.notes.push(Note { key: key.into(), confidence, reason: reason.into() });
    }

    fn columns(&mut self) {
        let header = &self.table.header;
        let varies = |column: usize| {
            let mut values = self.table.rows.iter().filter_map(|row| row.record.get(column));
            let first = values.next();
            values.any(|value| Some(value) != first)
        };
        let events = find_columns(EVENT_ROLES, header, &varies);
        let tickets = find_columns(TICKET_ROLES, header, &varies);
        let complete = |shape: Shape, found: &BTreeMap<Role, (usize, Confidence)>| {
            shape.required().iter().all(|role| found.contains_key(role))
        };
        let repeats = events.get(&Role::Case).is_some_and(|(column, _)| self.repeats(*column));
        let has_activity = events.get(&Role::Activity).is_some_and(|(_, sure)| *sure == Confidence::High);
        let is_log =
            complete(Shape::Events, &events) && has_activity && (repeats || !complete(Shape::Tickets, &tickets));
        let (shape, found) = if is_log { (Shape::Events, events) } else { (Shape::Tickets, tickets) };
        self.mapping.shape = shape;
        let (sure, why) = match shape {
            Shape::Events if repeats => {
                (Confidence::High, "there is an activity and a time, and cases are in several rows")
            }
            Shape::Events => (Confidence::Medium, "there is an activity and a time"),
            Shape::Tickets if complete(shape, &found) => {
                (Confidence::High, "there is a number and a time of creation, and no activity")
            }
            Shape::Tickets => (Confidence::Low, "no column looks like an activity"),
        };
        self.note("shape", sure, why);
        self.mapping.delimiter = Some(char::from(self.table.delimiter));
        self.note("delimiter", Confidence::High, "it is the most frequent one in the header");
        let columns = self.take_columns("columns", shape.roles(), shape.required(), &found, &self.table.header);
        self.mapping.columns = columns;
        let id = if shape == Shape::Events { Role::Case } else { Role::Number };
        // "Case 17" is a title by itself, 17 is not.
        if self.values(id).iter().any(|(value, _)| value.contains(char::is_alphabetic)) {
            "{case}".clone_into(&mut self.mapping.title);
        }
    }

    fn comment_columns(&mut self, comments: &Table) {
        let found = find_columns(COMMENT_ROLES, &comments.header, &|_| true);
        let mut found = found;
        // What is a time in a list of tickets may be called so in the comments too.
        if !found.contains_key(&Role::Time)
            && let Some((column, _)) = find_columns(&[Role::Created], &comments.header, &|_| true).get(&Role::Created)
        {
            found.insert(Role::Time, (*column, Confidence::Medium));
        }
        let required = [Role::Ticket, Role::Time, Role::Body];
        self.mapping.comment_columns =
            self.take_columns("comment_columns", COMMENT_ROLES, &required, &found, &comments.header);
    }

    fn take_columns(
        &mut self,
        table: &str,
        roles: &[Role],
        required: &[Role],
        found: &BTreeMap<Role, (usize, Confidence)>,
        header: &[String],
    ) -> Columns {
        let mut columns = Columns::new();
        for role in roles {
            let key = format!("{table}.{role}");
            match found.get(role) {
                Some((column, sure)) => {
                    let name = &header[*column];
                    self.note(key, *sure, format!("the header has a column {name:?}, number {}", column + 1));
                    columns.insert(*role, column_ref(header, *column));
                }
                None if required.contains(role) => {
                    self.note(key, Confidence::Low, "no column looks like it, and it is needed: name it");
                }
                None => {}
            }
        }
        columns
    }

    fn repeats(&self, column: usize) -> bool {
        let mut seen = BTreeSet::new();
        self.table.rows.iter().filter_map(|row| row.record.get(column)).any(|value| !seen.insert(value))
    }

    fn places(&self) -> Places {
        Places::find("columns", &self.mapping.columns, &self.table.header).unwrap_or_default()
    }

    /// The different values of a column and how often each is there, the most frequent first.
    fn values(&self, role: Role) -> Vec<(String, usize)> {
        let places = self.places();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for value in self.table.rows.iter().filter_map(|row| places.get(&row.record, role)) {
            *counts.entry(value).or_default() += 1;
        }
        let mut values: Vec<_> = counts.into_iter().map(|(value, count)| (value.to_owned(), count)).collect();
        values.sort_by_key(|(value, count)| (std::cmp::Reverse(*count), value.clone()));
        values
    }

    fn times(&mut self) {
        let role = if self.mapping.shape == Shape::Events { Role::Time } else { Role::Created };
        let values = self.values(role);
        let fits = |format: &str| {
            let times = Times::new(format, Tz::UTC);
            !values.is_empty() && values.iter().all(|(value, _)| times.read(value).is_ok())
        };
        let fitting: Vec<&str> = FORMATS.iter().copied().filter(|format| fits(format)).collect();
        let Some(format) = fitting.first() else {
            let sample = values.first().map_or("", |(value, _)| value);
            let reason = format!(
                "no known form fits all times; the most frequent is {sample:?}: write its form in strftime letters"
            );
            self.note("time_format", Confidence::Low, reason);
            return;
        };
        (*format).clone_into(&mut self.mapping.time_format);
        let swapped = |format: &str| format.starts_with("%d/%m") || format.starts_with("%m/%d");
        if swapped(format) && fitting.iter().skip(1).any(|other| swapped(other)) {
            let reason = "day first and month first both fit all times: check which it is";
            self.note("time_format", Confidence::Low, reason);
        } else {
            self.note("time_format", Confidence::High, "all times that were looked at have this form");
        }
        let (sure, reason) = if matches!(*format, "rfc3339" | "unix" | "unix_ms") || format.contains("%z") {
            (Confidence::High, "the times name their own")
        } else if format.contains("UTC") {
            (Confidence::High, "the times say so")
        } else {
            (Confidence::Low, "the file does not say where its clock hung: name the zone, for instance Europe/Rome")
        };
        self.note("time_zone", sure, reason);
    }

    /// Whether a space ends a tag: in a column of labels that has no commas; in "product" it is part of a name.
    fn tags(&mut self) {
        let values = self.values(Role::Tags);
        let has = |ends: &[char]| values.iter().any(|(value, _)| value.contains(ends));
        if values.is_empty() || !has(&[' ']) {
            return;
        }
        let name = words::folded(&self.places().name(Role::Tags));
        let of_labels = name.contains("tag") || name.contains("label") || name.contains("etichett");
        let spaces_end = of_labels && !has(&[',', ';']);
        let reason =
            if spaces_end { "spaces and no commas are between them" } else { "spaces are taken for parts of them" };
        let ends = if spaces_end { ",; " } else { ",;" };
        ends.clone_into(&mut self.mapping.tag_separators);
        self.note("tag_separators", Confidence::Medium, reason);
    }

    fn words(&mut self) {
        for (word, count) in self.values(Role::Activity).into_iter().take(WORDS) {
            let (meaning, sure) = activity(&word);
            let key = format!("activities.{word:?}");
            self.note(key, sure, format!("in {count} of the rows that were looked at"));
            self.mapping.activities.insert(word, meaning);
        }
        let priorities: Vec<_> = self.values(Role::Priority).into_iter().take(WORDS).collect();
        for (word, count) in priorities {
            let known = by_words(&word, PRIORITIES);
            let sure = if known.is_some() { Confidence::High } else { Confidence::Low };
            let unknown = if known.is_some() { "" } else { "; the word does not say how urgent: choose" };
            self.note(format!("priorities.{word:?}"), sure, format!("in {count} rows{unknown}"));
            self.mapping.priorities.insert(word, known.unwrap_or(Priority::Medium));
        }
        self.tags();
        for (word, count) in self.values(Role::Status).into_iter().take(WORDS) {
            let known = by_words(&word, STATUSES);
            let sure = if known.is_some() { Confidence::High } else { Confidence::Low };
            let unknown = if known.is_some() { "" } else { "; the word does not say where a ticket stands: choose" };
            self.note(format!("statuses.{word:?}"), sure, format!("in {count} rows{unknown}"));
            self.mapping.statuses.insert(word, known.unwrap_or(Status::Open));
        }
        for (word, count) in self.values(Role::Rating).into_iter().take(WORDS) {
            if word.parse::<u8>().is_ok_and(|score| score <= 5) {
                continue;
            }
            let known = by_words(&word, RATINGS);
            let sure = if known.is_some() { Confidence::High } else { Confidence::Low };
            self.note(format!("ratings.{word:?}"), sure, format!("in {count} rows; 0 stands for not rated"));
            self.mapping.ratings.insert(word, known.unwrap_or(0));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::import::mapping::Meaning;

    const LOG: &str = "Case ID,Activity,Resource,Complete Timestamp,Variant,Variant,seriousness,customer,seriousness_2
Case 1,Assign seriousness,Value 1,2012/10/09 14:50:17.000,V,V,Value 1,Value 1,Value 2
Case 1,Take in charge ticket,Value 1,2012/10/09 14:51:01.000,V,V,Value 1,Value 1,Value 1
Case 1,Resolve SW anomaly,Value 1,2012/10/10 14:51:01.000,V,V,Value 1,Value 1,Value 1
Case 1,Resolve ticket,Value 1,2012/10/25 11:54:26.000,V,V,Value 1,Value 1,Value 1
Case 2,VERIFIED,Value 1,2012/10/26 11:54:26.000,V,V,Value 1,Value 1,Value 1
";

    fn none() -> Option<&'static [u8]> {
        None
    }

    #[test]
    fn an_event_log_is_recognised() {
        let guess = guess("Help Desk 2010", LOG.as_bytes(), none()).unwrap();
        let mapping = &guess.mapping;
        assert_eq!((mapping.source.as_str(), mapping.shape), ("help-desk-2010", Shape::Events));
        assert_eq!(mapping.columns[&Role::Case], "Case ID".into());
        assert_eq!(mapping.columns[&Role::Time], "Complete Timestamp".into());
        assert_eq!(mapping.columns[&Role::Agent], "Resource".into());
        assert_eq!(mapping.columns[&Role::Customer], "customer".into());
        assert_eq!(mapping.columns[&Role::Priority], "seriousness_2".into(), "the other never varies");
        assert_eq!(mapping.time_format, "%Y/%m/%d %H:%M:%S%.f");
        let meanings: Vec<_> = mapping.activities.iter().map(|(word, meaning)| (word.as_str(), *meaning)).collect();
        assert_eq!(
            meanings,
            [
                ("Assign seriousness", Meaning::Priority),
                ("Resolve SW anomaly", Meaning::Activity),
                ("Resolve ticket", Meaning::Resolved),
                ("Take in charge ticket", Meaning::Started),
                ("VERIFIED", Meaning::Activity),
            ]
        );
        let zone = guess.notes.iter().find(|note| note.key == "time_zone").unwrap();
        assert_eq!(zone.confidence, Confidence::Low);
        assert!(guess.to_string().contains("time_zone"), "{guess}");
    }

    #[test]
    fn a_ticket_list_is_recognised_in_three_languages() {
        for header in [
            "ID;Subject;Requester;Requester email;Created at;Solved at;Status;Priority",
            "Numero;Oggetto;Richiedente;Email cliente;Data creazione;Risolto il;Stato;Priorità",
            "Nummer;Betreff;Kunde;Kunden-Email;Erstellt am;Gelöst am;Status;Priorität",
        ] {
            let text = format!("{header}\n1;No sound;Ann;ann@example.com;13.01.2024 10:00;;offen;hoch\n");
            let mapping = guess("x", text.as_bytes(), none()).unwrap().mapping;
            assert_eq!(mapping.shape, Shape::Tickets);
            let roles: Vec<Role> = mapping.columns.keys().copied().collect();
            assert_eq!(
                roles,
                [
                    Role::Number,
                    Role::Subject,
                    Role::Requester,
                    Role::RequesterEmail,
                    Role::Created,
                    Role::Solved,
                    Role::Status,
                    Role::Priority
                ],
                "{header}"
            );
            assert_eq!(mapping.delimiter, Some(';'));
            assert_eq!(mapping.time_format, "%d.%m.%Y %H:%M");
            assert_eq!((mapping.statuses["offen"], mapping.priorities["hoch"]), (Status::Open, Priority::High));
        }
    }

    #[test]
    fn the_written_mapping_is_the_guessed_one() {
        let comments =
            "Ticket ID,Author,Email,Created at,Public,Body\n1,Ann,ann@example.com,2024-01-01T10:00:00Z,true,Hi\n";
        let tickets = "Number,Subject,Created,Satisfaction,Tags\n1,\"A \"\"b\"\"\",2024-01-01T10:00:00Z,good,x\n";
        for guess in [
            guess("log", LOG.as_bytes(), none()).unwrap(),
            guess("list", tickets.as_bytes(), Some(comments.as_bytes())).unwrap(),
        ] {
            let text = guess.to_toml();
            let read = Mapping::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
            assert_eq!(read, guess.mapping);
        }
    }

    #[test]
    fn day_and_month_that_may_be_either_are_to_be_checked() {
        let text = "Number,Created\n1,03/04/2024 10:00\n2,05/06/2024 11:00\n";
        let both = guess("x", text.as_bytes(), none()).unwrap();
        assert!(both.notes.iter().any(|note| note.key == "time_format" && note.confidence == Confidence::Low));
        let text = text.replace("05/06", "05/26");
        assert_eq!(guess("x", text.as_bytes(), none()).unwrap().mapping.time_format, "%m/%d/%Y %H:%M");
    }

    proptest! {
        #[test]
        fn whatever_the_file_holds_the_written_mapping_can_be_read(
            names in prop::collection::vec("[a-zA-Z \"\\\\é\u{7f}#=.]{1,12}", 3..6),
            words in prop::collection::vec("[a-zA-Z \"\\\\é\u{7f}#=.]{1,12}", 1..5),
        ) {
            let quote = |text: &String| format!("\"{}\"", text.replace('"', "\"\""));
            let mut lines = vec![format!("Case ID,Activity,Timestamp,{}\n", names.iter().map(quote).collect::<Vec<_>>().join(","))];
            for word in &words {
                let rest = names.iter().map(|_| quote(word)).collect::<Vec<_>>().join(",");
                lines.push(format!("Case 1,{},2012/10/09 14:50:17,{rest}\n", quote(word)));
            }
            let guess = guess("x", lines.concat().as_bytes(), none()).unwrap();
            let written: Result<Mapping, _> = toml::from_str(&guess.to_toml());
            prop_assert_eq!(written.unwrap(), guess.mapping);
        }
    }
}
