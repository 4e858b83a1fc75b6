//! How much a tenant uses: counted over the log itself up to a position, so that it is exact, the same for ever, and can be
//! disputed by the list of events.

mod marks;

use chrono::{DateTime, Utc};
use event_store::{Log, TenantTx, driver::Row};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    analytics::Bound,
    error::QueryError,
    sql::{signed, unsigned},
};

use marks::{Counted, Mark, counted};
pub use marks::{DayUsage, usage_of_days};

/// How much a tenant uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Usage {
    /// The position of the log up to which everything is counted.
    #[schema(example = 2102)]
    pub position: u64,
    /// The moment that this is about.
    #[serde(skip)]
    pub moment: DateTime<Utc>,
    /// Events in the log.
    #[schema(example = 2102)]
    pub events: u64,
    /// Tickets.
    pub tickets: TicketUsage,
    /// Agents.
    pub agents: AgentUsage,
    /// Seats: what a plan limits. Read-only roles take none.
    pub seats: SeatUsage,
    /// Storage.
    pub storage: StorageUsage,
}

/// How many tickets there are: the deleted ones too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketUsage {
    /// All that were ever opened.
    pub total: u64,
    /// Of these, with imported history.
    pub imported: u64,
    /// Of those that were neither imported nor here when this was copied, opened in the month of this moment, where the
    /// tenant is.
    pub this_month: u64,
}

/// How many agents there are: those who were erased are not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct AgentUsage {
    /// All.
    pub total: u64,
    /// Of these, not deactivated.
    pub active: u64,
}

/// How many seats are held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct SeatUsage {
    /// By agents at work.
    pub used: u64,
    /// By open invitations.
    pub reserved: u64,
}

/// How much room it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StorageUsage {
    /// What the events hold, in bytes: payloads and envelopes.
    pub log_bytes: u64,
    /// What the files of messages hold, in bytes, as the log says: without those that were destroyed by then.
    pub attachment_bytes: u64,
    /// What its files hold, in bytes, also those that wait for a message; null for a moment of the past.
    pub file_bytes: Option<u64>,
    /// What is held for files on their way in, in bytes; null for a moment of the past.
    pub reserved_bytes: Option<u64>,
    /// What the database keeps for it now, in bytes, with indexes and read models; null for a moment of the past.
    pub database_bytes: Option<u64>,
}

const TICKETS: &str = "
    SELECT count(*), count(*) FILTER (WHERE metadata ->> 'origin' = 'import')
    FROM events WHERE aggregate_type = 'ticket' AND sequence = 1 AND position <= $1";

/// The last of an agent's events that says whether they are there and at work.
const AGENTS: &str = "
    SELECT count(*) FILTER (WHERE event_type <> 'agent.erased'),
           count(*) FILTER (WHERE event_type NOT IN ('agent.erased', 'agent.deactivated'))
    FROM (SELECT DISTINCT ON (aggregate_id) event_type FROM events
          WHERE aggregate_type = 'agent' AND position <= $1
              AND event_type IN ('agent.created', 'agent.deactivated', 'agent.reactivated', 'agent.erased')
          ORDER BY aggregate_id, sequence DESC) AS last";

const LOG_BYTES: &str = "
    SELECT coalesce(sum(octet_length(payload::text) + octet_length(metadata::text)), 0)::bigint
    FROM events WHERE position <= $1";

const FILE_BYTES: &str = "SELECT used, reserved FROM storage";

const DATABASE_BYTES: &str = "
    SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'";

/// How much it uses now, or used at the end of a day where the tenant is, or at an instant: by what was recorded then.
pub async fn usage(log: &Log, zone: &str, now: DateTime<Utc>, as_of: Option<Bound>) -> Result<Usage, QueryError> {
    let (moment, position) = match as_of {
        None => (now, log.head().await?.position),
        Some(bound) => {
            let moment = end_of(log, zone, bound).await?;
            (moment, log.position_at(moment).await?)
        }
    };
    let tx = log.begin().await?;
    let usage = count(&tx, position, zone, moment, as_of.is_none()).await?;
    tx.end();
    Ok(usage)
}

async fn end_of(log: &Log, zone: &str, bound: Bound) -> Result<DateTime<Utc>, QueryError> {
    let day = match bound {
        Bound::Instant(instant) => return Ok(instant),
        Bound::Day(day) => day,
    };
    let tx = log.begin().await?;
    let sql = "SELECT ($1::date + 1)::timestamp AT TIME ZONE $2 - interval '1 microsecond'";
    let end = tx.query_one(&tx.statement(sql).await?, &[&day, &zone]).await?.get(0);
    tx.end();
    Ok(end)
}

async fn count(
    tx: &TenantTx,
    position: u64,
    zone: &str,
    moment: DateTime<Utc>,
    now: bool,
) -> Result<Usage, QueryError> {
    let at = signed(position);
    let tickets = tx.query_one(&tx.statement(TICKETS).await?, &[&at]).await?;
    let agents = tx.query_one(&tx.statement(AGENTS).await?, &[&at]).await?;
    let limited = counted(tx, zone, &[Mark { position, moment }]).await?;
    // As many as marks.
    let [Counted { tickets: this_month, seats, attachment_bytes }] = limited[..] else { unreachable!("one mark") };
    let log_bytes = tx.query_one(&tx.statement(LOG_BYTES).await?, &[&at]).await?;
    let measured = async |sql: &str| Ok::<_, QueryError>(if now { Some(tx.query_one(sql, &[]).await?) } else { None });
    let files = measured(FILE_BYTES).await?;
    let database = measured(DATABASE_BYTES).await?;
    let bytes = |row: &Option<Row>, at: usize| row.as_ref().map(|row| unsigned(row.get(at)));
    Ok(Usage {
        position,
        moment,
        events: position,
        tickets: TicketUsage { total: unsigned(tickets.get(0)), imported: unsigned(tickets.get(1)), this_month },
        agents: AgentUsage { total: unsigned(agents.get(0)), active: unsigned(agents.get(1)) },
        seats,
        storage: StorageUsage {
            log_bytes: unsigned(log_bytes.get(0)),
            attachment_bytes,
            file_bytes: bytes(&files, 0),
            reserved_bytes: bytes(&files, 1),
            database_bytes: bytes(&database, 0),
        },
    })
}
