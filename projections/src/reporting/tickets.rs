use chrono::{DateTime, Utc};
use domain::TicketNumber;
use event_store::driver::Row;
use rust_decimal::Decimal;

use crate::{
    analytics::{FIRST_CONTACT, Frame, average_seconds, never_reopened_soon},
    reporting::Query,
    scope::Scope,
    sql::{Conditions, Sql, unsigned},
};

/// One ticket that came in within the period.
#[derive(Clone, Debug, PartialEq)]
pub struct TicketLine {
    /// T-001
    pub ticket_id: String,
    /// `tkt_…`
    pub id: String,
    /// Its id in another system.
    pub external_id: Option<String>,
    /// The subject line.
    pub title: Option<String>,
    /// Where it stands.
    pub status: String,
    /// How urgent it is.
    pub priority: String,
    /// The company's own kind.
    pub kind: Option<String>,
    /// The way by which it came in.
    pub channel: String,
    /// Labels.
    pub tags: Vec<String>,
    /// Who asks.
    pub customer_id: String,
    /// What they are called.
    pub customer_name: Option<String>,
    /// Where they read mail.
    pub customer_email: Option<String>,
    /// Who is responsible.
    pub agent_id: Option<String>,
    /// What they are called.
    pub agent_name: Option<String>,
    /// What the team is called that has it.
    pub team_name: Option<String>,
    /// When it came in.
    pub created_at: DateTime<Utc>,
    /// When an agent first replied.
    pub first_response_at: Option<DateTime<Utc>>,
    /// When it was last resolved, or closed without that.
    pub solved_at: Option<DateTime<Utc>>,
    /// When it was last closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// How long the customer waited for the first reply.
    pub first_response_seconds: Option<Decimal>,
    /// From coming in to `solved_at`.
    pub resolution_seconds: Option<Decimal>,
    /// Whether one run of replies settled it; none while it is not over, or when nobody replied.
    pub first_contact: Option<bool>,
    /// How often it was taken up again.
    pub reopens: i32,
    /// Public replies of agents.
    pub agent_replies: i32,
    /// Replies of the customer.
    pub customer_replies: i32,
    /// The latest rating.
    pub rating: Option<i16>,
    /// From coming in to when it was first over.
    pub first_resolution_seconds: Option<Decimal>,
    /// Of the resolution time, that in which it was neither pending nor over.
    pub customer_wait_seconds: Option<Decimal>,
}

impl Query for TicketLine {
    fn query(frame: &Frame, scope: &Scope) -> Sql {
        let mut sql = Sql::default();
        let period = frame.period.and("t.created_at", &mut sql);
        let mut conditions = Conditions::default();
        conditions.push(format!("t.deleted_at IS NULL{period}"));
        scope.push_onto(&mut sql, &mut conditions);
        sql.push(&format!(
            "SELECT t.number, t.id, t.external_id, t.title, t.status, t.priority, t.type, t.channel, t.tags, \
             t.requester_id, c.name AS customer_name, c.email, t.assignee_id, a.name AS agent_name, \
             m.name AS team_name, t.created_at, t.first_response_at, t.solved_at, t.closed_at, \
             t.first_response_micros::numeric, t.resolution_micros::numeric, t.first_resolution_micros::numeric, \
             t.customer_wait_micros::numeric, \
             CASE WHEN t.solved_at IS NOT NULL AND t.agent_replies > 0 THEN {FIRST_CONTACT} AND {} END AS first_contact, \
             t.reopens, t.agent_replies, t.customer_replies, t.rating \
             FROM tickets t LEFT JOIN customers c ON c.id = t.requester_id LEFT JOIN agents a ON a.id = t.assignee_id \
             LEFT JOIN teams m ON m.id = t.team_id{} ORDER BY t.number",
            never_reopened_soon(),
            conditions.text(),
        ));
        sql
    }

    fn of(row: &Row) -> Self {
        let seconds = |column: &str| average_seconds(row.get(column), 1);
        Self {
            ticket_id: TicketNumber(unsigned(row.get("number"))).to_string(),
            id: row.get("id"),
            external_id: row.get("external_id"),
            title: row.get("title"),
            status: row.get("status"),
            priority: row.get("priority"),
            kind: row.get("type"),
            channel: row.get("channel"),
            tags: row.get("tags"),
            customer_id: row.get("requester_id"),
            customer_name: row.get("customer_name"),
            customer_email: row.get("email"),
            agent_id: row.get("assignee_id"),
            agent_name: row.get("agent_name"),
            team_name: row.get("team_name"),
            created_at: row.get("created_at"),
            first_response_at: row.get("first_response_at"),
            solved_at: row.get("solved_at"),
            closed_at: row.get("closed_at"),
            first_response_seconds: seconds("first_response_micros"),
            resolution_seconds: seconds("resolution_micros"),
            first_contact: row.get("first_contact"),
            reopens: row.get("reopens"),
            agent_replies: row.get("agent_replies"),
            customer_replies: row.get("customer_replies"),
            rating: row.get("rating"),
            first_resolution_seconds: seconds("first_resolution_micros"),
            customer_wait_seconds: seconds("customer_wait_micros"),
        }
    }
}
