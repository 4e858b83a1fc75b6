//! The sums behind the numbers. Each reads one index of `tickets` and no message.

use chrono::{DateTime, Utc};
use domain::ticket::Status;
use event_store::{
    TenantTx,
    driver::{Row, types::Type},
};
use rust_decimal::Decimal;

use crate::{
    analytics::{Frame, SETTLED_AFTER},
    error::QueryError,
    sql::{Sql, unsigned},
    tickets::status_rank,
};

/// Tickets that came in within the period, by where they stand now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TicketCounts {
    pub total: u64,
    pub open: u64,
    pub started: u64,
    pub pending: u64,
    pub resolved: u64,
    pub closed: u64,
    /// Without a first response.
    pub unanswered: u64,
    /// Over, and not rated.
    pub unrated: u64,
    pub deleted: u64,
}

/// Spans of time, in microseconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Spans {
    pub n: u64,
    pub sum: Decimal,
    /// Median, 90th and 95th percentile.
    pub percentiles: Option<[Decimal; 3]>,
}

/// How tickets ended within the period.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Resolutions {
    pub spans: Spans,
    /// Of these, tickets that an agent replied to.
    pub answered: u64,
    /// Of these, tickets that were settled at first contact.
    pub first_contact: u64,
}

/// Ratings that were given within the period; the latest of each ticket.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Ratings {
    pub n: u64,
    pub sum: u64,
    /// Of 4 or 5.
    pub good: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct AgentCounts {
    pub total: u64,
    pub enabled: u64,
    pub active: u64,
}

fn count(row: &Row, index: usize) -> u64 {
    unsigned(row.get(index))
}

async fn one(sql: Sql, tx: &TenantTx) -> Result<Row, QueryError> {
    sql.rows(tx).await?.into_iter().next().ok_or(QueryError::NotInstalled)
}

pub(crate) async fn tickets(tx: &TenantTx, frame: &Frame) -> Result<TicketCounts, QueryError> {
    let mut sql = Sql::default();
    let (live, gone) = (frame.period.and("created_at", &mut sql), frame.period.and("created_at", &mut sql));
    let of = |status: Status| format!("count(*) FILTER (WHERE status_rank = {})", status_rank(status));
    sql.push(&format!(
        "SELECT count(*), {}, {}, {}, {}, {}, count(*) FILTER (WHERE first_response_micros IS NULL), \
         count(*) FILTER (WHERE rating IS NULL AND status_rank IN ({}, {})), \
         (SELECT count(*) FROM tickets WHERE deleted_at IS NOT NULL{gone}) \
         FROM tickets WHERE deleted_at IS NULL{live}",
        of(Status::Open),
        of(Status::InProgress),
        of(Status::Pending),
        of(Status::Resolved),
        of(Status::Closed),
        status_rank(Status::Resolved),
        status_rank(Status::Closed),
    ));
    let row = one(sql, tx).await?;
    let at = |index| count(&row, index);
    Ok(TicketCounts {
        total: at(0),
        open: at(1),
        started: at(2),
        pending: at(3),
        resolved: at(4),
        closed: at(5),
        unanswered: at(6),
        unrated: at(7),
        deleted: at(8),
    })
}

/// How many, their sum, and the values below which half, 90 % and 95 % of them lie (between two, in proportion).
fn spread(column: &str) -> String {
    format!(
        "count(*), coalesce(sum({column}), 0), \
         percentile_cont(ARRAY[0.5, 0.9, 0.95]) WITHIN GROUP (ORDER BY {column})"
    )
}

fn spans(row: &Row) -> Spans {
    let percentiles: Option<Vec<Option<f64>>> = row.get(2);
    let decimals = |values: Vec<Option<f64>>| -> Option<[Decimal; 3]> {
        let values: Option<Vec<Decimal>> =
            values.into_iter().map(|value| value.and_then(|value| Decimal::try_from(value).ok())).collect();
        values?.try_into().ok()
    };
    Spans { n: count(row, 0), sum: row.get(1), percentiles: percentiles.and_then(decimals) }
}

/// First responses that were given within the period.
pub(crate) async fn response(tx: &TenantTx, frame: &Frame) -> Result<Spans, QueryError> {
    let mut sql = Sql::default();
    let period = frame.period.and("first_response_at", &mut sql);
    sql.push(&format!(
        "SELECT {} FROM tickets WHERE deleted_at IS NULL AND first_response_at IS NOT NULL{period}",
        spread("first_response_micros")
    ));
    Ok(spans(&one(sql, tx).await?))
}

/// Settled at first contact: an agent had replied when it was last resolved, the customer wrote nothing after any
/// reply (so that all replies are one run), and it was never reopened soon.
pub(crate) const FIRST_CONTACT: &str = "answered_when_solved AND NOT wrote_back";

/// That it was never reopened within [`SETTLED_AFTER`].
pub(crate) fn never_reopened_soon() -> String {
    format!("(reopened_after IS NULL OR reopened_after > {})", SETTLED_AFTER.num_seconds())
}

/// Tickets that were resolved within the period and are over now.
pub(crate) async fn resolution(tx: &TenantTx, frame: &Frame) -> Result<Resolutions, QueryError> {
    let mut sql = Sql::default();
    let period = frame.period.and("solved_at", &mut sql);
    sql.push(&format!(
        "SELECT {}, count(*) FILTER (WHERE agent_replies > 0), count(*) FILTER (WHERE {FIRST_CONTACT} AND {}) \
         FROM tickets WHERE deleted_at IS NULL AND solved_at IS NOT NULL{period}",
        spread("resolution_micros"),
        never_reopened_soon(),
    ));
    let row = one(sql, tx).await?;
    Ok(Resolutions { spans: spans(&row), answered: count(&row, 3), first_contact: count(&row, 4) })
}

pub(crate) async fn satisfaction(tx: &TenantTx, frame: &Frame) -> Result<Ratings, QueryError> {
    let mut sql = Sql::default();
    let period = frame.period.and("rated_at", &mut sql);
    sql.push(&format!(
        "SELECT count(*), coalesce(sum(rating), 0), count(*) FILTER (WHERE rating >= 4) \
         FROM tickets WHERE deleted_at IS NULL AND rated_at IS NOT NULL{period}"
    ));
    let row = one(sql, tx).await?;
    Ok(Ratings { n: count(&row, 0), sum: count(&row, 1), good: count(&row, 2) })
}

/// Active is whoever wrote or did something after `since`, whichever way it came in.
pub(crate) async fn agents(tx: &TenantTx, since: DateTime<Utc>) -> Result<AgentCounts, QueryError> {
    let mut sql = Sql::default();
    let since = sql.bind(since, Type::TIMESTAMPTZ);
    let did = |table: &str| {
        format!(
            "EXISTS (SELECT FROM {table} WHERE actor = 'agent:' || a.id AND starts_with(actor, 'agent:') \
             AND occurred_at >= {since})"
        )
    };
    sql.push(&format!(
        "SELECT count(*), count(*) FILTER (WHERE active), count(*) FILTER (WHERE \
             EXISTS (SELECT FROM ticket_timeline WHERE author_kind = 'agent' AND author_id = a.id AND occurred_at >= {since}) \
             OR {} OR {}) FROM agents a",
        did("ticket_timeline"),
        did("record_timeline"),
    ));
    let row = one(sql, tx).await?;
    Ok(AgentCounts { total: count(&row, 0), enabled: count(&row, 1), active: count(&row, 2) })
}
