//! Whose time is over: the same question for who wants to know before, and for the policy that acts on it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{legal_holds::HeldThings, retention_policies::RetentionCriteria, ticket::Status};
use event_store::{Log, driver::types::Type};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    error::ProjectionError,
    feed::unread,
    group::Group,
    legal_holds,
    sql::{Conditions, Sql, unsigned},
    tickets::status_rank,
};

/// What criteria would have erased now. Nothing is changed by asking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RetentionPreview {
    /// The position of your event log as of which this was counted.
    pub as_of: u64,
    /// How many tickets would be erased.
    pub tickets: u64,
    /// Of these, how many stand where.
    #[schema(example = json!({"closed": 12}))]
    pub by_status: BTreeMap<String, u64>,
    /// Of these, how many came in by which way.
    #[schema(example = json!({"api": 10, "import": 2}))]
    pub by_channel: BTreeMap<String, u64>,
    /// When work on the first of these ended; null when there is none.
    pub oldest: Option<DateTime<Utc>>,
    /// When work on the last of these ended.
    pub newest: Option<DateTime<Utc>>,
    /// The ids of some of these, those that ended first: at most 100.
    #[schema(example = json!(["tkt_0199aa00000070008000000000000001"]))]
    pub sample: Vec<String>,
    /// How many would go besides, and a legal hold keeps them.
    pub held: u64,
    /// Which hold keeps how many; a ticket counts for each that holds it.
    pub held_by: Vec<RetentionHoldView>,
}

/// How many tickets a legal hold keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RetentionHold)]
pub struct RetentionHoldView {
    /// The hold.
    #[schema(example = "lgh_0199aa00000070008000000000000051")]
    pub legal_hold_id: String,
    /// How many.
    pub tickets: u64,
}

/// Counts what `criteria` are about at `now`, and names at most `most` of them, those that ended first.
pub async fn due(
    log: &Log,
    criteria: &RetentionCriteria,
    now: DateTime<Utc>,
    most: u32,
) -> Result<RetentionPreview, ProjectionError> {
    let holds = Holds::standing(log).await?;
    let mut sql = Sql::new("");
    let due = covered(criteria, now, &mut sql);
    let kept = holds.keep(&mut sql);
    let desk = sql.bind(Group::Desk.live().to_string(), Type::TEXT);
    sql.push(&format!(
        "WITH due AS MATERIALIZED (
             SELECT t.id, t.status, t.channel, t.tags, t.requester_id,
                    CASE WHEN t.status_rank = {closed} THEN t.closed_at ELSE t.resolved_at END AS ended_at
             FROM tickets t{due}),
         kept (hold, id) AS MATERIALIZED ({kept}),
         going AS MATERIALIZED (SELECT * FROM due d WHERE NOT EXISTS (SELECT FROM kept k WHERE k.id = d.id))
         SELECT (SELECT checkpoint FROM subscriptions WHERE name = {desk}) AS as_of,
                (SELECT count(*) FROM going) AS tickets,
                (SELECT count(DISTINCT id) FROM kept) AS held,
                (SELECT min(ended_at) FROM going) AS oldest,
                (SELECT max(ended_at) FROM going) AS newest,
                ARRAY(SELECT id::text FROM going ORDER BY ended_at, id LIMIT {most}) AS sample",
        closed = status_rank(Status::Closed),
    ));
    for (name, of, key) in
        [("by_status", "going", "status"), ("by_channel", "going", "channel"), ("held_by", "kept", "hold")]
    {
        sql.push(&format!(
            ", ARRAY(SELECT {key} FROM {of} GROUP BY {key} ORDER BY {key}) AS {name},
             ARRAY(SELECT count(*) FROM {of} GROUP BY {key} ORDER BY {key}) AS {name}_counts"
        ));
    }
    let tx = log.begin().await?;
    let rows = sql.rows(&tx).await.map_err(unread)?;
    tx.end();
    let row = rows.first().ok_or(ProjectionError::NotInstalled)?;
    let counts = |name: &str| -> BTreeMap<String, u64> {
        let (keys, counts): (Vec<String>, Vec<i64>) = (row.get(name), row.get(format!("{name}_counts").as_str()));
        keys.into_iter().zip(counts.into_iter().map(unsigned)).collect()
    };
    let held_by = counts("held_by").into_iter();
    Ok(RetentionPreview {
        as_of: row.get::<_, Option<i64>>("as_of").map(unsigned).ok_or(ProjectionError::NotInstalled)?,
        tickets: unsigned(row.get("tickets")),
        by_status: counts("by_status"),
        by_channel: counts("by_channel"),
        oldest: row.get("oldest"),
        newest: row.get("newest"),
        sample: row.get("sample"),
        held: unsigned(row.get("held")),
        held_by: held_by.map(|(legal_hold_id, tickets)| RetentionHoldView { legal_hold_id, tickets }).collect(),
    })
}

/// The conditions on `tickets t`: as `RetentionCriteria::cover` has them, of tickets in which anything can be read.
fn covered(criteria: &RetentionCriteria, now: DateTime<Utc>, sql: &mut Sql) -> String {
    let before = sql.bind(criteria.before(now), Type::TIMESTAMPTZ);
    let mut all = Conditions::default();
    all.push("t.erased_at IS NULL".to_owned());
    let ended = criteria.statuses.iter().map(|status| {
        let column = if *status == Status::Closed { "closed_at" } else { "resolved_at" };
        format!("t.status_rank = {} AND t.{column} <= {before}", status_rank(*status))
    });
    all.push(format!("({})", ended.collect::<Vec<_>>().join(" OR ")));
    if !criteria.tags.is_empty() {
        let tags: Vec<String> = criteria.tags.iter().cloned().collect();
        all.push(format!("t.tags && {}", sql.bind(tags, Type::TEXT_ARRAY)));
    }
    if !criteria.channels.is_empty() {
        let channels: Vec<String> = criteria.channels.iter().map(ToString::to_string).collect();
        all.push(format!("t.channel = ANY({})", sql.bind(channels, Type::TEXT_ARRAY)));
    }
    all.text()
}

/// Holds, and beside each a thing that it is about.
type Pairs = (Vec<String>, Vec<String>);

/// The holds that stand.
#[derive(Default)]
struct Holds {
    everything: Vec<String>,
    tags: Pairs,
    tickets: Pairs,
    customers: Pairs,
}

impl Holds {
    async fn standing(log: &Log) -> Result<Self, ProjectionError> {
        let mut all = Self::default();
        let add = |(holds, things): &mut Pairs, hold: &str, thing: String| {
            holds.push(hold.to_owned());
            things.push(thing);
        };
        for (hold, about) in legal_holds::standing(log).await? {
            let hold = hold.to_string();
            match about {
                HeldThings::Tenant => all.everything.push(hold),
                HeldThings::Tag(tag) => add(&mut all.tags, &hold, tag),
                HeldThings::Tickets(ids) => ids.iter().for_each(|id| add(&mut all.tickets, &hold, id.to_string())),
                HeldThings::Customers(ids) => ids.iter().for_each(|id| add(&mut all.customers, &hold, id.to_string())),
            }
        }
        Ok(all)
    }

    /// Which hold keeps which of `due`; each pair once. A customer who asked before somebody else did is held, too: what was
    /// said then is about them.
    fn keep(self, sql: &mut Sql) -> String {
        let mut ways = vec!["SELECT ''::text, ''::text WHERE false".to_owned()];
        let mut table = |(holds, things): Pairs| {
            if holds.is_empty() {
                return None;
            }
            let (holds, things) = (sql.bind(holds, Type::TEXT_ARRAY), sql.bind(things, Type::TEXT_ARRAY));
            Some(format!("unnest({holds}, {things}) AS h (hold, thing)"))
        };
        if let Some(pairs) = table(self.tags) {
            ways.push(format!(
                "SELECT h.hold, d.id::text FROM due d CROSS JOIN unnest(d.tags) AS tag JOIN {pairs} ON h.thing = tag"
            ));
        }
        if let Some(pairs) = table(self.tickets) {
            ways.push(format!("SELECT h.hold, d.id::text FROM {pairs} JOIN due d ON d.id = h.thing"));
        }
        if let Some(pairs) = table(self.customers) {
            ways.push(format!("SELECT h.hold, d.id::text FROM {pairs} JOIN due d ON d.requester_id = h.thing"));
            ways.push(format!(
                "SELECT h.hold, d.id::text FROM due d
                 JOIN ticket_timeline l ON l.ticket_id = d.id AND l.event_type = 'ticket.customer_changed'
                 JOIN {pairs} ON h.thing = l.detail -> 'customer_id' ->> 0"
            ));
        }
        if !self.everything.is_empty() {
            let holds = sql.bind(self.everything, Type::TEXT_ARRAY);
            ways.push(format!("SELECT h.hold, d.id::text FROM unnest({holds}) AS h (hold) CROSS JOIN due d"));
        }
        ways.join(" UNION ")
    }
}
