//! Whose time is over: counted for who wants to know before, and chosen for the policy that acts on it, by the same conditions.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{legal_holds::HeldThings, retention_policies::RetentionCriteria};
use event_store::{
    Log,
    driver::{Row, types::Type},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    error::ProjectionError,
    feed::unread,
    group::Group,
    legal_holds,
    sql::{Conditions, Sql, unsigned},
};

/// Of which tickets anything can be read whose work has ended, and when it did, by the words of the index `ended`.
const ENDED: &str = "t.erased_at IS NULL AND t.status IN ('resolved', 'closed')";
const ENDED_AT: &str = "(CASE t.status WHEN 'closed' THEN t.closed_at ELSE t.resolved_at END)";

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

/// What is to be erased next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// The position as of which it was chosen.
    pub as_of: u64,
    /// The ids of the tickets, those that ended first before others.
    pub tickets: Vec<String>,
    /// How many among and before them a legal hold keeps.
    pub held: u64,
    /// Whether there may be more.
    pub more: bool,
}

/// At most `most` of the tickets that `criteria` are about at `now` and that no hold keeps, those that ended first. However
/// many are kept, or are others', no statement looks at more than `at_once`.
pub async fn due(
    log: &Log,
    criteria: &RetentionCriteria,
    now: DateTime<Utc>,
    most: usize,
    at_once: u32,
) -> Result<Due, ProjectionError> {
    let holds = Holds::standing(log).await?;
    let mut all = Due::default();
    if !holds.everything.is_empty() {
        return Ok(all);
    }
    let mut after = None;
    loop {
        let page = Page::of(log, criteria, now, &holds, after.as_ref(), at_once).await?;
        // The first is the furthest back: what any of them has was so at that position, or since.
        all.as_of = if after.is_none() { page.as_of } else { all.as_of };
        all.held += page.held;
        all.tickets.extend(page.going);
        all.more = all.tickets.len() > most;
        all.tickets.truncate(most);
        after = page.last;
        if all.more || after.is_none() {
            return Ok(all);
        }
    }
}

/// When work on a ticket ended, and its id: how they are gone through.
type Place = (DateTime<Utc>, String);

/// Some tickets that are old enough, one after the other.
struct Page {
    as_of: u64,
    going: Vec<String>,
    held: u64,
    /// The last that was looked at; none: there are no more.
    last: Option<Place>,
}

impl Page {
    async fn of(
        log: &Log,
        criteria: &RetentionCriteria,
        now: DateTime<Utc>,
        holds: &Holds,
        after: Option<&Place>,
        at_once: u32,
    ) -> Result<Self, ProjectionError> {
        let mut sql = Sql::new("");
        let mut old = old_enough(criteria, now, &mut sql);
        if let Some((ended_at, id)) = after {
            let place = [sql.bind(*ended_at, Type::TIMESTAMPTZ), sql.bind(id.clone(), Type::TEXT)].join(", ");
            old.push(format!("({ENDED_AT}, t.id) > ({place})"));
        }
        let mut others = Conditions::default();
        fitting(criteria, &mut others, &mut sql);
        let kept = holds.keep(&mut sql);
        let desk = sql.bind(Group::Desk.live().to_string(), Type::TEXT);
        sql.push(&format!(
            "WITH page AS MATERIALIZED (
                 SELECT t.id, t.status, t.channel, t.tags, t.requester_id, {ENDED_AT} AS ended_at
                 FROM tickets t{old} ORDER BY {ENDED_AT}, t.id LIMIT {at_once}),
             due AS MATERIALIZED (SELECT * FROM page t{others}),
             kept (hold, id) AS MATERIALIZED ({kept})
             SELECT (SELECT checkpoint FROM subscriptions WHERE name = {desk}) AS as_of,
                    (SELECT count(*) FROM page) AS looked_at,
                    (SELECT count(DISTINCT id) FROM kept) AS held,
                    ARRAY(SELECT id::text FROM due d WHERE NOT EXISTS (SELECT FROM kept k WHERE k.id = d.id)
                          ORDER BY ended_at, id) AS going,
                    last.ended_at, last.id::text
             FROM (SELECT 1) AS one
             LEFT JOIN (SELECT ended_at, id FROM page ORDER BY ended_at DESC, id DESC LIMIT 1) AS last ON true",
            old = old.text(),
            others = others.text(),
        ));
        let row = one_row(log, &sql).await?;
        let is_full = row.get::<_, i64>("looked_at") >= i64::from(at_once);
        let place = row.get::<_, Option<DateTime<Utc>>>("ended_at").zip(row.get("id"));
        Ok(Self {
            as_of: as_of(&row)?,
            going: row.get("going"),
            held: unsigned(row.get("held")),
            last: place.filter(|_| is_full),
        })
    }
}

/// Counts what `criteria` are about at `now`, and names at most `most` of them, those that ended first.
pub async fn preview(
    log: &Log,
    criteria: &RetentionCriteria,
    now: DateTime<Utc>,
    most: u32,
) -> Result<RetentionPreview, ProjectionError> {
    let holds = Holds::standing(log).await?;
    let mut sql = Sql::new("");
    let mut covered = old_enough(criteria, now, &mut sql);
    fitting(criteria, &mut covered, &mut sql);
    let kept = holds.keep(&mut sql);
    let desk = sql.bind(Group::Desk.live().to_string(), Type::TEXT);
    sql.push(&format!(
        "WITH due AS MATERIALIZED (
             SELECT t.id, t.status, t.channel, t.tags, t.requester_id, {ENDED_AT} AS ended_at
             FROM tickets t{covered}),
         kept (hold, id) AS MATERIALIZED ({kept}),
         going AS MATERIALIZED (SELECT * FROM due d WHERE NOT EXISTS (SELECT FROM kept k WHERE k.id = d.id))
         SELECT (SELECT checkpoint FROM subscriptions WHERE name = {desk}) AS as_of,
                (SELECT count(*) FROM going) AS tickets,
                (SELECT count(DISTINCT id) FROM kept) AS held,
                (SELECT min(ended_at) FROM going) AS oldest,
                (SELECT max(ended_at) FROM going) AS newest,
                ARRAY(SELECT id::text FROM going ORDER BY ended_at, id LIMIT {most}) AS sample",
        covered = covered.text(),
    ));
    for (name, of, key) in
        [("by_status", "going", "status"), ("by_channel", "going", "channel"), ("held_by", "kept", "hold")]
    {
        sql.push(&format!(
            ", ARRAY(SELECT {key} FROM {of} GROUP BY {key} ORDER BY {key}) AS {name},
             ARRAY(SELECT count(*) FROM {of} GROUP BY {key} ORDER BY {key}) AS {name}_counts"
        ));
    }
    let row = one_row(log, &sql).await?;
    let counts = |name: &str| -> BTreeMap<String, u64> {
        let (keys, counts): (Vec<String>, Vec<i64>) = (row.get(name), row.get(format!("{name}_counts").as_str()));
        keys.into_iter().zip(counts.into_iter().map(unsigned)).collect()
    };
    let held_by = counts("held_by").into_iter();
    Ok(RetentionPreview {
        as_of: as_of(&row)?,
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

async fn one_row(log: &Log, sql: &Sql) -> Result<Row, ProjectionError> {
    let tx = log.begin().await?;
    let rows = sql.rows(&tx).await.map_err(unread)?;
    tx.end();
    rows.into_iter().next().ok_or(ProjectionError::NotInstalled)
}

fn as_of(row: &Row) -> Result<u64, ProjectionError> {
    row.get::<_, Option<i64>>("as_of").map(unsigned).ok_or(ProjectionError::NotInstalled)
}

/// The conditions on `tickets t`, as `RetentionCriteria::cover` has them, of tickets in which anything can be read: these
/// are what the index goes by, so that it is found,
fn old_enough(criteria: &RetentionCriteria, now: DateTime<Utc>, sql: &mut Sql) -> Conditions {
    let mut all = Conditions::default();
    all.push(ENDED.to_owned());
    all.push(format!("{ENDED_AT} <= {}", sql.bind(criteria.before(now), Type::TIMESTAMPTZ)));
    all
}

/// and these are the others.
fn fitting(criteria: &RetentionCriteria, all: &mut Conditions, sql: &mut Sql) {
    let words = |texts: Vec<String>, sql: &mut Sql| sql.bind(texts, Type::TEXT_ARRAY);
    let statuses = criteria.statuses.iter().map(ToString::to_string).collect();
    all.push(format!("t.status = ANY({})", words(statuses, sql)));
    if !criteria.tags.is_empty() {
        all.push(format!("t.tags && {}", words(criteria.tags.iter().cloned().collect(), sql)));
    }
    if !criteria.channels.is_empty() {
        let channels = criteria.channels.iter().map(ToString::to_string).collect();
        all.push(format!("t.channel = ANY({})", words(channels, sql)));
    }
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
        for (hold, about) in legal_holds::state(log).await?.standing() {
            let hold = hold.to_string();
            match about {
                HeldThings::Tenant => all.everything.push(hold),
                HeldThings::Tag(tag) => add(&mut all.tags, &hold, tag.clone()),
                HeldThings::Tickets(ids) => ids.iter().for_each(|id| add(&mut all.tickets, &hold, id.to_string())),
                HeldThings::Customers(ids) => ids.iter().for_each(|id| add(&mut all.customers, &hold, id.to_string())),
            }
        }
        Ok(all)
    }

    /// Which hold keeps which of `due`; each pair once. A customer who asked before somebody else did is held, too: what was
    /// said then is about them.
    fn keep(&self, sql: &mut Sql) -> String {
        let mut ways = vec!["SELECT ''::text, ''::text WHERE false".to_owned()];
        let mut table = |(holds, things): &Pairs| {
            if holds.is_empty() {
                return None;
            }
            let [holds, things] = [holds, things].map(|texts| sql.bind(texts.clone(), Type::TEXT_ARRAY));
            Some(format!("unnest({holds}, {things}) AS h (hold, thing)"))
        };
        if let Some(pairs) = table(&self.tags) {
            ways.push(format!(
                "SELECT h.hold, d.id::text FROM due d CROSS JOIN unnest(d.tags) AS tag JOIN {pairs} ON h.thing = tag"
            ));
        }
        if let Some(pairs) = table(&self.tickets) {
            ways.push(format!("SELECT h.hold, d.id::text FROM {pairs} JOIN due d ON d.id = h.thing"));
        }
        if let Some(pairs) = table(&self.customers) {
            ways.push(format!("SELECT h.hold, d.id::text FROM {pairs} JOIN due d ON d.requester_id = h.thing"));
            ways.push(format!(
                "SELECT h.hold, d.id::text FROM due d
                 JOIN ticket_timeline l ON l.ticket_id = d.id AND l.event_type = 'ticket.customer_changed'
                 JOIN {pairs} ON h.thing = l.detail -> 'customer_id' ->> 0"
            ));
        }
        if !self.everything.is_empty() {
            let holds = sql.bind(self.everything.clone(), Type::TEXT_ARRAY);
            ways.push(format!("SELECT h.hold, d.id::text FROM unnest({holds}) AS h (hold) CROSS JOIN due d"));
        }
        ways.join(" UNION ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tickets;

    /// Otherwise PostgreSQL would not find it, and go through all tickets.
    #[test]
    fn the_index_has_the_words_of_the_question() {
        for words in [ENDED, ENDED_AT] {
            assert!(tickets::INDEXES.late.contains(&words.replace("t.", "")), "{words}");
        }
    }
}
