//! SQL for analysts: four views per tenant in a schema of its own, and a role that may read them and nothing else.
//!
//! Their names and columns are a contract, documented in `docs/analytics.md`: columns are only appended. They stand on
//! the stable names of the read models, so a rebuild's switch reaches them by itself. They hold no deleted tickets, no
//! texts, and no names or addresses of customers.

use event_store::{Log, StoreError, TenantTx};

use crate::{
    analytics::{
        measures::{FIRST_CONTACT, never_reopened_soon},
        period::ZONE,
    },
    error::{ProjectionError, QueryError},
    group::Group,
};

/// Who reads a tenant's views, and where they are. Both names need no quoting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// The role: it may log in, and read the views.
    pub role: String,
    /// The schema of the views.
    pub schema: String,
}

impl Reader {
    /// Named after the tenant's role. A tenant's id has at most 40 characters, so both names are within PostgreSQL's 63.
    fn of(log: &Log) -> Self {
        let schema = format!("analytics_{}", log.tenant().as_str().replace('-', "_"));
        Self { role: format!("{}_reader", log.role()), schema }
    }

    async fn found(&self, tx: &TenantTx) -> Result<Found, StoreError> {
        let sql = "SELECT (SELECT count(*) = 4 FROM pg_views WHERE schemaname = $2)
                       AND EXISTS (SELECT FROM pg_roles WHERE rolname = $1),
                       obj_description(to_regnamespace($2), 'pg_namespace'), 'ledgerdesk analytics ' || md5($3)";
        let row = tx.query_one(sql, &[&self.role, &self.schema, &self.views()]).await?;
        Ok(Found { is_whole: row.get(0), note: row.get(1), wanted: row.get(2) })
    }
}

/// What there is.
struct Found {
    /// Whether there is a role, and every view.
    is_whole: bool,
    /// What the schema says of itself: the digest of what made its views.
    note: Option<String>,
    /// What it would say if this program had made it.
    wanted: String,
}

/// The reader of a tenant's views; none before they are installed.
pub async fn reader(log: &Log) -> Result<Option<Reader>, QueryError> {
    let (tx, reader) = (log.begin().await?, Reader::of(log));
    let found = reader.found(&tx).await?;
    tx.commit().await?;
    Ok(found.is_whole.then_some(reader))
}

/// Makes role, schema and views, unless they are there just so. Any number of processes may do it at once.
pub(crate) async fn install_sql(log: &Log) -> Result<(), ProjectionError> {
    let (tx, reader) = (log.begin().await?, Reader::of(log));
    let Found { is_whole, note, wanted } = reader.found(&tx).await?;
    tx.commit().await?;
    if is_whole && note.as_ref() == Some(&wanted) {
        return Ok(());
    }
    let schema = &reader.schema;
    // Of several processes, all but one wait here; a schema by itself, before what is in it: Citus wants that.
    let turn = format!("SELECT FROM subscriptions WHERE name = '{}' FOR UPDATE;", Group::Desk.as_str());
    log.alter(&format!("{turn} {}", reader.create_role())).await?;
    log.alter(&format!("{turn} CREATE SCHEMA IF NOT EXISTS {schema};")).await?;
    Ok(log.alter(&format!("{turn} {}", reader.create_views(&wanted))).await?)
}

/// Makes the views anew that went with those they stood on, in the transaction in which they went.
pub(crate) async fn restore_sql(log: &Log, tx: &TenantTx) -> Result<(), ProjectionError> {
    let reader = Reader::of(log);
    // Without a note they were never there, and whoever installs makes them.
    if let Found { is_whole: false, note: Some(_), wanted } = reader.found(tx).await? {
        tx.batch_execute(&reader.create_views(&wanted)).await?;
    }
    Ok(())
}

impl Reader {
    /// The settings are manners that a session may change; the wall is that it has no other right anywhere.
    fn create_role(&self) -> String {
        let Self { role, schema } = self;
        format!(
            "DO $$ BEGIN
                 IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
                     CREATE ROLE {role} LOGIN NOINHERIT NOCREATEDB NOCREATEROLE CONNECTION LIMIT 20;
                 END IF;
             END $$;
             ALTER ROLE {role} SET search_path = {schema};
             ALTER ROLE {role} SET default_transaction_read_only = on;
             ALTER ROLE {role} SET statement_timeout = '60s';
             ALTER ROLE {role} SET idle_in_transaction_session_timeout = '60s';
             ALTER ROLE {role} SET lock_timeout = '5s';"
        )
    }

    fn create_views(&self, note: &str) -> String {
        let (Self { role, schema }, views) = (self, self.views());
        format!(
            "{views}
             GRANT USAGE ON SCHEMA {schema} TO {role};
             GRANT SELECT ON {schema}.tickets, {schema}.status_changes, {schema}.replies, {schema}.daily TO {role};
             COMMENT ON SCHEMA {schema} IS '{note}';"
        )
    }

    fn views(&self) -> String {
        let schema = &self.schema;
        let views = [tickets(), status_changes(), REPLIES.to_owned(), daily(schema)];
        let names = ["tickets", "status_changes", "replies", "daily"];
        let create = |(name, query): (&str, String)| format!("CREATE OR REPLACE VIEW {schema}.{name} AS {query};\n");
        names.into_iter().zip(views).map(create).collect()
    }
}

const TICKET_ID: &str = "'T-' || CASE WHEN t.number < 1000 THEN lpad(t.number::text, 3, '0') ELSE t.number::text END";

fn seconds(micros: &str) -> String {
    format!("round({micros} / 1000000.0, 3)")
}

fn tickets() -> String {
    format!(
        "SELECT {TICKET_ID} AS ticket_id, t.id, t.number, t.external_id, t.status, t.priority, t.type, t.channel,
             t.origin = 'import' AS imported, t.tags, t.requester_id AS customer_id,
             c.external_id AS customer_external_id, t.assignee_id AS agent_id, a.external_id AS agent_external_id,
             a.name AS agent_name, t.team_id, m.name AS team_name, t.created_at, t.updated_at, t.first_response_at,
             t.first_responder_id, {} AS first_response_seconds, t.resolved_at, t.closed_at, t.solved_at,
             {} AS resolution_seconds,
             CASE WHEN t.solved_at IS NOT NULL AND t.agent_replies > 0
                 THEN {FIRST_CONTACT} AND {} END AS first_contact,
             t.reopens, t.agent_replies, t.customer_replies, t.rating, t.rated_at, t.rated_agent_id,
             t.first_solved_at, {} AS first_resolution_seconds, {} AS customer_wait_seconds, t.unanswered_since
         FROM tickets t LEFT JOIN customers c ON c.id = t.requester_id LEFT JOIN agents a ON a.id = t.assignee_id
             LEFT JOIN teams m ON m.id = t.team_id
         WHERE t.deleted_at IS NULL",
        seconds("t.first_response_micros"),
        seconds("t.resolution_micros"),
        never_reopened_soon(),
        seconds("t.first_resolution_micros"),
        seconds("t.customer_wait_micros"),
    )
}

fn status_changes() -> String {
    format!(
        "SELECT {TICKET_ID} AS ticket_id, l.sequence, l.position, l.occurred_at AS changed_at, l.recorded_at,
             l.detail #>> '{{status,0}}' AS from_status, l.detail #>> '{{status,1}}' AS to_status,
             split_part(l.actor, ':', 1) AS actor_kind, split_part(l.actor, ':', 2) AS actor_id,
             l.origin = 'import' AS imported
         FROM ticket_timeline l JOIN tickets t ON t.id = l.ticket_id
         WHERE l.detail ? 'status' AND t.deleted_at IS NULL"
    )
}

const REPLIES: &str =
    "SELECT 'T-' || CASE WHEN t.number < 1000 THEN lpad(t.number::text, 3, '0') ELSE t.number::text END
        AS ticket_id, l.sequence, l.position, l.message_id, l.occurred_at AS replied_at, l.recorded_at, l.author_kind,
        l.author_id, l.origin = 'import' AS imported,
        CASE WHEN l.answered_by = 'reply' THEN round(l.answered_micros / 1000000.0, 3) END AS answered_after_seconds
    FROM ticket_timeline l JOIN tickets t ON t.id = l.ticket_id
    WHERE l.event_type = 'ticket.replied' AND t.deleted_at IS NULL";

/// Every day from the first to the last on which anything happened, where the tenant is.
fn daily(schema: &str) -> String {
    let by = |column: &str, measure: &str| {
        format!(
            "(SELECT (t.{column} AT TIME ZONE z.name)::date AS day, count(*) AS n, {measure} AS mean
              FROM {schema}.tickets t, zone z WHERE t.{column} IS NOT NULL GROUP BY 1)"
        )
    };
    format!(
        "WITH zone AS (SELECT {ZONE} AS name),
              created AS {}, responded AS {}, solved AS {}, rated AS {},
              moved AS (SELECT (l.changed_at AT TIME ZONE z.name)::date AS day, sum(
                      CASE WHEN l.to_status IN ('resolved', 'closed') THEN 0 ELSE 1 END
                      - CASE WHEN coalesce(l.from_status, 'closed') IN ('resolved', 'closed') THEN 0 ELSE 1 END) AS n
                  FROM {schema}.status_changes l, zone z GROUP BY 1),
              days AS (SELECT day FROM created UNION SELECT day FROM responded UNION SELECT day FROM solved
                       UNION SELECT day FROM rated UNION SELECT day FROM moved),
              every AS (SELECT generate_series(min(day), max(day), interval '1 day')::date AS day FROM days)
         SELECT every.day, coalesce(created.n, 0) AS created, coalesce(responded.n, 0) AS first_responses,
             responded.mean AS avg_first_response_seconds, coalesce(solved.n, 0) AS resolved,
             solved.mean AS avg_resolution_seconds, coalesce(rated.n, 0) AS ratings, rated.mean AS avg_rating,
             (sum(coalesce(moved.n, 0)) OVER (ORDER BY every.day))::bigint AS backlog
         FROM every LEFT JOIN created USING (day) LEFT JOIN responded USING (day) LEFT JOIN solved USING (day)
             LEFT JOIN rated USING (day) LEFT JOIN moved USING (day)",
        by("created_at", "NULL::numeric"),
        by("first_response_at", "round(avg(t.first_response_seconds), 3)"),
        by("solved_at", "round(avg(t.resolution_seconds), 3)"),
        by("rated_at", "round(avg(t.rating), 3)"),
    )
}
