//! A ticket as it was, for somebody who sees it today: who may see what is today's, what is seen is of then.

use chrono::{DateTime, Utc};
use domain::TicketId;
use event_store::Log;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    as_of::{self, Moment},
    error::ProjectionError,
    scope::{Restricted, Scope},
    tickets::TicketView,
};

/// A ticket, as it is or as it was.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TicketAsOf {
    /// The ticket.
    #[serde(flatten)]
    pub ticket: TicketView,
    /// Of a ticket as it was: the state of the log that it is shown of. Left out of a ticket as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<LogState>,
}

/// A state of the log: everything up to a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LogState {
    /// The last position of it.
    #[schema(minimum = 1)]
    pub position: u64,
    /// When that was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// The ticket that somebody sees as `now`, as it was at `moment`; none before it began. Beyond the end of the log it is as
/// of its end.
pub async fn past(
    log: &Log,
    scope: &Scope,
    now: &TicketView,
    moment: Moment,
) -> Result<Option<TicketAsOf>, ProjectionError> {
    let end = log.head().await?.position;
    let position = match moment {
        Moment::Now => end,
        Moment::Position(position) => position.min(end),
        Moment::Recorded(instant) | Moment::Happened(instant) => log.position_at(instant).await?,
    };
    let (Ok(id), Some(before)) = (now.id.parse::<TicketId>(), position.checked_sub(1)) else { return Ok(None) };
    let Some(past) = as_of::ticket(log, id, Moment::Position(position)).await? else { return Ok(None) };
    let ticket = past.ticket;
    if ticket.customer.id != now.customer.id && !may_see(log, scope, &ticket.customer.id).await? {
        return Ok(None);
    }
    let last = log.read(before, 1).await?;
    let as_of = last.first().map(|last| LogState { position, recorded_at: last.recorded_at });
    Ok(Some(TicketAsOf { ticket, as_of }))
}

/// Whether somebody may see the one who asked then. Their data may be restricted though the one who asks now is not.
async fn may_see(log: &Log, scope: &Scope, customer: &str) -> Result<bool, ProjectionError> {
    let (Restricted::Hidden, Ok(id)) = (scope.restricted(), customer.parse()) else { return Ok(true) };
    let customer = as_of::customer(log, id, Moment::Now).await?;
    Ok(customer.is_none_or(|customer| customer.restricted_at.is_none()))
}
