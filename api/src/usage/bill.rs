//! What is billed, of every tenant: counted over the logs, so that the answer for a day is the same for ever.

use chrono::NaiveDate;
use chrono_tz::Tz;
use commands::CommandError;
use domain::tenant::{Entitlements, Limit};
use event_store::{Log, StoreError, TenantStatus};
use projections::{
    QueryError,
    usage::{DayUsage, usage_of_days},
};
use reports::bill::BillLine;

use crate::app::App;

/// Tenants at once.
const PAGE: u16 = 1000;

/// Why nothing can be billed.
#[derive(Debug, thiserror::Error)]
pub enum BillError {
    /// What is still counted would be another number tomorrow.
    #[error("{day} is not over where {tenant} is: ask for a day before it")]
    NotOver {
        /// Which day.
        day: NaiveDate,
        /// Of whom.
        tenant: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A tenant's plan cannot be read.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// Its use cannot be counted.
    #[error(transparent)]
    Query(#[from] QueryError),
}

/// A line of each tenant in use or suspended that had begun by the end of a day, by id.
pub async fn bill(app: &App, day: NaiveDate) -> Result<Vec<BillLine>, BillError> {
    let store = app.desk.store();
    let mut lines = vec![];
    let mut after = None;
    loop {
        let found = store.tenant_page(after.as_deref(), PAGE).await?;
        let Some(last) = found.last() else { return Ok(lines) };
        after = Some(last.tenant.to_string());
        let counted = |status| matches!(status, TenantStatus::Active | TenantStatus::Suspended);
        for record in found.iter().filter(|record| counted(record.status)) {
            match store.log(&record.tenant).await {
                Ok(log) => lines.extend(line(app, &log, day).await?),
                // Its end began meanwhile.
                Err(StoreError::UnknownTenant(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

async fn line(app: &App, log: &Log, day: NaiveDate) -> Result<Option<BillLine>, BillError> {
    let zone = app.desk.time_zone(log).await?;
    if today(app, zone) <= day {
        return Err(BillError::NotOver { day, tenant: log.tenant().to_string() });
    }
    Ok(lines(app, log, zone, (day, day)).await?.pop())
}

/// Which day it is there.
pub(super) fn today(app: &App, zone: Tz) -> NaiveDate {
    app.desk.store().clock().now().with_timezone(&zone).date_naive()
}

/// A line of each day of a tenant from one to another, which are over; of those before it began there is none.
pub(super) async fn lines(
    app: &App,
    log: &Log,
    zone: Tz,
    days: (NaiveDate, NaiveDate),
) -> Result<Vec<BillLine>, BillError> {
    let mut days = usage_of_days(log, zone.name(), days).await?;
    days.retain(|day| day.position > 0);
    let ends: Vec<_> = days.iter().map(|day| (day.position, day.moment)).collect();
    let had = app.desk.entitlements_at(log, &ends).await?;
    let line = |(DayUsage { day, position, tickets, seats, attachment_bytes, .. }, had): (_, Entitlements)| BillLine {
        tenant_id: log.tenant().to_string(),
        day,
        position,
        plan: had.plan.as_str(),
        tickets,
        tickets_limit: had.limit(Limit::TicketsPerMonth),
        agents: seats.used,
        agents_reserved: seats.reserved,
        agents_limit: had.limit(Limit::Agents),
        storage_bytes: attachment_bytes,
        storage_limit: had.limit(Limit::StorageBytes),
    };
    Ok(days.into_iter().zip(had).map(line).collect())
}
