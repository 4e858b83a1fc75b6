//! Rows for reports, a batch at a time: whoever asks never holds more than one, however many there are.
//!
//! Every column follows the rule of the number in [`analytics`](crate::analytics) that it adds up to: what came in
//! counts by when it came in, what was answered, resolved or rated by when that happened.

mod agents;
mod customers;
mod tickets;

use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use event_store::{Log, TenantTx, driver::Row};

use crate::{
    analytics::{AsOf, Asked, Frame, Span, resolve, snapshot},
    error::QueryError,
    scope::Scope,
    sql::Sql,
};

pub use agents::AgentLine;
pub use customers::CustomerLine;
pub use domain::access_policy::{MaskedFields, PersonalField};
pub use tickets::TicketLine;

/// Rows that are fetched at a time.
const BATCH: u32 = 1_000;

/// One line of a report.
pub trait Line: Sized + Send + Query {}

impl<L: Sized + Send + Query> Line for L {}

mod sealed {
    use super::{Frame, Row, Scope, Sql};

    pub trait Query {
        /// `scope`: of lines that are tickets, those that are told. The others are about all of them.
        fn query(frame: &Frame, scope: &Scope) -> Sql;
        fn of(row: &Row) -> Self;
    }
}
pub(crate) use sealed::Query;

/// A report that is being read: a cursor in one snapshot. Dropped, it ends.
#[derive(Debug)]
pub struct Lines<L> {
    /// Which time it is about.
    pub period: Span,
    /// Which state of the log it is of.
    pub as_of: AsOf,
    /// Where the tenant's days begin.
    pub timezone: String,
    tx: TenantTx,
    line: PhantomData<fn() -> L>,
}

/// Begins to read a report.
pub async fn read<L: Line>(log: &Log, scope: &Scope, now: DateTime<Utc>, asked: Asked) -> Result<Lines<L>, QueryError> {
    let tx = snapshot(log).await?;
    let frame = resolve(&tx, now, asked).await?;
    let mut sql = L::query(&frame, scope);
    sql.insert("DECLARE report NO SCROLL CURSOR FOR ");
    sql.rows(&tx).await?;
    Ok(Lines {
        period: frame.span(),
        as_of: AsOf { position: frame.position, time: now },
        timezone: frame.zone,
        tx,
        line: PhantomData,
    })
}

impl<L: Line> Lines<L> {
    /// The next lines; none at the end.
    pub async fn next(&mut self) -> Result<Vec<L>, QueryError> {
        let rows = self.tx.query_typed(&format!("FETCH {BATCH} FROM report"), &[]).await?;
        Ok(rows.iter().map(L::of).collect())
    }
}
