//! Reads.

use domain::{Aggregate, EventId, TicketId, ticket::Ticket};
use event_store::{
    TenantTx,
    driver::{Row, types::Type},
};

use crate::{
    error::QueryError,
    page::{Direction, Kind, Order, Page, SortColumn, SortValue},
    sql::{Conditions, Sql, signed},
    table::TableRow,
    timeline::{Message, TimelineEntry, row::TimelineRow},
};

/// The lines of a ticket's timeline after `after`, oldest first; none means from the beginning.
pub async fn list(
    tx: &TenantTx,
    ticket: TicketId,
    after: Option<Vec<SortValue>>,
    limit: u16,
) -> Result<Page<TimelineEntry>, QueryError> {
    let (rows, order) = rows(tx, ticket, after, limit, Lines::All).await?;
    Ok(order.page(rows, limit, TimelineEntry::from_row))
}

/// As [`list`], only messages and notes.
pub async fn messages(
    tx: &TenantTx,
    ticket: TicketId,
    after: Option<Vec<SortValue>>,
    limit: u16,
) -> Result<Page<Message>, QueryError> {
    let (rows, order) = rows(tx, ticket, after, limit, Lines::Messages).await?;
    let page = order.page(rows, limit, TimelineEntry::from_row);
    Ok(Page { items: page.items.into_iter().filter_map(|entry| entry.message).collect(), next: page.next })
}

/// No chain of this product is longer; one that is, was made by a rule that answers itself.
const LONGEST: usize = 32;

/// Why something happened to a ticket: its line, then that of what caused it, and so on to what somebody wished. Empty when
/// no such event is of this ticket.
pub async fn causes(tx: &TenantTx, ticket: TicketId, event: EventId) -> Result<Vec<TimelineEntry>, QueryError> {
    let mut chain: Vec<TimelineEntry> = vec![];
    let mut next = Some(event);
    while chain.len() < LONGEST
        && let Some(event) = next
        && let Some(line) = find(tx, ticket, event).await?
    {
        next = line.caused_by.as_deref().and_then(|cause| cause.parse().ok());
        chain.push(line);
    }
    Ok(chain)
}

/// The line of an event of a ticket. The ticket's events are looked through: they have no index by their ids.
async fn find(tx: &TenantTx, ticket: TicketId, event: EventId) -> Result<Option<TimelineEntry>, QueryError> {
    let columns: Vec<String> = TimelineRow::STORED.iter().map(|column| format!("l.{column}")).collect();
    let mut sql = Sql::new(&format!("SELECT {}, {AUTHOR}, {ORIGIN}{FROM}", columns.join(", ")));
    let (ticket, event) = (sql.bind(ticket.to_string(), Type::TEXT), sql.bind(event.uuid(), Type::UUID));
    sql.push(&format!(
        " WHERE l.ticket_id = {ticket} AND l.position = (SELECT position FROM events \
         WHERE aggregate_type = '{}' AND aggregate_id = {ticket} AND event_id = {event})",
        Ticket::TYPE
    ));
    Ok(sql.rows(tx).await?.first().map(TimelineEntry::from_row))
}

/// The lines with positions after `after` and up to `until`, of all tickets, by position.
pub(crate) async fn between(tx: &TenantTx, after: u64, until: u64) -> Result<Vec<TimelineEntry>, QueryError> {
    let columns: Vec<String> = TimelineRow::STORED.iter().map(|column| format!("l.{column}")).collect();
    let mut sql = Sql::new(&format!("SELECT {}, {AUTHOR}, {ORIGIN}{FROM}", columns.join(", ")));
    let (after, until) = (sql.bind(signed(after), Type::INT8), sql.bind(signed(until), Type::INT8));
    sql.push(&format!(" WHERE l.position > {after} AND l.position <= {until} ORDER BY l.position"));
    Ok(sql.rows(tx).await?.iter().map(TimelineEntry::from_row).collect())
}

/// Who wrote the message of a line. A customer whose data are restricted is not named.
const AUTHOR: &str = "coalesce(a.name, CASE WHEN c.restricted_at IS NULL THEN c.name END) AS author_name";
/// What its event has and the line has not. Looked up one by one: a join would be planned, and these are by primary key.
const ORIGIN: &str = "(SELECT e.event_id FROM events e WHERE e.position = l.position) AS event_id, \
     (SELECT e.metadata ->> 'causation_id' FROM events e WHERE e.position = l.position) AS causation_id";
const FROM: &str = " FROM ticket_timeline l LEFT JOIN agents a ON a.id = l.author_id \
     LEFT JOIN customers c ON c.id = l.author_id";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    All,
    Messages,
}

async fn rows(
    tx: &TenantTx,
    ticket: TicketId,
    after: Option<Vec<SortValue>>,
    limit: u16,
    lines: Lines,
) -> Result<(Vec<Row>, Order), QueryError> {
    let order =
        Order::by(SortColumn { sql: "l.sequence", kind: Kind::Big, nullable: false, direction: Direction::Ascending });
    let columns: Vec<String> = TimelineRow::STORED.iter().map(|column| format!("l.{column}")).collect();
    let mut sql = Sql::new(&format!("SELECT {}, {AUTHOR}, {ORIGIN}{}{FROM}", columns.join(", "), order.selected()));
    let ticket = sql.bind(ticket.to_string(), Type::TEXT);
    let mut conditions = Conditions::default();
    conditions.push(format!("l.ticket_id = {ticket}"));
    if lines == Lines::Messages {
        conditions.push("l.message_id IS NOT NULL".to_owned());
    }
    if let Some(after) = after {
        order.push_after(after, &mut sql, &mut conditions)?;
    }
    conditions.push_onto(&mut sql);
    order.push_onto(limit, &mut sql);
    Ok((sql.rows(tx).await?, order))
}
