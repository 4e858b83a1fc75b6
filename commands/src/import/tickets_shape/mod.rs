//! A ticket list: one row per ticket with the times of its milestones, and perhaps a file of comments.
//!
//! Each milestone is a step of its own with its own mark, so that a later list of the same tickets adds the
//! milestones that were reached since. What a list does not say (when the assignee became it, when the rating came)
//! is assumed from what it says, and counted as assumed.

mod comments;
mod milestones;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::ticket::Status;

use super::{
    ImportError,
    columns::{Places, Role},
    events_shape::ASSIGNEE,
    history::{Gatherer, History, Index, PersonColumns, PersonKind, Statement, folded},
    mapping::Mapping,
    report::RowPlace,
    rows::{Fault, Row, Table},
};

const REQUESTER: PersonColumns = PersonColumns {
    kind: PersonKind::Customer,
    id: Some(Role::RequesterId),
    email: Role::RequesterEmail,
    name: Role::Requester,
};

/// Among things of the same time: a ticket comes in, is assigned, answered, brought to its end, rated.
mod rank {
    pub const OPENED: u8 = 0;
    pub const ASSIGNED: u8 = 1;
    pub const SAID: u8 = 2;
    pub const MILESTONE: u8 = 3;
    pub const STATUS: u8 = 4;
    pub const RATED: u8 = 5;
}

/// A row of the list, before its comments are known.
struct Listed {
    case: Index,
    place: RowPlace,
    ordinal: u32,
    created: DateTime<Utc>,
    first_reply: Option<DateTime<Utc>>,
    solved: Option<DateTime<Utc>>,
    closed: Option<DateTime<Utc>>,
    status: Option<Status>,
    rating: Option<u8>,
    requester: Index,
    assignee: Option<Index>,
    statement: Statement,
    /// When an agent first wrote to the customer, as the comments tell.
    answered: Option<DateTime<Utc>>,
    last_comment: Option<DateTime<Utc>>,
}

struct Words {
    statuses: HashMap<String, Status>,
    ratings: HashMap<String, u8>,
}

pub(crate) fn history(mapping: &Mapping, tickets: Table, comments: Option<Table>) -> Result<History, ImportError> {
    let places = Places::find("columns", &mapping.columns, &tickets.header)?;
    let comment_places = match &comments {
        Some(table) => Places::find("comment_columns", &mapping.comment_columns, &table.header)?,
        None => Places::default(),
    };
    let words = Words { statuses: folded(&mapping.statuses), ratings: folded(&mapping.ratings) };
    let mut gatherer = Gatherer::new(mapping)?;
    gatherer.begin(&tickets);
    let mut listed: HashMap<String, Listed> = HashMap::new();
    let mut order = vec![];
    for row in tickets.rows {
        let number = places.get(&row.record, Role::Number).unwrap_or_default();
        let read = match listed.get(number) {
            Some(before) => Err(Fault::column(
                places.name(Role::Number),
                format!("row {} is this ticket already", before.place.row),
            )),
            None => read(&mut gatherer, &places, &words, &row, number),
        };
        match read {
            Ok(ticket) => {
                order.push(number.to_owned());
                listed.insert(number.to_owned(), ticket);
            }
            Err(fault) => gatherer.reject(&row, fault),
        }
    }
    if let Some(table) = comments {
        gatherer.begin(&table);
        let mut ordinals: HashMap<String, u32> = HashMap::new();
        for row in table.rows {
            let number = comment_places.get(&row.record, Role::Ticket).unwrap_or_default();
            let next = ordinals.entry(number.to_owned()).or_default();
            let ordinal = *next;
            *next += 1;
            let ticket = listed.get_mut(number);
            if let Err(fault) = comments::read(&mut gatherer, &comment_places, &row, ticket, ordinal) {
                gatherer.reject(&row, fault);
            }
        }
    }
    for ticket in order.iter().filter_map(|number| listed.remove(number)) {
        milestones::add(&mut gatherer, ticket)?;
    }
    Ok(gatherer.finish())
}

fn read(gatherer: &mut Gatherer<'_>, places: &Places, words: &Words, row: &Row, number: &str) -> Result<Listed, Fault> {
    if let Some(fault) = &row.fault {
        return Err(fault.clone());
    }
    let missing = |role: Role| Fault::column(places.name(role), "is empty");
    if number.is_empty() {
        return Err(missing(Role::Number));
    }
    let get = |role: Role| places.get(&row.record, role);
    let created = gatherer.time(places, row, Role::Created)?.ok_or_else(|| missing(Role::Created))?;
    let first_reply = gatherer.time(places, row, Role::FirstReply)?;
    let solved = gatherer.time(places, row, Role::Solved)?;
    let closed = gatherer.time(places, row, Role::Closed)?;
    let word = |role: Role, table: &str, text: &str| {
        let shown: String = text.chars().take(40).collect();
        Fault::column(places.name(role), format!("{shown:?} is not in the mapping: add it to [{table}]"))
    };
    let status = match get(Role::Status) {
        Some(text) => {
            let folded = text.to_lowercase();
            let known = words.statuses.get(&folded).copied();
            let known = known.or_else(|| folded.parse().ok());
            Some(known.ok_or_else(|| word(Role::Status, "statuses", text))?)
        }
        None => None,
    };
    let rating = match get(Role::Rating) {
        Some(text) => {
            let known = words.ratings.get(&text.to_lowercase()).copied();
            let known = known.or_else(|| text.parse().ok().filter(|score| (0..=5).contains(score)));
            // 0 stands for "not rated".
            Some(known.ok_or_else(|| word(Role::Rating, "ratings", text))?).filter(|score| *score > 0)
        }
        None => None,
    };
    let statement = gatherer.statement(places, row)?;
    let body = match get(Role::Body) {
        Some(text) => gatherer.body(text).map_err(|error| Fault::column(places.name(Role::Body), error))?,
        None => None,
    };
    let assignee = gatherer.person_in(places, row, ASSIGNEE)?;
    let requester = match gatherer.person_in(places, row, REQUESTER)? {
        Some(requester) => requester,
        None => gatherer.nobody()?,
    };
    let title = get(Role::Subject).and_then(|text| gatherer.title(text));
    let case = gatherer.case(number, title).map_err(|error| Fault::column(places.name(Role::Number), error))?;
    let known = gatherer.case_mut(case);
    (known.since, known.body) = (Some(created), body);
    Ok(Listed {
        case,
        place: row.place,
        ordinal: 0,
        created,
        first_reply,
        solved,
        closed,
        status,
        rating,
        requester,
        assignee,
        statement,
        answered: None,
        last_comment: None,
    })
}
