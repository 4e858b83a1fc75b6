//! What the lists of customers, agents and teams share: they are found by the same things.

use event_store::driver::types::Type;

use crate::{
    page::{Direction, Kind, Order, SortColumn},
    search::{self, TextQuery},
    sql::{Conditions, Sql},
};

/// What a list of customers, agents or teams can be sorted by. Who has no name any more comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedSort {
    /// When they became known.
    CreatedAt,
    /// When anything of theirs last changed.
    UpdatedAt,
    /// By name, capital letters first.
    Name,
}

pub(crate) fn order((field, direction): (NamedSort, Direction)) -> Order {
    let (sql, kind, nullable) = match field {
        NamedSort::CreatedAt => ("created_at", Kind::Instant, false),
        NamedSort::UpdatedAt => ("updated_at", Kind::Instant, false),
        NamedSort::Name => ("name", Kind::Text, true),
    };
    let column = SortColumn { sql, kind, nullable, direction };
    Order::new(vec![column], "id")
}

pub(crate) fn push_equal(column: &str, value: Option<&str>, sql: &mut Sql, all: &mut Conditions) {
    if let Some(value) = value {
        let value = sql.bind(value.to_owned(), Type::TEXT);
        all.push(format!("{column} = {value}"));
    }
}

/// Two spellings of one address are the same: lower-cased here, as when it was written, and not by the database.
pub(crate) fn push_email(email: Option<&str>, sql: &mut Sql, all: &mut Conditions) {
    push_equal("email_identity", email.map(str::to_lowercase).as_deref(), sql, all);
}

/// `prefix`: of their ids.
pub(crate) fn push_text(text: Option<&TextQuery>, prefix: &str, sql: &mut Sql, all: &mut Conditions) {
    let Some(text) = text else { return };
    let required = text.required.iter().map(|term| (term, ""));
    let excluded = text.excluded.iter().map(|term| (term, "NOT "));
    for (term, not) in required.chain(excluded) {
        let term = sql.bind(term.clone(), Type::TEXT);
        all.push(format!("id {not}IN ({})", search::found(&term, prefix)));
    }
}
