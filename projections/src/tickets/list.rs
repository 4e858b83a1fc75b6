//! A list of tickets: which, in which order, from where.

use crate::{
    error::QueryError,
    page::{Direction, Kind, Order, SortColumn, SortValue},
    tickets::TicketFilter,
};

/// A list is sorted by at most so many fields.
pub const MAX_SORT_FIELDS: usize = 3;

/// What a list of tickets can be sorted by. What has no value comes last in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortField {
    /// When it came in.
    CreatedAt,
    /// When anything last happened to it.
    UpdatedAt,
    /// Its display number.
    Number,
    /// By urgency.
    Priority,
    /// From open to closed.
    Status,
    /// When it was last resolved.
    ResolvedAt,
    /// When it was last closed.
    ClosedAt,
    /// When an agent first replied.
    FirstResponseAt,
}

impl SortField {
    fn column(self, direction: Direction) -> SortColumn {
        let (sql, kind, nullable) = match self {
            Self::CreatedAt => ("t.created_at", Kind::Instant, false),
            Self::UpdatedAt => ("t.updated_at", Kind::Instant, false),
            Self::Number => ("t.number", Kind::Big, false),
            Self::Priority => ("t.priority_rank", Kind::Small, false),
            Self::Status => ("t.status_rank", Kind::Small, false),
            Self::ResolvedAt => ("t.resolved_at", Kind::Instant, true),
            Self::ClosedAt => ("t.closed_at", Kind::Instant, true),
            Self::FirstResponseAt => ("t.first_response_at", Kind::Instant, true),
        };
        SortColumn { sql, kind, nullable, direction }
    }
}

/// A page of a list of tickets.
#[derive(Clone, Debug, PartialEq)]
pub struct TicketQuery {
    /// Which tickets.
    pub filter: TicketFilter,
    /// In which order, at most [`MAX_SORT_FIELDS`]. Empty: the newest first. Behind a status or a priority comes the time
    /// it came in, and equals are ordered by id, both in the direction of the last.
    pub sort: Vec<(SortField, Direction)>,
    /// Where to go on: the `next` of the page before, under the same sort order.
    pub after: Option<Vec<SortValue>>,
    /// How many, 1 to [`MAX_LIMIT`](crate::MAX_LIMIT).
    pub limit: u16,
}

impl Default for TicketQuery {
    fn default() -> Self {
        Self { filter: TicketFilter::default(), sort: vec![], after: None, limit: 25 }
    }
}

impl TicketQuery {
    pub(crate) fn order(&self) -> Result<Order, QueryError> {
        let fields =
            if self.sort.is_empty() { &[(SortField::CreatedAt, Direction::Descending)][..] } else { &self.sort };
        let repeated = fields
            .iter()
            .enumerate()
            .any(|(index, (field, _))| fields[..index].iter().any(|(earlier, _)| earlier == field));
        if fields.len() > MAX_SORT_FIELDS || repeated {
            return Err(QueryError::SortFields);
        }
        let mut columns: Vec<_> = fields.iter().map(|(field, direction)| field.column(*direction)).collect();
        // Of a rank there are many of each: an index that goes on with the time serves these orders, and no other does.
        if let Some((SortField::Status | SortField::Priority, direction)) = fields.last()
            && !fields.iter().any(|(field, _)| *field == SortField::CreatedAt)
        {
            columns.push(SortField::CreatedAt.column(*direction));
        }
        Ok(Order::new(columns, "t.id"))
    }
}
