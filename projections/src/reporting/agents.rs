use domain::ticket::Status;
use event_store::driver::Row;
use rust_decimal::Decimal;

use crate::{
    analytics::{Frame, average, average_seconds},
    reporting::Query,
    scope::Scope,
    sql::Sql,
    tickets::status_rank,
};

/// What one agent did; the last line is that of nobody, so that columns add up.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentLine {
    /// `agt_…`; none: the tickets of nobody.
    pub agent_id: Option<String>,
    /// What they are called.
    pub name: Option<String>,
    /// Where they read mail.
    pub email: Option<String>,
    /// Whether they get work.
    pub enabled: Option<bool>,
    /// Tickets that came in within the period and are theirs now.
    pub assigned: i64,
    /// Tickets that were resolved within the period and are theirs now.
    pub resolved: i64,
    /// Tickets that they were the first to answer within the period.
    pub first_responses: i64,
    /// How long those waited.
    pub avg_first_response_seconds: Option<Decimal>,
    /// How long those that they resolved took.
    pub avg_resolution_seconds: Option<Decimal>,
    /// Public replies that they wrote within the period.
    pub replies: i64,
    /// Ratings within the period of tickets that were theirs when they were rated.
    pub ratings: i64,
    /// Their mean.
    pub avg_rating: Option<Decimal>,
    /// Tickets of theirs that are not over now, whenever they came in.
    pub open: i64,
}

impl Query for AgentLine {
    fn query(frame: &Frame, _: &Scope) -> Sql {
        let mut sql = Sql::default();
        let period = frame.period;
        let created = period.and("created_at", &mut sql);
        let solved = period.and("solved_at", &mut sql);
        let responded = period.and("first_response_at", &mut sql);
        let rated = period.and("rated_at", &mut sql);
        let written = period.and("l.occurred_at", &mut sql);
        let by = |who: &str, sum: &str, when: &str, period: &str| {
            format!(
                "(SELECT coalesce({who}, '') AS id, count(*) AS n, {sum} AS sum FROM tickets \
                 WHERE deleted_at IS NULL AND {when} IS NOT NULL{period} GROUP BY 1)"
            )
        };
        sql.push(&format!(
            "SELECT p.id, p.name, p.email, p.active, coalesce(assigned.n, 0) AS assigned, \
             coalesce(solved.n, 0) AS solved, solved.sum AS solved_sum, coalesce(responded.n, 0) AS responded, \
             responded.sum AS responded_sum, coalesce(rated.n, 0) AS rated, rated.sum AS rated_sum, \
             coalesce(written.n, 0) AS written, coalesce(load.n, 0) AS load \
             FROM (SELECT id, name, email, active FROM agents UNION ALL SELECT '', NULL, NULL, NULL) AS p \
             LEFT JOIN {} AS assigned ON assigned.id = p.id LEFT JOIN {} AS solved ON solved.id = p.id \
             LEFT JOIN {} AS responded ON responded.id = p.id LEFT JOIN {} AS rated ON rated.id = p.id \
             LEFT JOIN (SELECT l.author_id AS id, count(*) AS n FROM ticket_timeline l \
                 JOIN tickets t ON t.id = l.ticket_id AND t.deleted_at IS NULL \
                 WHERE l.author_kind = 'agent' AND l.event_type = 'ticket.replied'{written} GROUP BY 1) AS written \
                 ON written.id = p.id \
             LEFT JOIN (SELECT coalesce(assignee_id, '') AS id, count(*) AS n FROM tickets \
                 WHERE deleted_at IS NULL AND status_rank < {} GROUP BY 1) AS load ON load.id = p.id \
             ORDER BY p.id = '', p.name, p.id",
            by("assignee_id", "NULL::numeric", "created_at", &created),
            by("assignee_id", "sum(resolution_micros)", "solved_at", &solved),
            by("first_responder_id", "sum(first_response_micros)", "first_response_at", &responded),
            by("rated_agent_id", "sum(rating)::numeric", "rated_at", &rated),
            status_rank(Status::Resolved),
        ));
        sql
    }

    fn of(row: &Row) -> Self {
        let id: String = row.get("id");
        let (resolved, first_responses, ratings) = (row.get("solved"), row.get("responded"), row.get("rated"));
        Self {
            agent_id: (!id.is_empty()).then_some(id),
            name: row.get("name"),
            email: row.get("email"),
            enabled: row.get("active"),
            assigned: row.get("assigned"),
            resolved,
            first_responses,
            avg_first_response_seconds: average_seconds(row.get("responded_sum"), first_responses),
            avg_resolution_seconds: average_seconds(row.get("solved_sum"), resolved),
            replies: row.get("written"),
            ratings,
            avg_rating: average(row.get("rated_sum"), ratings),
            open: row.get("load"),
        }
    }
}
