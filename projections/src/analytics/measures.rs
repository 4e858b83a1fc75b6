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
    /// Never over yet.
    pub unsolved: u64,
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
    /// Of these, tickets that were settled at first contact, by each definition.
    pub one_reply: u64,
    pub no_customer_interaction: u64,
    pub one_agent: u64,
    /// How long the customers of these waited for us.
    pub waits: Spans,
}

/// How customers were answered after the first response, within the period.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct NextResponses {
    pub spans: Spans,
    /// Of these, those that a resolution ended.
    pub by_resolution: u64,
    /// Those that were closed without an answer: no samples.
    pub never: u64,
    /// Those who wait now.
    pub waiting: u64,
}

/// Tickets that were not over at the end of the period.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Backlog {
    pub total: i64,
    /// Median and 90th percentile of their ages; none of a moment that is past.
    pub ages: Option<[Decimal; 2]>,
}

/// Who worked on how much within the period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Handled {
    pub tickets: u64,
    pub agents: u64,
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
         count(*) FILTER (WHERE first_solved_at IS NULL), \
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
        unsolved: at(8),
        deleted: at(9),
    })
}

/// How many, their sum, and the values below which half, 90 % and 95 % of them lie (between two, in proportion).
fn spread(column: &str) -> String {
    format!(
        "count({column}), coalesce(sum({column}), 0), \
         percentile_cont(ARRAY[0.5, 0.9, 0.95]) WITHIN GROUP (ORDER BY {column})"
    )
}

/// What [`spread`] gave, from this column on.
fn spans(row: &Row, from: usize) -> Spans {
    let percentiles: Option<Vec<Option<f64>>> = row.get(from + 2);
    let decimals = |values: Vec<Option<f64>>| -> Option<[Decimal; 3]> {
        let values: Option<Vec<Decimal>> =
            values.into_iter().map(|value| value.and_then(|value| Decimal::try_from(value).ok())).collect();
        values?.try_into().ok()
    };
    Spans { n: count(row, from), sum: row.get(from + 1), percentiles: percentiles.and_then(decimals) }
}

/// First responses that were given within the period.
pub(crate) async fn response(tx: &TenantTx, frame: &Frame) -> Result<Spans, QueryError> {
    let mut sql = Sql::default();
    let period = frame.period.and("first_response_at", &mut sql);
    sql.push(&format!(
        "SELECT {} FROM tickets WHERE deleted_at IS NULL AND first_response_at IS NOT NULL{period}",
        spread("first_response_micros")
    ));
    Ok(spans(&one(sql, tx).await?, 0))
}

/// Later answers that were given within the period, and those who still wait.
pub(crate) async fn next_responses(tx: &TenantTx, frame: &Frame) -> Result<NextResponses, QueryError> {
    let mut sql = Sql::default();
    let period = frame.period.and("l.occurred_at", &mut sql);
    sql.push(&format!(
        "SELECT {}, count(*) FILTER (WHERE answered_by = 'resolution'), count(*) FILTER (WHERE answered_by = 'closing'),
             (SELECT count(*) FROM tickets WHERE deleted_at IS NULL AND unanswered_since IS NOT NULL)
         FROM (SELECT answered_by, CASE WHEN answered_by <> 'closing' THEN answered_micros END AS answered_micros
             FROM ticket_timeline l JOIN tickets t ON t.id = l.ticket_id AND t.deleted_at IS NULL
             WHERE answered_by IS NOT NULL{period}) AS answers",
        spread("answered_micros"),
    ));
    let row = one(sql, tx).await?;
    Ok(NextResponses {
        spans: spans(&row, 0),
        by_resolution: count(&row, 3),
        never: count(&row, 4),
        waiting: count(&row, 5),
    })
}

/// First resolutions within the period, whatever happened since.
pub(crate) async fn first_resolution(tx: &TenantTx, frame: &Frame) -> Result<Spans, QueryError> {
    let mut sql = Sql::default();
    let period = frame.period.and("first_solved_at", &mut sql);
    sql.push(&format!(
        "SELECT {} FROM tickets WHERE deleted_at IS NULL AND first_solved_at IS NOT NULL{period}",
        spread("first_resolution_micros")
    ));
    Ok(spans(&one(sql, tx).await?, 0))
}

/// Reopenings within the period.
pub(crate) async fn reopens(tx: &TenantTx, frame: &Frame) -> Result<u64, QueryError> {
    let mut sql = Sql::default();
    let period = frame.period.and("l.occurred_at", &mut sql);
    sql.push(&format!(
        "SELECT count(*) FROM ticket_timeline l JOIN tickets t ON t.id = l.ticket_id AND t.deleted_at IS NULL
         WHERE l.detail ? 'status' AND l.event_type = 'ticket.reopened'{period}"
    ));
    Ok(count(&one(sql, tx).await?, 0))
}

/// What a line of the timeline adds to the backlog: 1 when a ticket comes in or is taken up again, -1 when it is over.
pub(crate) const MOVED: &str = "((CASE WHEN l.detail #>> '{status,1}' IN ('resolved', 'closed') THEN 0 ELSE 1 END) \
    - (CASE WHEN coalesce(l.detail #>> '{status,0}', 'closed') IN ('resolved', 'closed') THEN 0 ELSE 1 END))";

/// What is not over at the end of the period: what is not over now, without what has changed since.
pub(crate) async fn backlog(tx: &TenantTx, frame: &Frame, now: DateTime<Utc>) -> Result<Backlog, QueryError> {
    let mut sql = Sql::default();
    let since = sql.bind(frame.last, Type::TIMESTAMPTZ);
    let now_bound = sql.bind(now, Type::TIMESTAMPTZ);
    let over = status_rank(Status::Resolved);
    sql.push(&format!(
        "SELECT count(*) - (SELECT coalesce(sum({MOVED}), 0) FROM ticket_timeline l
             JOIN tickets t ON t.id = l.ticket_id AND t.deleted_at IS NULL
             WHERE l.detail ? 'status' AND l.occurred_at > {since})::bigint,
             percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (
                 ORDER BY greatest(extract(epoch FROM {now_bound}::timestamptz - created_at), 0) * 1000000)
         FROM tickets WHERE deleted_at IS NULL AND status_rank < {over}"
    ));
    let row = one(sql, tx).await?;
    let ages: Option<Vec<Option<f64>>> = row.get(1);
    let decimals = |ages: Vec<Option<f64>>| -> Option<[Decimal; 2]> {
        let ages: Option<Vec<Decimal>> = ages.into_iter().map(|age| Decimal::try_from(age?).ok()).collect();
        ages?.try_into().ok()
    };
    let ages = ages.and_then(decimals).filter(|_| frame.last >= now);
    Ok(Backlog { total: row.get(0), ages })
}

/// Tickets that agents replied to in public within the period, and those agents.
pub(crate) async fn handled(tx: &TenantTx, frame: &Frame) -> Result<Handled, QueryError> {
    let mut sql = Sql::default();
    let period = frame.period.and("l.occurred_at", &mut sql);
    sql.push(&format!(
        "SELECT count(DISTINCT l.ticket_id), count(DISTINCT l.author_id) FROM ticket_timeline l
         JOIN tickets t ON t.id = l.ticket_id AND t.deleted_at IS NULL
         WHERE l.author_kind = 'agent' AND l.event_type = 'ticket.replied'{period}"
    ));
    let row = one(sql, tx).await?;
    Ok(Handled { tickets: count(&row, 0), agents: count(&row, 1) })
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
        "SELECT {}, {}, count(*) FILTER (WHERE agent_replies > 0), count(*) FILTER (WHERE {FIRST_CONTACT} AND {}), \
             count(*) FILTER (WHERE customer_replies = 0), \
             count(*) FILTER (WHERE agent_replies > 0 AND reopens = 0 AND NOT several_repliers) \
         FROM tickets WHERE deleted_at IS NULL AND solved_at IS NOT NULL{period}",
        spread("resolution_micros"),
        spread("customer_wait_micros"),
        never_reopened_soon(),
    ));
    let row = one(sql, tx).await?;
    Ok(Resolutions {
        spans: spans(&row, 0),
        waits: spans(&row, 3),
        answered: count(&row, 6),
        one_reply: count(&row, 7),
        no_customer_interaction: count(&row, 8),
        one_agent: count(&row, 9),
    })
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
