//! Which time is asked about.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use event_store::{TenantTx, driver::types::Type};

use crate::{
    analytics::view::Span,
    error::QueryError,
    group::Group,
    sql::{Sql, unsigned},
};

/// One end of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// This instant.
    Instant(DateTime<Utc>),
    /// This day where the tenant is, all of it.
    Day(NaiveDate),
}

/// The period that is asked for; an end that is not given does not bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// From then on.
    pub from: Option<Bound>,
    /// Up to then: a day with all of its hours, an instant without itself.
    pub to: Option<Bound>,
}

/// `from` ≤ time < `to`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// From then on; none: from the beginning.
    pub from: Option<DateTime<Utc>>,
    /// Before then; none: whatever there is.
    pub to: Option<DateTime<Utc>>,
}

impl Period {
    /// ` AND column >= … AND column < …`, or nothing.
    pub(crate) fn and(&self, column: &str, sql: &mut Sql) -> String {
        let mut text = String::new();
        for (operator, bound) in [(">=", self.from), ("<", self.to)] {
            if let Some(bound) = bound {
                let bound = sql.bind(bound, Type::TIMESTAMPTZ);
                text.extend([" AND ", column, " ", operator, " ", &bound]);
            }
        }
        text
    }
}

/// A question's place in time, and where it was asked from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    pub period: Period,
    /// The last instant of the trends: that of the period, or now.
    pub last: DateTime<Utc>,
    /// The tenant's zone.
    pub zone: String,
    /// The position that all rows are of.
    pub position: u64,
}

impl Frame {
    pub fn span(&self) -> Span {
        Span { from: self.period.from, to: self.period.to }
    }
}

/// The zone is the latest that the tenant's own events say. Days become instants in the database, which also draws the
/// borders of the trends' days.
pub(crate) async fn resolve(tx: &TenantTx, now: DateTime<Utc>, asked: Asked) -> Result<Frame, QueryError> {
    let split = |bound: Option<Bound>| match bound {
        None => (None, None),
        Some(Bound::Instant(instant)) => (Some(instant), None),
        Some(Bound::Day(day)) => (None, Some(day)),
    };
    let ((from, from_day), (to, to_day)) = (split(asked.from), split(asked.to));
    let sql = format!(
        "WITH zone AS (SELECT {ZONE} AS name)
         SELECT zone.name, subscriptions.checkpoint, coalesce($1, $2::timestamp AT TIME ZONE zone.name),
             coalesce($3, ($4 + 1)::timestamp AT TIME ZONE zone.name)
         FROM zone, subscriptions WHERE subscriptions.name = $5"
    );
    let row = tx
        .query_typed_opt(
            &sql,
            &[
                (&from, Type::TIMESTAMPTZ),
                (&from_day, Type::DATE),
                (&to, Type::TIMESTAMPTZ),
                (&to_day, Type::DATE),
                (&Group::Desk.as_str(), Type::TEXT),
            ],
        )
        .await?
        .ok_or(QueryError::NotInstalled)?;
    let period = Period { from: row.get(2), to: row.get(3) };
    if period.from.zip(period.to).is_some_and(|(from, to)| from >= to) {
        return Err(QueryError::EmptyPeriod);
    }
    let last = period.to.map_or(now, |to| to - TimeDelta::microseconds(1));
    Ok(Frame { period, last, zone: row.get(0), position: unsigned(row.get(1)) })
}

/// Where the tenant's days begin, in SQL.
pub(crate) const ZONE: &str = "coalesce((SELECT detail #>> '{time_zone,1}' FROM record_timeline \
    WHERE record_kind = 'tenant' AND detail ? 'time_zone' ORDER BY position DESC LIMIT 1), 'UTC')";
