//! Who saw what, when, whence: the access log, the newest first. Its rows are no read model: nothing is folded.

mod seals;

use chrono::{DateTime, Utc};
use event_store::{
    Log, TenantTx,
    access::{COLUMNS, StoredAccess},
    driver::types::Type,
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    error::QueryError,
    page::{Page, SortValue, TimeRange, cut},
    sql::{Conditions, Sql, signed},
    timeline::Actor,
};

pub use seals::{SealView, Verdict, seals};

/// Somebody saw something, or asked for it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = AccessLogEntry)]
pub struct AccessLogEntry {
    /// Its place in your access log: 1, 2, 3, … without holes.
    #[schema(minimum = 1)]
    pub number: u64,
    /// When it was recorded, before the answer was given; never goes backwards along numbers.
    pub recorded_at: DateTime<Utc>,
    /// Who. `link`: whoever had a link to a file.
    pub actor: Actor,
    /// In which session; null of a key.
    #[schema(example = "ses_0199aa00000070008000000000000013")]
    pub session_id: Option<String>,
    /// By which operation of this API.
    #[schema(example = "getTicket")]
    pub operation: String,
    /// `view`, `list`, `search`, `export`, `download`, `report` or `stream`.
    #[schema(example = "view")]
    pub kind: String,
    /// The tickets and people that were shown, by id; of more than 64, the first.
    pub targets: Vec<String>,
    /// How many there were; null of a stream or an export, which is not counted.
    pub seen: Option<u32>,
    /// What was asked for. What somebody typed is a digest, after `~`.
    #[schema(example = "q=~5f0c1f7f3f9d2a61&limit=25")]
    pub query: Option<String>,
    /// The request.
    pub request_id: Option<String>,
    /// What it was answered with: 403 and 404 were refused.
    #[schema(example = 200)]
    pub status: u16,
    /// The network address and user agent that it came from; null of the operator's staff, and once the actor's personal
    /// data was erased.
    #[schema(value_type = Option<Object>, example = json!({"address": "203.0.113.7", "user_agent": "crm/2.1"}))]
    pub client: Option<Value>,
}

/// Which entries are meant: those that fit every field that is given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccessLogFilter {
    /// `kind:id`, for instance `agent:agt_…`.
    pub actor: Option<String>,
    /// A kind of access.
    pub kind: Option<String>,
    /// An operation of the API.
    pub operation: Option<String>,
    /// The id of what was shown.
    pub target_id: Option<String>,
    /// The request.
    pub request_id: Option<String>,
    /// When they were recorded.
    pub recorded_at: TimeRange,
}

/// At most `limit` entries, the newest first, after the place of the page before.
pub async fn list(
    log: &Log,
    tx: &TenantTx,
    filter: &AccessLogFilter,
    after: Option<&[SortValue]>,
    limit: u16,
) -> Result<Page<AccessLogEntry>, QueryError> {
    let mut sql = Sql::new(&format!("SELECT {COLUMNS} FROM access_log"));
    let mut conditions = filter.conditions(&mut sql);
    if let Some(after) = after {
        let [SortValue::Integer(number)] = after else { return Err(QueryError::ForeignPosition) };
        let number = sql.bind(*number, Type::INT8);
        conditions.push(format!("number < {number}"));
    }
    conditions.push_onto(&mut sql);
    sql.push(&format!(" ORDER BY number DESC LIMIT {}", u32::from(limit) + 1));
    let rows = sql.rows(tx).await?;
    let mut entries: Vec<StoredAccess> = rows.iter().map(StoredAccess::of).collect();
    let more = cut(&mut entries, limit);
    let next = entries.last().filter(|_| more).map(|last| vec![SortValue::Integer(signed(last.number))]);
    Ok(Page { items: opened(log, tx, entries).await?, next })
}

/// At most `limit` entries behind a number, in order.
pub async fn following(log: &Log, tx: &TenantTx, after: u64, limit: u32) -> Result<Vec<AccessLogEntry>, QueryError> {
    opened(log, tx, log.read_accesses(after, limit).await?).await
}

async fn opened(log: &Log, tx: &TenantTx, entries: Vec<StoredAccess>) -> Result<Vec<AccessLogEntry>, QueryError> {
    let mut clients = log.access_clients(tx, &entries).await?;
    let view = |entry: StoredAccess| {
        let client = clients.remove(&entry.number).and_then(|client| serde_json::from_str(&client).ok());
        AccessLogEntry::of(entry, client)
    };
    Ok(entries.into_iter().map(view).collect())
}

impl AccessLogFilter {
    fn conditions(&self, sql: &mut Sql) -> Conditions {
        let mut all = Conditions::default();
        let equal = [
            ("actor", &self.actor),
            ("kind", &self.kind),
            ("operation", &self.operation),
            ("request_id", &self.request_id),
        ];
        for (column, value) in equal {
            if let Some(value) = value {
                let value = sql.bind(value.clone(), Type::TEXT);
                all.push(format!("{column} = {value}"));
            }
        }
        if let Some(target) = &self.target_id {
            let target = sql.bind(vec![target.clone()], Type::TEXT_ARRAY);
            all.push(format!("targets @> {target}"));
        }
        let TimeRange { gte, gt, lte, lt } = self.recorded_at;
        // Numbers and instants have the same order: so whatever else is asked for, the newest are found from the right end.
        for (operator, bound) in [(">=", gte), (">", gt)] {
            if let Some(bound) = bound {
                let bound = sql.bind(bound, Type::TIMESTAMPTZ);
                all.push(format!(
                    "number >= coalesce((SELECT number FROM access_log WHERE recorded_at {operator} {bound}
                     ORDER BY recorded_at, number LIMIT 1), 9223372036854775807)"
                ));
            }
        }
        for (operator, bound) in [("<=", lte), ("<", lt)] {
            if let Some(bound) = bound {
                let bound = sql.bind(bound, Type::TIMESTAMPTZ);
                all.push(format!(
                    "number <= coalesce((SELECT number FROM access_log WHERE recorded_at {operator} {bound}
                     ORDER BY recorded_at DESC, number DESC LIMIT 1), 0)"
                ));
            }
        }
        all
    }
}

impl AccessLogEntry {
    fn of(entry: StoredAccess, client: Option<Value>) -> Self {
        Self {
            number: entry.number,
            recorded_at: entry.recorded_at,
            actor: Actor::of(&entry.actor),
            session_id: entry.session,
            operation: entry.operation,
            kind: entry.kind,
            targets: entry.targets,
            seen: entry.seen,
            query: entry.query,
            request_id: entry.request_id,
            status: entry.status,
            client,
        }
    }
}
