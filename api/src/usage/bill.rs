//! What is billed, of every tenant: counted over the logs, so that the answer for a day is the same for ever.

use chrono::NaiveDate;
use commands::CommandError;
use domain::tenant::{Entitlements, Limit};
use event_store::{Log, StoreError, TenantStatus};
use projections::{
    QueryError,
    analytics::Bound,
    usage::{Usage, usage},
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
    let (zone, now) = (app.desk.time_zone(log).await?, app.desk.store().clock().now());
    if now.with_timezone(&zone).date_naive() <= day {
        return Err(BillError::NotOver { day, tenant: log.tenant().to_string() });
    }
    let Usage { position, moment, tickets, seats, storage, .. } =
        usage(log, zone.name(), now, Some(Bound::Day(day))).await?;
    if position == 0 {
        return Ok(None);
    }
    let had: Entitlements = app.desk.tenant_at(log, position).await?.entitlements(moment);
    Ok(Some(BillLine {
        tenant_id: log.tenant().to_string(),
        day,
        position,
        plan: had.plan.as_str(),
        tickets: tickets.this_month,
        tickets_limit: had.limit(Limit::TicketsPerMonth),
        agents: seats.used,
        agents_reserved: seats.reserved,
        agents_limit: had.limit(Limit::Agents),
        storage_bytes: storage.attachment_bytes,
        storage_limit: had.limit(Limit::StorageBytes),
    }))
}
