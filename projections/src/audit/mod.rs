//! The audit trail: who did what to what, when, from what to what, and whence. Every event of the log is in it once.

mod history;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use event_store::{
    Log, TenantTx,
    driver::{Row, types::Type},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    error::QueryError,
    page::{Page, SortValue, TimeRange, cut},
    scope::{RESTRICTED, Scope},
    sql::{Conditions, Sql, signed, unsigned},
    timeline::{self, Actor},
};

pub use history::{Act, history};

/// One act.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub struct AuditEntry {
    /// Its place in your event log.
    #[schema(minimum = 1)]
    pub position: u64,
    /// When it was recorded; never goes backwards along positions.
    pub recorded_at: DateTime<Utc>,
    /// When it happened. Earlier than `recorded_at` for imported history only.
    pub occurred_at: DateTime<Utc>,
    /// Who did it.
    pub actor: Actor,
    /// What was done.
    #[schema(example = "ticket.priority_changed")]
    pub action: String,
    /// What it was done to.
    pub target: Target,
    /// What changed: field → [before, after].
    #[schema(value_type = Object, example = json!({"priority": ["high", "critical"]}))]
    pub changes: Value,
    /// `live`, `import`, `rule` or `system`.
    pub origin: String,
    /// The request that carried it.
    pub request_id: Option<String>,
    /// The network address and user agent that it came from; null when a part of this product did it, and once the
    /// actor's personal data was erased.
    #[schema(value_type = Option<Object>, example = json!({"address": "203.0.113.7", "user_agent": "crm/2.1"}))]
    pub client: Option<Value>,
}

/// What an act was done to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AuditTarget)]
pub struct Target {
    /// `ticket`, `customer`, `agent`, `team` or `tenant`.
    #[schema(example = "ticket")]
    pub kind: String,
    /// Its id.
    #[schema(example = "tkt_0199aa00000070008000000000000001")]
    pub id: String,
    /// Its version with this act.
    #[schema(minimum = 1)]
    pub version: u64,
}

/// Which acts are meant: those that fit every field that is given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AuditFilter {
    /// `kind:id`, for instance `api_key:key_…`.
    pub actor: Option<String>,
    /// `ticket.replied`, or `ticket.*`.
    pub action: Option<String>,
    /// The id of the target.
    pub target_id: Option<String>,
    /// The request.
    pub request_id: Option<String>,
    /// When they were recorded.
    pub recorded_at: TimeRange,
}

const SOURCES: &str = "
    (SELECT position, recorded_at, occurred_at, actor, event_type, 'ticket' AS kind, ticket_id AS id, sequence, detail,
            origin, request_id
     FROM ticket_timeline
     UNION ALL
     SELECT position, recorded_at, occurred_at, actor, event_type, record_kind, record_id, sequence, detail, origin,
            request_id
     FROM record_timeline) AS l";

/// At most `limit` acts, the newest first, after the place of the page before. Who sees only some tickets is told what was
/// done to those, as they stand now, and nothing else.
pub async fn list(
    log: &Log,
    tx: &TenantTx,
    scope: &Scope,
    filter: &AuditFilter,
    after: Option<&[SortValue]>,
    limit: u16,
) -> Result<Page<AuditEntry>, QueryError> {
    let (mut sql, mut conditions) = asked(scope, filter);
    if let Some(after) = after {
        let [SortValue::Integer(position)] = after else { return Err(QueryError::ForeignPosition) };
        let position = sql.bind(*position, Type::INT8);
        conditions.push(format!("l.position < {position}"));
    }
    conditions.push_onto(&mut sql);
    sql.push(&format!(" ORDER BY l.position DESC LIMIT {}", u32::from(limit) + 1));
    let mut rows = sql.rows(tx).await?;
    let more = cut(&mut rows, limit);
    let items = entries(log, tx, &rows).await?;
    let next = items.last().filter(|_| more).map(|last| vec![SortValue::Integer(signed(last.position))]);
    Ok(Page { items, next })
}

/// At most `limit` acts behind a position, in order: for those who follow.
pub async fn following(
    log: &Log,
    tx: &TenantTx,
    scope: &Scope,
    filter: &AuditFilter,
    after: u64,
    limit: u16,
) -> Result<Vec<AuditEntry>, QueryError> {
    let (mut sql, mut conditions) = asked(scope, filter);
    let after = sql.bind(signed(after), Type::INT8);
    conditions.push(format!("l.position > {after}"));
    conditions.push_onto(&mut sql);
    sql.push(&format!(" ORDER BY l.position LIMIT {limit}"));
    let rows = sql.rows(tx).await?;
    entries(log, tx, &rows).await
}

/// Of these things, those that are about customers whose data are restricted: what was done to them is told to nobody
/// outside but by its name.
pub async fn restricted(tx: &TenantTx, targets: &[&str]) -> Result<HashSet<String>, QueryError> {
    let sql = format!(
        "SELECT id FROM unnest($1::text[]) AS id WHERE id = ANY({RESTRICTED})
            OR id IN (SELECT t.id FROM tickets t WHERE t.requester_id = ANY({RESTRICTED}))"
    );
    Ok(tx.query(&tx.statement(&sql).await?, &[&targets]).await?.iter().map(|row| row.get(0)).collect())
}

fn asked(scope: &Scope, filter: &AuditFilter) -> (Sql, Conditions) {
    let mut sql = Sql::new(&format!("SELECT * FROM {SOURCES}"));
    let mut conditions = filter.conditions(&mut sql);
    if !scope.is_all() {
        let mut seen = Conditions::default();
        scope.push_onto(&mut sql, &mut seen);
        let seen = format!("l.kind = 'ticket' AND l.id IN (SELECT t.id FROM tickets t{})", seen.text());
        conditions.push(if scope.reaches_all() {
            format!("({seen} OR l.kind NOT IN ('ticket', 'customer') OR (l.kind = 'customer' AND l.id <> ALL({RESTRICTED})))")
        } else {
            seen
        });
    }
    (sql, conditions)
}

async fn entries(log: &Log, tx: &TenantTx, rows: &[Row]) -> Result<Vec<AuditEntry>, QueryError> {
    let positions: Vec<u64> = rows.iter().map(|row| unsigned(row.get("position"))).collect();
    let mut clients = log.clients(tx, &positions).await?;
    Ok(rows.iter().map(|row| AuditEntry::of(row, &mut clients)).collect())
}

impl AuditFilter {
    fn conditions(&self, sql: &mut Sql) -> Conditions {
        let mut all = Conditions::default();
        let equal = [("l.actor", &self.actor), ("l.id", &self.target_id), ("l.request_id", &self.request_id)];
        for (column, value) in equal {
            if let Some(value) = value {
                let value = sql.bind(value.clone(), Type::TEXT);
                all.push(format!("{column} = {value}"));
            }
        }
        match self.action.as_deref().map(|action| action.strip_suffix('*').ok_or(action)) {
            None => {}
            Some(Ok(prefix)) => {
                let prefix = sql.bind(prefix.to_owned(), Type::TEXT);
                all.push(format!("starts_with(l.event_type, {prefix})"));
            }
            Some(Err(action)) => {
                let action = sql.bind(action.to_owned(), Type::TEXT);
                all.push(format!("l.event_type = {action}"));
            }
        }
        self.recorded_at.push_onto("l.recorded_at", sql, &mut all);
        all
    }
}

impl AuditEntry {
    fn of(row: &Row, clients: &mut HashMap<u64, String>) -> Self {
        let position = unsigned(row.get("position"));
        Self {
            position,
            recorded_at: row.get("recorded_at"),
            occurred_at: row.get("occurred_at"),
            actor: Actor::of(row.get("actor")),
            action: row.get("event_type"),
            target: Target { kind: row.get("kind"), id: row.get("id"), version: unsigned(row.get("sequence")) },
            changes: timeline::changes(row.get("detail")),
            origin: row.get("origin"),
            request_id: row.get("request_id"),
            client: clients.remove(&position).and_then(|client| serde_json::from_str(&client).ok()),
        }
    }
}
