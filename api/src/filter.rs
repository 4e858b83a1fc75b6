//! From query parameters to the read side's questions. A value that is not understood is an error, never ignored.

use std::fmt::Display;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::access_policy::PersonalField;
use projections::{
    Choice, Direction, NamedSort, Restricted, TextQuery, TimeRange,
    agents::{AgentFilter, AgentQuery},
    customers::{CustomerFilter, CustomerQuery},
    teams::TeamQuery,
    tickets::{Deleted, SortField, TicketFilter, TicketQuery},
};

use crate::{
    answer::Paging,
    masking::must_see,
    problem::ApiError,
    request::{Query, Session},
};

/// Who `me` is.
#[derive(Clone, Debug, Default)]
pub struct Me(Option<String>);

impl Me {
    /// Whoever asks. Nothing is assigned to a key that is nobody's.
    pub fn of(session: &Session) -> Self {
        Self(session.caller.principal.clone())
    }

    /// The same choice, with who it is in the place of `me`.
    fn named(&self, choice: Choice) -> Choice {
        match (choice, &self.0) {
            (Choice::Is(word), Some(me)) if word == "me" => Choice::Is(me.clone()),
            (choice, _) => choice,
        }
    }
}

/// Takes the filters, the order and the search of a list of tickets: its first page.
pub fn ticket_query(query: &mut Query, me: &Me) -> Result<TicketQuery, ApiError> {
    let mut filter = TicketFilter {
        status: query.list("filter[status]")?,
        priority: query.list("filter[priority]")?,
        kind: choices(query, "filter[type]"),
        channel: query.list("filter[channel]")?,
        assignee: choices(query, "filter[assignee_id]"),
        team: choices(query, "filter[team_id]"),
        customer_id: texts(query, "filter[customer_id]"),
        tags: texts(query, "filter[tag]"),
        tags_all: texts(query, "filter[tags_all]"),
        external_id: query.text("filter[external_id]").into_iter().collect(),
        number: query.list("filter[ticket_id]")?,
        imported: query.flag("filter[imported]")?,
        deleted: match query.text("filter[deleted]").as_deref() {
            None | Some("false") => Deleted::Hidden,
            Some("only") => Deleted::Only,
            Some("true") => Deleted::Included,
            Some(_) => return Err(ApiError::invalid_parameter("filter[deleted]", "expected false, only or true")),
        },
        created_at: range(query, "created_at")?,
        updated_at: range(query, "updated_at")?,
        resolved_at: range(query, "resolved_at")?,
        closed_at: range(query, "closed_at")?,
        text: None,
    };
    if let Some(typed) = query.text("q") {
        search(&typed, &mut filter)?;
    }
    if filter.text.is_some() {
        must_see(&PersonalField::ALL, Some("q"))?;
    }
    filter.assignee = filter.assignee.into_iter().map(|choice| me.named(choice)).collect();
    let sort = sort(query, &TICKET_SORTS)?;
    Ok(TicketQuery { filter, sort, ..TicketQuery::default() })
}

const TICKET_SORTS: [(&str, SortField); 8] = [
    ("created_at", SortField::CreatedAt),
    ("updated_at", SortField::UpdatedAt),
    ("number", SortField::Number),
    ("priority", SortField::Priority),
    ("status", SortField::Status),
    ("resolved_at", SortField::ResolvedAt),
    ("closed_at", SortField::ClosedAt),
    ("first_response_at", SortField::FirstResponseAt),
];

const NAMED_SORTS: [(&str, NamedSort); 3] =
    [("created_at", NamedSort::CreatedAt), ("updated_at", NamedSort::UpdatedAt), ("name", NamedSort::Name)];

/// Takes the filters, the order and the search of a list of customers.
pub fn customer_query(query: &mut Query, paging: &Paging, restricted: Restricted) -> Result<CustomerQuery, ApiError> {
    let filter = CustomerFilter {
        email: query.text("filter[email]"),
        external_id: query.text("filter[external_id]"),
        text: query.text("q").map(|typed| text(&typed)).transpose()?,
        restricted,
        created_at: range(query, "created_at")?,
        updated_at: range(query, "updated_at")?,
    };
    let sort = named_sort(query)?;
    // What somebody is found by, and where in an order, tells as much as to see it.
    if filter.email.is_some() {
        must_see(&[PersonalField::Email], Some("filter[email]"))?;
    }
    if filter.text.is_some() {
        must_see(&[PersonalField::Name, PersonalField::Email, PersonalField::Phone], Some("q"))?;
    }
    if sort.0 == NamedSort::Name {
        must_see(&[PersonalField::Name], Some("sort"))?;
    }
    Ok(CustomerQuery { filter, sort, after: paging.after.clone(), limit: paging.limit })
}

/// Takes the filters, the order and the search of a list of agents.
pub fn agent_query(query: &mut Query, paging: &Paging) -> Result<AgentQuery, ApiError> {
    let filter = AgentFilter {
        email: query.text("filter[email]"),
        external_id: query.text("filter[external_id]"),
        text: query.text("q").map(|typed| text(&typed)).transpose()?,
        active: query.flag("filter[active]")?,
    };
    Ok(AgentQuery { filter, sort: named_sort(query)?, after: paging.after.clone(), limit: paging.limit })
}

/// Takes the filter and the order of a list of teams.
pub fn team_query(query: &mut Query, paging: &Paging) -> Result<TeamQuery, ApiError> {
    let member_id = query.text("filter[member_id]");
    Ok(TeamQuery { member_id, sort: named_sort(query)?, after: paging.after.clone(), limit: paging.limit })
}

fn named_sort(query: &mut Query) -> Result<(NamedSort, Direction), ApiError> {
    let mut wanted = sort(query, &NAMED_SORTS)?;
    match wanted.len() {
        0 => Ok((NamedSort::CreatedAt, Direction::Descending)),
        1 => Ok(wanted.remove(0)),
        _ => Err(ApiError::invalid_parameter("sort", "expected one field")),
    }
}

fn sort<F: Copy + PartialEq>(query: &mut Query, fields: &[(&str, F)]) -> Result<Vec<(F, Direction)>, ApiError> {
    let Some(typed) = query.text("sort") else { return Ok(vec![]) };
    let mut wanted = vec![];
    for name in typed.split(',') {
        let (direction, name) = match name.trim().strip_prefix('-') {
            Some(name) => (Direction::Descending, name),
            None => (Direction::Ascending, name.trim()),
        };
        let field = fields.iter().find(|(known, _)| *known == name).map(|(_, field)| *field);
        match field {
            Some(field) if wanted.iter().all(|(other, _)| *other != field) && wanted.len() < 3 => {
                wanted.push((field, direction));
            }
            _ => {
                let detail = "expected at most three different fields, each with an optional - in front";
                return Err(ApiError::invalid_parameter("sort", detail).allowed(fields.iter().map(|(name, _)| *name)));
            }
        }
    }
    Ok(wanted)
}

fn texts(query: &mut Query, name: &str) -> Vec<String> {
    let typed = query.text(name).unwrap_or_default();
    typed.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

fn choice(text: String) -> Choice {
    if text == "none" { Choice::None } else { Choice::Is(text) }
}

fn choices(query: &mut Query, name: &str) -> Vec<Choice> {
    texts(query, name).into_iter().map(choice).collect()
}

/// Takes the four bounds of a range of time.
pub fn range(query: &mut Query, field: &str) -> Result<TimeRange, ApiError> {
    let mut bound = |operator: &str| query.instant(&format!("filter[{field}][{operator}]"));
    Ok(TimeRange { gte: bound("gte")?, gt: bound("gt")?, lte: bound("lte")?, lt: bound("lt")? })
}

fn text(typed: &str) -> Result<TextQuery, ApiError> {
    TextQuery::parse(typed).map_err(|error| ApiError::invalid_parameter("q", error.to_string()))
}

/// Splits a search into fields (`status:open`, `created>2026-01-01`) and words.
fn search(typed: &str, filter: &mut TicketFilter) -> Result<(), ApiError> {
    let mut words = String::new();
    for token in tokens(typed) {
        if !field(token, filter)? {
            words.push_str(token);
            words.push(' ');
        }
    }
    if !words.is_empty() || typed.trim().is_empty() {
        filter.text = Some(text(&words)?);
    }
    Ok(())
}

/// White space divides, but not within quotes.
fn tokens(typed: &str) -> Vec<&str> {
    let mut quoted = false;
    let divides = move |c: char| {
        if c == '"' {
            quoted = !quoted;
        }
        c.is_whitespace() && !quoted
    };
    typed.split(divides).filter(|token| !token.is_empty()).collect()
}

/// Whether `token` is a field; if so, it is in the filter now.
fn field(token: &str, filter: &mut TicketFilter) -> Result<bool, ApiError> {
    fn parsed<T: std::str::FromStr<Err: Display>>(text: &str) -> Result<T, ApiError> {
        text.parse().map_err(|error: T::Err| ApiError::invalid_parameter("q", error.to_string()))
    }
    if let Some(range) = token.strip_prefix("created") {
        return bound(range, &mut filter.created_at);
    }
    if let Some(range) = token.strip_prefix("updated") {
        return bound(range, &mut filter.updated_at);
    }
    let Some((name, value)) = token.split_once(':') else { return Ok(false) };
    let value = value.trim_matches('"');
    match name {
        "status" => filter.status.push(parsed(value)?),
        "priority" => filter.priority.push(parsed(value)?),
        "type" => filter.kind.push(choice(value.to_owned())),
        "tag" => filter.tags_all.push(value.to_owned()),
        "assignee" => filter.assignee.push(choice(value.to_owned())),
        "team" => filter.team.push(choice(value.to_owned())),
        "customer" => filter.customer_id.push(value.to_owned()),
        _ => return Ok(false),
    }
    Ok(true)
}

fn bound(text: &str, range: &mut TimeRange) -> Result<bool, ApiError> {
    let operators = [">=", "<=", ">", "<"];
    let Some(operator) = operators.into_iter().find(|operator| text.starts_with(operator)) else { return Ok(false) };
    let day = &text[operator.len()..];
    let at = instant(day).ok_or_else(|| {
        ApiError::invalid_parameter("q", format!("expected an instant or a day such as 2026-01-31, found {day:?}"))
    })?;
    match operator {
        ">=" => range.gte = Some(at),
        "<=" => range.lte = Some(at),
        ">" => range.gt = Some(at),
        _ => range.lt = Some(at),
    }
    Ok(true)
}

/// RFC 3339, or a day: its first moment in UTC. Of years that everybody writes with four digits: PostgreSQL's calendar
/// begins later than ours.
pub fn instant(text: &str) -> Option<DateTime<Utc>> {
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0).map(|day| day.and_utc());
    let instant = DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.to_utc()).or_else(day);
    instant.filter(|instant| (0..=9999).contains(&instant.year()))
}

#[cfg(test)]
mod tests {
    use domain::ticket::Status;

    use super::*;

    #[test]
    fn a_search_is_fields_and_words() {
        let mut filter = TicketFilter::default();
        search("status:open assignee:none created>=2026-01-31 \"cannot log in\" -vpn", &mut filter).unwrap();
        assert_eq!(filter.status, [Status::Open]);
        assert_eq!(filter.assignee, [Choice::None]);
        assert_eq!(filter.created_at.gte, instant("2026-01-31"));
        assert_eq!(filter.text, TextQuery::parse("\"cannot log in\" -vpn").ok());
    }

    #[test]
    fn a_field_that_is_not_understood_is_an_error() {
        for wrong in ["status:urgent", "created>yesterday", "priority:", ""] {
            assert!(search(wrong, &mut TicketFilter::default()).is_err(), "{wrong}");
        }
        let mut filter = TicketFilter::default();
        search("http://example.com createdness", &mut filter).unwrap();
        assert!(filter.text.is_some());
    }
}
