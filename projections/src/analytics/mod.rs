//! The numbers of a help desk: how many tickets, how fast, how well, and how that changed.
//!
//! What each number means is in `docs/analytics.md`. Everything is computed from the rows that lists and reports show,
//! in one snapshot, so that they agree; a position says which. Ratios and averages are exact (`Decimal`) until they
//! are rounded for show. Deliberately absent: business hours (all times are calendar times) and targets (SLA).
//!
//! [`reader`] gives analysts the same rows in SQL.

mod display;
mod measures;
mod period;
mod sql_access;
mod trends;
mod view;

use chrono::{DateTime, TimeDelta, Utc};
use event_store::{Log, TenantTx, driver::types::Type};
use tokio::try_join;

use crate::{error::QueryError, group::Group};
use view::Measured;

pub use period::{Asked, Bound, Period};
pub use sql_access::{Reader, reader};
pub use view::{
    Agents, Analytics, AsOf, Backlog, Day, Excluded, FirstContact, FirstContactBy, Metrics, Month, Performance,
    Satisfaction, Span, Spread, Tickets, Trends, Week,
};

pub(crate) use display::{average, average_seconds};
pub(crate) use measures::{FIRST_CONTACT, MOVED, never_reopened_soon};
pub(crate) use period::{Frame, resolve};
pub(crate) use sql_access::{install_sql, restore_sql};

/// Raised when a number would come out differently for the same log.
pub const DEFINITION_VERSION: u32 = 1;
/// An agent who caused an event within this time is active.
pub const ACTIVE_WITHIN: TimeDelta = TimeDelta::days(7);
/// A ticket that is reopened within this time was not settled at first contact.
pub const SETTLED_AFTER: TimeDelta = TimeDelta::hours(72);

/// A transaction in which every query sees the same rows, of the generation that was live when it began.
///
/// The views are always the newest, whatever the snapshot. If they were switched after it was taken, it holds only a
/// part of the new rows, and another is taken. If they were not, nobody switches them before this transaction ends:
/// it holds the view that a switch replaces first.
pub(crate) async fn snapshot(log: &Log) -> Result<TenantTx, QueryError> {
    loop {
        let tx = log.begin().await?;
        tx.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?;
        let sql = "SELECT s.generation = g.generation FROM subscriptions s, desk_generation g WHERE s.name = $1";
        let row =
            tx.query_typed_opt(sql, &[(&Group::Desk.as_str(), Type::TEXT)]).await?.ok_or(QueryError::NotInstalled)?;
        if row.get(0) {
            return Ok(tx);
        }
    }
}

/// The numbers of the period that is asked for, as of `now`.
pub async fn read(
    log: &Log,
    now: DateTime<Utc>,
    asked: Asked,
    first_contact: FirstContactBy,
) -> Result<Analytics, QueryError> {
    let tx = snapshot(log).await?;
    let frame = resolve(&tx, now, asked).await?;
    let (tickets, response, next, resolution, first, reopens, satisfaction) = try_join!(
        measures::tickets(&tx, &frame),
        measures::response(&tx, &frame),
        measures::next_responses(&tx, &frame),
        measures::resolution(&tx, &frame),
        measures::first_resolution(&tx, &frame),
        measures::reopens(&tx, &frame),
        measures::satisfaction(&tx, &frame),
    )?;
    let (agents, handled, backlog) = try_join!(
        measures::agents(&tx, now - ACTIVE_WITHIN),
        measures::handled(&tx, &frame),
        measures::backlog(&tx, &frame, now),
    )?;
    let trends = trends::read(&tx, &frame, backlog.total).await?;
    tx.commit().await?;
    let performance =
        Performance::of(&tickets, Measured { response, next, resolution, first, reopens, satisfaction }, first_contact);
    let agents = Agents::of(&agents, handled, tickets.total);
    Ok(Analytics {
        metrics: Metrics { agents, performance, tickets: tickets.shown(), backlog: backlog.shown() },
        trends,
        period: frame.span(),
        as_of: AsOf { position: frame.position, time: now },
        timezone: frame.zone,
        business_hours: false,
        definition_version: DEFINITION_VERSION,
        excluded: Excluded { deleted: tickets.deleted },
    })
}
