//! Which column of a file holds what.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use super::MappingError;

/// Which column: by its name in the header, or by its number (the first is 1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ColumnRef {
    /// Its number.
    Number(usize),
    /// Its name.
    Name(String),
}

impl From<&str> for ColumnRef {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

macro_rules! roles {
    ($($(#[$meta:meta])* $role:ident = $word:literal),+ $(,)?) => {
        /// What a column holds.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Role { $($(#[$meta])* #[serde(rename = $word)] $role),+ }

        impl Role {
            /// Its key in the mapping.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$role => $word),+ }
            }
        }
    };
}

roles!(
    /// Events: the id of the ticket in the other system.
    Case = "case",
    /// Events: what happened, in the other system's words.
    Activity = "activity",
    /// Events and comments: when.
    Time = "time",
    /// Events: the agent who did it, as named in the other system.
    Agent = "agent",
    /// Events: the agent's email.
    AgentEmail = "agent_email",
    /// Events: the id of the customer in the other system.
    Customer = "customer",
    /// Events: the customer's name; without it the id is the name.
    CustomerName = "customer_name",
    /// Events: the customer's email.
    CustomerEmail = "customer_email",
    /// Events: the subject line.
    Title = "title",
    /// Tickets: the number in the other system.
    Number = "number",
    /// Tickets: the subject line.
    Subject = "subject",
    /// Tickets: the first message. Comments: what was said.
    Body = "body",
    /// Tickets: the name of the one who asks.
    Requester = "requester",
    /// Tickets: their email.
    RequesterEmail = "requester_email",
    /// Tickets: their id in the other system.
    RequesterId = "requester_id",
    /// Tickets: when it came in.
    Created = "created",
    /// Tickets: when an agent first answered.
    FirstReply = "first_reply",
    /// Tickets: when it was solved.
    Solved = "solved",
    /// Tickets: when it was closed.
    Closed = "closed",
    /// Tickets and events: the responsible agent.
    Assignee = "assignee",
    /// Tickets and events: their email.
    AssigneeEmail = "assignee_email",
    /// Tickets: where it stands.
    Status = "status",
    /// How much it hurts.
    Priority = "priority",
    /// Its kind.
    Type = "type",
    /// Its labels.
    Tags = "tags",
    /// Tickets: how the customer rated it.
    Rating = "rating",
    /// Comments: the number of the ticket.
    Ticket = "ticket",
    /// Comments: who wrote it.
    Author = "author",
    /// Comments: their email.
    AuthorEmail = "author_email",
    /// Comments: `agent` or `customer`.
    AuthorKind = "author_kind",
    /// Comments: whether the customer saw it: true or false, public or internal.
    Public = "public",
);

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

pub(crate) const EVENT_ROLES: &[Role] = &[
    Role::Case,
    Role::Activity,
    Role::Time,
    Role::Agent,
    Role::AgentEmail,
    Role::Customer,
    Role::CustomerName,
    Role::CustomerEmail,
    Role::Title,
    Role::Assignee,
    Role::AssigneeEmail,
    Role::Priority,
    Role::Type,
    Role::Tags,
];
pub(crate) const TICKET_ROLES: &[Role] = &[
    Role::Number,
    Role::Subject,
    Role::Body,
    Role::Requester,
    Role::RequesterEmail,
    Role::RequesterId,
    Role::Created,
    Role::FirstReply,
    Role::Solved,
    Role::Closed,
    Role::Assignee,
    Role::AssigneeEmail,
    Role::Status,
    Role::Priority,
    Role::Type,
    Role::Tags,
    Role::Rating,
];
pub(crate) const COMMENT_ROLES: &[Role] =
    &[Role::Ticket, Role::Time, Role::Author, Role::AuthorEmail, Role::AuthorKind, Role::Public, Role::Body];

/// Columns by what they hold.
pub type Columns = BTreeMap<Role, ColumnRef>;

/// Where the columns are in one file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places(BTreeMap<Role, (usize, String)>);

impl Places {
    /// Finds every column of the mapping in the header.
    pub fn find(table: &str, columns: &Columns, header: &[String]) -> Result<Self, MappingError> {
        let mut places = BTreeMap::new();
        for (role, column) in columns {
            let key = || format!("{table}.{role}");
            let index = match column {
                ColumnRef::Number(number) if (1..=header.len()).contains(number) => number - 1,
                ColumnRef::Number(number) => {
                    let reason = format!("the file has columns 1 to {}, not {number}", header.len());
                    return Err(MappingError::key(key(), reason));
                }
                ColumnRef::Name(name) => named(name, header).map_err(|reason| MappingError::key(key(), reason))?,
            };
            places.insert(*role, (index, header[index].clone()));
        }
        Ok(Self(places))
    }

    /// The field of a row; none when it is empty or the file has no such column.
    pub fn get<'a>(&self, record: &'a csv::StringRecord, role: Role) -> Option<&'a str> {
        let (index, _) = self.0.get(&role)?;
        record.get(*index).map(str::trim).filter(|text| !text.is_empty())
    }

    /// What the column is called in the file.
    pub fn name(&self, role: Role) -> String {
        self.0.get(&role).map_or_else(|| role.to_string(), |(_, name)| name.clone())
    }
}

fn named(name: &str, header: &[String]) -> Result<usize, String> {
    let exact: Vec<usize> = (0..header.len()).filter(|i| header[*i] == name).collect();
    let found = if exact.is_empty() {
        (0..header.len()).filter(|i| header[*i].to_lowercase() == name.to_lowercase()).collect()
    } else {
        exact
    };
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(format!(
            "the file has no column {name:?}; it has {}",
            header.iter().map(|h| format!("{h:?}")).collect::<Vec<_>>().join(", ")
        )),
        several => Err(format!(
            "the file has {} columns {name:?}: name it by its number, one of {}",
            several.len(),
            several.iter().map(|i| (i + 1).to_string()).collect::<Vec<_>>().join(", ")
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_found_by_name_or_by_number() {
        let header: Vec<String> = ["A", "B", "B", "c d"].map(str::to_owned).to_vec();
        let find = |column: ColumnRef| {
            Places::find("columns", &[(Role::Case, column)].into(), &header)
                .map(|places| places.0[&Role::Case].0)
                .map_err(|error| error.to_string())
        };
        assert_eq!(find("A".into()), Ok(0));
        assert_eq!(find("C D".into()), Ok(3));
        assert_eq!(find(ColumnRef::Number(3)), Ok(2));
        let twice = find("B".into()).unwrap_err();
        assert!(twice.contains("columns.case") && twice.contains("one of 2, 3"), "{twice}");
        assert!(find("x".into()).unwrap_err().contains("no column \"x\""));
        assert!(find(ColumnRef::Number(0)).unwrap_err().contains("columns 1 to 4"));
    }
}
