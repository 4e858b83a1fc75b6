//! The proof that the live rows are what the log says: the whole log again, into a schema of its own, row by row
//! against the live one.

use std::{
    cmp::Ordering,
    collections::{BTreeSet, VecDeque},
    fmt,
};

use event_store::{
    Log, Scratch, TenantTx,
    driver::{
        Row,
        error::SqlState,
        types::{ToSql, Type},
    },
};
use serde_json::{Map, Value};

use crate::{
    breath::Pace,
    erasure,
    error::ProjectionError,
    filling,
    generation::{Definition, Generation},
    group::Group,
    schema,
    sql::unsigned,
    subscription::{Subscription, subscription},
    timeline,
};

/// Rows that are held of each side at a time.
const CHUNK: usize = 2_000;

/// A set of read models in a scratch schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// The last position that its lists cover.
    pub position: u64,
    /// The last position that each group covers: as far as the live one had come.
    reached: [(Group, u64); Group::ALL.len()],
}

/// One column of one row that is not what the log says.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The read model.
    pub table: &'static str,
    /// Which row: its key, the parts separated by a space.
    pub key: String,
    /// The column; none when the whole row is only on one side.
    pub column: Option<String>,
    /// In the live table.
    pub live: Option<Value>,
    /// As the log says.
    pub replayed: Option<Value>,
}

/// What the comparison of one table came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableComparison {
    /// The read model.
    pub table: &'static str,
    /// Rows that were compared.
    pub rows: u64,
    /// Of these, rows that differ.
    pub different: u64,
    /// Rows that were not compared, because they changed after the position of the replay.
    pub newer: u64,
}

/// What a comparison came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The position up to which the lists of both sides were compared; other groups, as far as the live one has come.
    pub position: u64,
    /// Every table.
    pub tables: Vec<TableComparison>,
    /// The first differences, as many as were asked for.
    pub differences: Vec<Difference>,
}

impl Comparison {
    /// Whether every row that was compared is what the log says.
    pub fn is_same(&self) -> bool {
        self.tables.iter().all(|table| table.different == 0)
    }
}

/// Folds the log into `scratch`, up to `up_to` or as far as the live rows have come, whichever is less; `progress`
/// hears of (events folded, events in all). Queries in [`Scratch::begin`] then see these rows.
pub async fn replay_into_scratch(
    log: &Log,
    scratch: &Scratch,
    up_to: Option<u64>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Replayed, ProjectionError> {
    scratch
        .alter(
            "CREATE TABLE subscriptions (name text PRIMARY KEY, version integer NOT NULL, generation integer NOT NULL,
                 checkpoint bigint NOT NULL, state text NOT NULL, last_error text, serves integer);
             GRANT SELECT, UPDATE ON subscriptions TO {role}",
        )
        .await?;
    let mut reached = Group::ALL.map(|group| (group, 0));
    for (group, end) in &mut reached {
        let live = filling::current(log, group.live()).await?.checkpoint;
        *end = up_to.map_or(live, |position| position.min(live));
    }
    let all = reached.iter().map(|(_, end)| end).sum();
    let mut before = 0;
    for (group, end) in reached {
        replay_group(log, scratch, group, end, &|done, _| progress(before + done, all)).await?;
        before += end;
    }
    let [(_, position), ..] = reached;
    Ok(Replayed { position, reached })
}

async fn replay_group(
    log: &Log,
    scratch: &Scratch,
    group: Group,
    end: u64,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<(), ProjectionError> {
    let first = group.first_generation();
    let sql = format!(
        "INSERT INTO subscriptions VALUES ('{group}', {version}, {number}, 0, 'live'); {tables}",
        version = group.version(),
        number = first.number,
        // Nothing here has to outlive a crash.
        tables = first.create_tables().replace("CREATE TABLE", "CREATE UNLOGGED TABLE"),
    );
    scratch.alter(&sql).await?;
    scratch.alter(&first.new_views()).await?;
    filling::fill(log, scratch, group.live(), end, Pace::Full, progress).await?;
    scratch.alter(&format!("SET LOCAL statement_timeout = 0; {}; {}", first.keys().join(";"), first.finish())).await?;
    erasure::mend(log, scratch, group.live()).await
}

/// Compares the live rows with the replayed ones, in the order of their keys. At most `limit` differences are kept;
/// all are counted.
///
/// The live side is one snapshot. Rows that changed in it after the replay's position are left out and counted apart,
/// so a comparison can also be made at an earlier position, and while others write.
pub async fn compare(
    log: &Log,
    scratch: &Scratch,
    replayed: Replayed,
    limit: usize,
) -> Result<Comparison, ProjectionError> {
    let (live, held) = hold(log, &Group::ALL).await?;
    let replay = scratch.begin().await?;
    let mut comparison = Comparison { position: replayed.position, tables: vec![], differences: vec![] };
    for (here, (group, position)) in held.iter().zip(replayed.reached) {
        let replay = Where { tx: &replay, generation: group.first_generation() };
        let sides = [Where { tx: &live, generation: here.tables() }, replay];
        comparison.add(sides, position, limit).await?;
    }
    live.commit().await?;
    replay.commit().await?;
    Ok(comparison)
}

/// Compares the live rows with those that a rebuild has built beside them, as [`compare`] does: before the switch, to
/// see what it will change. `live` and `replayed` of a difference are then what is, and what will be. None when
/// nothing is being built.
pub async fn compare_built(log: &Log, group: Group, limit: usize) -> Result<Option<Comparison>, ProjectionError> {
    let (tx, held) = hold(log, &[group]).await?;
    let (Some(built), [live]) = (subscription(&tx, group.building()).await?, &held[..]) else { return Ok(None) };
    let position = live.checkpoint.min(built.checkpoint);
    let sides = [live.tables(), built.tables()].map(|generation| Where { tx: &tx, generation });
    let mut comparison = Comparison { position, tables: vec![], differences: vec![] };
    comparison.add(sides, position, limit).await?;
    tx.commit().await?;
    Ok(Some(comparison))
}

/// One snapshot of the live rows of these groups, whose tables cannot be dropped while it is read.
async fn hold(log: &Log, groups: &[Group]) -> Result<(TenantTx, Vec<Subscription>), ProjectionError> {
    loop {
        let tx = log.begin().await?;
        tx.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?;
        let mut held = vec![];
        for group in groups {
            held.push(subscription(&tx, group.live()).await?.ok_or(ProjectionError::NotInstalled)?);
        }
        let tables = held.iter().flat_map(|here| here.tables().tables());
        let look: Vec<String> = tables.map(|table| format!("SELECT FROM {table} LIMIT 0")).collect();
        match tx.batch_execute(&look.join(";")).await {
            Ok(()) => return Ok((tx, held)),
            // Another generation is live by now.
            Err(error) if error.code() == Some(&SqlState::UNDEFINED_TABLE) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// A set of tables, and the transaction that sees them.
#[derive(Clone, Copy)]
struct Where<'a> {
    tx: &'a TenantTx,
    generation: Generation,
}

impl Comparison {
    /// Compares every table of a group, up to `position`.
    async fn add(&mut self, sides: [Where<'_>; 2], position: u64, limit: usize) -> Result<(), ProjectionError> {
        for definition in sides[0].generation.definitions() {
            let columns = common_columns(definition, &sides).await?;
            let [live, replayed] = sides.map(|side| Side::new(side, definition, &columns));
            let mut sides = Sides { live, replayed, position, limit };
            self.tables.push(sides.compare(definition.name, &mut self.differences).await?);
        }
        Ok(())
    }
}

/// What both sides have: of tables of two versions, one may have columns that the other lacks.
async fn common_columns(definition: &Definition, sides: &[Where<'_>; 2]) -> Result<Vec<String>, ProjectionError> {
    let columns =
        async |side: &Where<'_>| schema::columns(side.tx, &format!("{}_{}", definition.name, side.generation)).await;
    let (live, replayed) = (columns(&sides[0]).await?, columns(&sides[1]).await?);
    let in_both = live.into_iter().filter(|column| replayed.iter().any(|other| other.name == column.name));
    Ok(in_both.map(|column| column.name).collect())
}

/// Both sides of one table.
struct Sides<'a> {
    live: Side<'a>,
    replayed: Side<'a>,
    position: u64,
    limit: usize,
}

impl Sides<'_> {
    async fn compare(
        &mut self,
        table: &'static str,
        differences: &mut Vec<Difference>,
    ) -> Result<TableComparison, ProjectionError> {
        let mut outcome = TableComparison { table, rows: 0, different: 0, newer: 0 };
        while let Some(pair) = self.next_pair().await? {
            if [&pair.live, &pair.replayed].into_iter().flatten().any(|row| row.position > self.position) {
                outcome.newer += 1;
                continue;
            }
            outcome.rows += 1;
            let found = self.differences(&pair, table).await?;
            outcome.different += u64::from(!found.is_empty());
            let room = self.limit.saturating_sub(differences.len());
            differences.extend(found.into_iter().take(room));
        }
        Ok(outcome)
    }

    async fn differences(&self, pair: &Pair, table: &'static str) -> Result<Vec<Difference>, ProjectionError> {
        if let (Some(live), Some(replayed)) = (&pair.live, &pair.replayed)
            && live.digest == replayed.digest
        {
            return Ok(vec![]);
        }
        let Some(Found { key, .. }) = pair.live.as_ref().or(pair.replayed.as_ref()) else { return Ok(vec![]) };
        let difference = |column, live, replayed| Difference { table, key: key.to_string(), column, live, replayed };
        Ok(match (self.live.columns(key).await?, self.replayed.columns(key).await?) {
            (Some(mut live), Some(mut replayed)) => {
                let names: BTreeSet<String> = live.keys().chain(replayed.keys()).cloned().collect();
                names
                    .into_iter()
                    .map(|name| (live.remove(&name), replayed.remove(&name), name))
                    .filter(|(live, replayed, _)| live != replayed)
                    .map(|(live, replayed, name)| difference(Some(name), live, replayed))
                    .collect()
            }
            (live, replayed) => vec![difference(None, live.map(Value::Object), replayed.map(Value::Object))],
        })
    }

    /// The next key in order, with what each side has for it.
    async fn next_pair(&mut self) -> Result<Option<Pair>, ProjectionError> {
        let order = match (self.live.peek().await?, self.replayed.peek().await?) {
            (None, None) => return Ok(None),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(live), Some(replayed)) => live.key.cmp(&replayed.key),
        };
        let live = if order.is_le() { self.live.rows.pop_front() } else { None };
        let replayed = if order.is_ge() { self.replayed.rows.pop_front() } else { None };
        Ok(Some(Pair { live, replayed }))
    }
}

/// What the two sides have for one key.
struct Pair {
    live: Option<Found>,
    replayed: Option<Found>,
}

/// The key of a row. Those of one table are of one kind.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Id(String),
    /// Whom it finds, and which text.
    Part(String, String),
    /// The id of the ticket, and the place in its history.
    Line(String, i64),
    Position(i64),
}

impl Key {
    /// The columns of [`Definition::key`], which stand from `first` on.
    fn of(row: &Row, first: usize) -> Self {
        if *row.columns()[first].type_() == Type::INT8 {
            return Self::Position(row.get(first));
        }
        match row.columns().get(first + 1) {
            None => Self::Id(row.get(first)),
            Some(second) if *second.type_() == Type::INT8 => Self::Line(row.get(first), row.get(first + 1)),
            Some(_) => Self::Part(row.get(first), row.get(first + 1)),
        }
    }

    fn values(&self) -> Vec<&(dyn ToSql + Sync)> {
        match self {
            Self::Id(id) => vec![id],
            Self::Part(id, part) => vec![id, part],
            Self::Line(id, sequence) => vec![id, sequence],
            Self::Position(position) => vec![position],
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => f.write_str(id),
            Self::Part(id, part) => write!(f, "{id} {part}"),
            Self::Line(id, sequence) => write!(f, "{id} {sequence}"),
            Self::Position(position) => write!(f, "{position}"),
        }
    }
}

/// A row, whatever its table. Its columns are fetched only if it differs.
struct Found {
    key: Key,
    position: u64,
    digest: String,
}

/// The position of a row's last change. A line of a timeline changes when its message is redacted or rectified.
fn changed_at(definition: &Definition) -> &'static str {
    if definition.name == timeline::NAME { "greatest(position, (detail ->> 'rewritten')::bigint)" } else { "position" }
}

/// The rows of one table on one side, in the order of their keys, a chunk at a time.
struct Side<'a> {
    tx: &'a TenantTx,
    definition: &'static Definition,
    table: String,
    columns: String,
    rows: VecDeque<Found>,
    last: Option<Key>,
    ended: bool,
}

impl<'a> Side<'a> {
    fn new(place: Where<'a>, definition: &'static Definition, columns: &[String]) -> Self {
        Self {
            tx: place.tx,
            definition,
            table: format!("{}_{}", definition.name, place.generation),
            columns: columns.join(", "),
            rows: VecDeque::new(),
            last: None,
            ended: false,
        }
    }

    async fn peek(&mut self) -> Result<Option<&Found>, ProjectionError> {
        if self.rows.is_empty() && !self.ended {
            self.fetch().await?;
        }
        Ok(self.rows.front())
    }

    async fn fetch(&mut self) -> Result<(), ProjectionError> {
        let Definition { key, .. } = self.definition;
        let condition = self.last.as_ref().map_or_else(String::new, |last| format!("WHERE {}", self.by_key(last, ">")));
        let sql = format!(
            "SELECT md5(row({})::text), {}, {key} FROM {} {condition} ORDER BY {key} LIMIT {CHUNK}",
            self.columns,
            changed_at(self.definition),
            self.table
        );
        let rows = match &self.last {
            None => self.tx.query(&sql, &[]).await?,
            Some(last) => self.query(&sql, last).await?,
        };
        self.ended = rows.len() < CHUNK;
        self.rows.extend(rows.iter().map(|row| Found {
            key: Key::of(row, 2),
            position: unsigned(row.get(1)),
            digest: row.get(0),
        }));
        self.last = self.rows.back().map(|row| row.key.clone());
        Ok(())
    }

    /// The columns of one row.
    async fn columns(&self, key: &Key) -> Result<Option<Map<String, Value>>, ProjectionError> {
        let condition = self.by_key(key, "=");
        let sql = format!("SELECT to_jsonb(t) FROM (SELECT {} FROM {} WHERE {condition}) t", self.columns, self.table);
        let rows = self.query(&sql, key).await?;
        let Some(Value::Object(columns)) = rows.first().map(|row| row.get(0)) else { return Ok(None) };
        Ok(Some(columns))
    }

    fn by_key(&self, key: &Key, operator: &str) -> String {
        let columns = self.definition.key;
        let values = if key.values().len() == 2 { "$1, $2" } else { "$1" };
        format!("({columns}) {operator} ({values})")
    }

    async fn query(&self, sql: &str, key: &Key) -> Result<Vec<Row>, ProjectionError> {
        Ok(self.tx.query(sql, &key.values()).await?)
    }
}
