//! What the columns and words of a file mean: a TOML file that a person can edit.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use domain::ticket::{Priority, Status};
use serde::{Deserialize, Serialize};

use super::{
    columns::{COMMENT_ROLES, Columns, EVENT_ROLES, Role, TICKET_ROLES},
    times,
};

/// What one row of the file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// One thing that happened to a case.
    Events,
    /// One ticket with everything about it.
    Tickets,
}

impl Shape {
    /// The columns that such a file may have.
    pub(crate) fn roles(self) -> &'static [Role] {
        match self {
            Self::Events => EVENT_ROLES,
            Self::Tickets => TICKET_ROLES,
        }
    }

    /// The columns that it must have.
    pub(crate) fn required(self) -> &'static [Role] {
        match self {
            Self::Events => &[Role::Case, Role::Activity, Role::Time],
            Self::Tickets => &[Role::Number, Role::Created],
        }
    }
}

/// What an activity of an event log means here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// It came in.
    Opened,
    /// The agent took it: they become the assignee, and it is in progress.
    Started,
    /// It waits for the customer.
    AwaitingCustomer,
    /// It was solved.
    Resolved,
    /// It was closed.
    Closed,
    /// It was taken up again.
    Reopened,
    /// The priority column was filled in.
    Priority,
    /// No meaning of its own here: recorded in its own words.
    Activity,
}

impl Meaning {
    /// Its word in the mapping.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Started => "started",
            Self::AwaitingCustomer => "awaiting_customer",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::Priority => "priority",
            Self::Activity => "activity",
        }
    }
}

/// What the columns and words of a file mean.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The name of the other system. With the case and the row's ordinal within its case it is a row's identity, so
    /// it stays the same between runs.
    pub source: String,
    /// What one row is.
    pub shape: Shape,
    /// What separates the fields; none: found in the header.
    #[serde(default)]
    pub delimiter: Option<char>,
    /// How times are written: `strftime` letters, or `rfc3339`, `unix` (seconds), `unix_ms`.
    #[serde(default = "default_time_format")]
    pub time_format: String,
    /// In which zone times without one are meant: an IANA name.
    #[serde(default = "default_time_zone")]
    pub time_zone: String,
    /// The title of a ticket that has none.
    #[serde(default = "default_title")]
    pub title: String,
    /// The external id that a ticket gets.
    #[serde(default = "default_external_id")]
    pub external_id: String,
    /// The name of a requester who is not named.
    #[serde(default = "default_requester")]
    pub requester: String,
    /// The priority of a ticket whose row states none.
    #[serde(default = "default_priority")]
    pub priority: Priority,
    /// Each of these characters ends a tag.
    #[serde(default = "default_tag_separators")]
    pub tag_separators: String,
    /// Put in front of every tag.
    #[serde(default)]
    pub tag_prefix: String,
    /// Authors of comments with an email in one of these domains are agents.
    #[serde(default)]
    pub agent_domains: Vec<String>,
    /// Which column holds what.
    pub columns: Columns,
    /// The same for the file of comments.
    #[serde(default)]
    pub comment_columns: Columns,
    /// What the activities of an event log mean; those not named are recorded in their own words.
    #[serde(default)]
    pub activities: BTreeMap<String, Meaning>,
    /// The other system's priorities.
    #[serde(default)]
    pub priorities: BTreeMap<String, Priority>,
    /// The other system's statuses.
    #[serde(default)]
    pub statuses: BTreeMap<String, Status>,
    /// The other system's ratings, as 1 (bad) to 5 (good); 0: not rated.
    #[serde(default)]
    pub ratings: BTreeMap<String, u8>,
}

fn default_time_format() -> String {
    "rfc3339".to_owned()
}
fn default_time_zone() -> String {
    "UTC".to_owned()
}
fn default_title() -> String {
    "Ticket {case}".to_owned()
}
fn default_external_id() -> String {
    "{case}".to_owned()
}
fn default_requester() -> String {
    "Unknown requester".to_owned()
}
fn default_priority() -> Priority {
    Priority::Medium
}
fn default_tag_separators() -> String {
    ",; ".to_owned()
}

/// A mapping that cannot be used, with the key that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// Not TOML, or not of this form; the text shows the line.
    #[error("the mapping cannot be read: {0}")]
    Syntax(String),
    /// A value that does not fit.
    #[error("the mapping's key {key}: {reason}")]
    Key {
        /// For instance `columns.case`.
        key: String,
        /// What would fit.
        reason: String,
    },
}

impl MappingError {
    pub(crate) fn key(key: impl Into<String>, reason: impl Into<String>) -> Self {
        let (key, reason) = (key.into(), reason.into());
        Self::Key { key, reason }
    }
}

impl Mapping {
    /// A mapping with every default.
    pub fn new(source: impl Into<String>, shape: Shape) -> Self {
        Self {
            source: source.into(),
            shape,
            delimiter: None,
            time_format: default_time_format(),
            time_zone: default_time_zone(),
            title: default_title(),
            external_id: default_external_id(),
            requester: default_requester(),
            priority: default_priority(),
            tag_separators: default_tag_separators(),
            tag_prefix: String::new(),
            agent_domains: vec![],
            columns: Columns::new(),
            comment_columns: Columns::new(),
            activities: BTreeMap::new(),
            priorities: BTreeMap::new(),
            statuses: BTreeMap::new(),
            ratings: BTreeMap::new(),
        }
    }

    /// Reads and checks a mapping file's text.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        let mapping: Self = toml::from_str(text).map_err(|error| MappingError::Syntax(error.to_string()))?;
        mapping.check()?;
        Ok(mapping)
    }

    /// Checks everything that can be checked without the file.
    pub fn check(&self) -> Result<(), MappingError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
        if self.source.is_empty() || self.source.len() > 60 || !self.source.chars().all(plain) {
            let reason = "expected 1 to 60 lower-case letters, digits, hyphens, underscores and dots";
            return Err(MappingError::key("source", reason));
        }
        self.zone()?;
        if self.delimiter.is_some_and(|c| !c.is_ascii() || c == '"') {
            return Err(MappingError::key("delimiter", "expected one ASCII character"));
        }
        if !self.external_id.contains("{case}") {
            let reason = "expected {case} in it: two tickets cannot have the same";
            return Err(MappingError::key("external_id", reason));
        }
        if self.requester.trim().is_empty() || self.requester.chars().count() > 200 {
            return Err(MappingError::key("requester", "expected a name of 1 to 200 characters"));
        }
        if let Some((word, score)) = self.ratings.iter().find(|(_, score)| !(0..=5).contains(*score)) {
            let reason = format!("expected 1 (bad) to 5 (good), or 0 for not rated, found {score}");
            return Err(MappingError::key(format!("ratings.{word:?}"), reason));
        }
        times::check_format(&self.time_format).map_err(|reason| MappingError::key("time_format", reason))?;
        allowed("columns", &self.columns, self.shape.roles())?;
        allowed("comment_columns", &self.comment_columns, COMMENT_ROLES)?;
        required("columns", &self.columns, self.shape.required())?;
        if !self.comment_columns.is_empty() {
            required("comment_columns", &self.comment_columns, &[Role::Ticket, Role::Time, Role::Body])?;
        }
        Ok(())
    }

    pub(crate) fn zone(&self) -> Result<Tz, MappingError> {
        self.time_zone.parse().map_err(|_| {
            let reason = format!("expected an IANA name such as Europe/Rome, found {:?}", self.time_zone);
            MappingError::key("time_zone", reason)
        })
    }
}

fn allowed(table: &str, columns: &Columns, roles: &[Role]) -> Result<(), MappingError> {
    match columns.keys().find(|role| !roles.contains(role)) {
        Some(role) => {
            let words: Vec<_> = roles.iter().map(|role| role.as_str()).collect();
            let reason = format!("this shape has no such column; it has {}", words.join(", "));
            Err(MappingError::key(format!("{table}.{role}"), reason))
        }
        None => Ok(()),
    }
}

fn required(table: &str, columns: &Columns, roles: &[Role]) -> Result<(), MappingError> {
    match roles.iter().find(|role| !columns.contains_key(role)) {
        Some(role) => {
            Err(MappingError::key(format!("{table}.{role}"), "is missing, and such a file cannot be read without it"))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::columns::ColumnRef, *};

    const MAPPING: &str = r#"
        source = "old-desk"
        shape = "events"
        time_zone = "Europe/Rome"
        time_format = "%Y/%m/%d %H:%M:%S%.f"
        [columns]
        case = "Case ID"
        activity = "Activity"
        time = 4
        [activities]
        "Wait" = "awaiting_customer"
        [priorities]
        "Value 1" = "high"
    "#;

    #[test]
    fn a_mapping_is_read_with_its_defaults() {
        let mapping = Mapping::parse(MAPPING).unwrap();
        assert_eq!(mapping.columns[&Role::Time], ColumnRef::Number(4));
        assert_eq!(mapping.activities["Wait"], Meaning::AwaitingCustomer);
        assert_eq!(mapping.priorities["Value 1"], Priority::High);
        assert_eq!(mapping.external_id, "{case}");
    }

    #[test]
    fn what_is_wrong_is_named_by_its_key() {
        for (from, to, says) in [
            ("\"old-desk\"", "\"Old Desk\"", "key source"),
            ("Europe/Rome", "Roma", "key time_zone"),
            ("%M:%S", "%Q", "key time_format"),
            ("case = ", "number = ", "key columns.number"),
            ("case = \"Case ID\"", "", "key columns.case"),
            ("awaiting_customer", "sleeping", "sleeping"),
            ("shape =", "form =", "form"),
        ] {
            let error = Mapping::parse(&MAPPING.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
