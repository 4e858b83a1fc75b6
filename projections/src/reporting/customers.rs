use chrono::{DateTime, Utc};
use domain::ticket::Status;
use event_store::driver::Row;
use rust_decimal::Decimal;

use crate::{
    analytics::{Frame, average},
    reporting::Query,
    scope::Scope,
    sql::Sql,
    tickets::status_rank,
};

/// One customer, also one without a ticket in the period; none whose data are restricted.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomerLine {
    /// `cus_…`
    pub customer_id: String,
    /// What they are called.
    pub name: Option<String>,
    /// Where they read mail.
    pub email: Option<String>,
    /// Their id in another system.
    pub external_id: Option<String>,
    /// Their tickets that came in within the period.
    pub tickets: i64,
    /// Of these, those that are not over.
    pub open: i64,
    /// When the last of these came in.
    pub last_ticket_at: Option<DateTime<Utc>>,
    /// Ratings that they gave within the period.
    pub ratings: i64,
    /// Their mean.
    pub avg_rating: Option<Decimal>,
}

impl Query for CustomerLine {
    fn query(frame: &Frame, _: &Scope) -> Sql {
        let mut sql = Sql::default();
        let created = frame.period.and("created_at", &mut sql);
        let rated = frame.period.and("rated_at", &mut sql);
        let over = status_rank(Status::Resolved);
        sql.push(&format!(
            "SELECT c.id, c.name, c.email, c.external_id, coalesce(came.n, 0) AS tickets, coalesce(came.open, 0) AS open, \
             came.last, coalesce(rated.n, 0) AS ratings, rated.sum FROM customers c \
             LEFT JOIN (SELECT requester_id, count(*) AS n, count(*) FILTER (WHERE status_rank < {over}) AS open, \
                 max(created_at) AS last FROM tickets WHERE deleted_at IS NULL{created} GROUP BY 1) AS came \
                 ON came.requester_id = c.id \
             LEFT JOIN (SELECT requester_id, count(*) AS n, sum(rating)::numeric AS sum FROM tickets \
                 WHERE deleted_at IS NULL AND rated_at IS NOT NULL{rated} GROUP BY 1) AS rated \
                 ON rated.requester_id = c.id \
             WHERE c.restricted_at IS NULL ORDER BY c.id"
        ));
        sql
    }

    fn of(row: &Row) -> Self {
        let ratings = row.get("ratings");
        Self {
            customer_id: row.get("id"),
            name: row.get("name"),
            email: row.get("email"),
            external_id: row.get("external_id"),
            tickets: row.get("tickets"),
            open: row.get("open"),
            last_ticket_at: row.get("last"),
            ratings,
            avg_rating: average(row.get("sum"), ratings),
        }
    }
}
