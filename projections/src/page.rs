//! Lists page by page: keyset paging, which neither skips nor repeats a row while others write, and has no end.

use chrono::{DateTime, Utc};
use event_store::driver::{Row, types::Type};
use serde::{Deserialize, Serialize};

use crate::{
    error::QueryError,
    sql::{Conditions, Sql},
};

/// The most items on one page.
pub const MAX_LIMIT: u16 = 100;

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// At most as many as asked for.
    pub items: Vec<T>,
    /// Where the next page begins; none when this is the last.
    pub next: Option<Vec<SortValue>>,
}

/// Cuts what was found, one more than was asked for, to a page; gives whether more follows.
pub(crate) fn cut<T>(found: &mut Vec<T>, limit: u16) -> bool {
    let more = found.len() > usize::from(limit);
    found.truncate(limit.into());
    more
}

/// One part of a place in a sorted list. Serialises compactly; callers encode and sign it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SortValue {
    /// No value: sorts last.
    #[serde(rename = "n")]
    Null,
    /// A number, a version, a rank.
    #[serde(rename = "i")]
    Integer(i64),
    /// An instant.
    #[serde(rename = "t")]
    Instant(DateTime<Utc>),
    /// A name, an id.
    #[serde(rename = "s")]
    Text(String),
}

/// Which end of a sorted list comes first. What has no value comes last either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The smallest, the earliest.
    Ascending,
    /// The greatest, the latest.
    Descending,
}

impl Direction {
    fn words(self) -> &'static str {
        match self {
            Self::Ascending => "ASC NULLS LAST",
            Self::Descending => "DESC NULLS LAST",
        }
    }

    fn plain(self) -> &'static str {
        match self {
            Self::Ascending => "ASC",
            Self::Descending => "DESC",
        }
    }

    /// The comparison that holds for what comes later in the list.
    fn later(self) -> &'static str {
        match self {
            Self::Ascending => ">",
            Self::Descending => "<",
        }
    }
}

/// A value to filter by, or the absence of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Has none.
    None,
    /// Has this one.
    Is(String),
}

/// A range of time; bounds that are not given do not bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeRange {
    /// At or after.
    pub gte: Option<DateTime<Utc>>,
    /// After.
    pub gt: Option<DateTime<Utc>>,
    /// At or before.
    pub lte: Option<DateTime<Utc>>,
    /// Before.
    pub lt: Option<DateTime<Utc>>,
}

impl TimeRange {
    pub(crate) fn push_onto(&self, column: &str, sql: &mut Sql, conditions: &mut Conditions) {
        for (operator, bound) in [(">=", self.gte), (">", self.gt), ("<=", self.lte), ("<", self.lt)] {
            if let Some(bound) = bound {
                let bound = sql.bind(bound, Type::TIMESTAMPTZ);
                conditions.push(format!("{column} {operator} {bound}"));
            }
        }
    }
}

/// What kind of values a sort column has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Small,
    Big,
    Instant,
    Text,
}

impl Kind {
    fn bind(self, sql: &mut Sql, value: SortValue) -> Result<String, QueryError> {
        Ok(match (self, value) {
            (Self::Small, SortValue::Integer(value)) => {
                let value = i16::try_from(value).map_err(|_| QueryError::ForeignPosition)?;
                sql.bind(value, Type::INT2)
            }
            (Self::Big, SortValue::Integer(value)) => sql.bind(value, Type::INT8),
            (Self::Instant, SortValue::Instant(value)) => sql.bind(value, Type::TIMESTAMPTZ),
            (Self::Text, SortValue::Text(value)) => sql.bind(value, Type::TEXT),
            _ => return Err(QueryError::ForeignPosition),
        })
    }

    fn read(self, row: &Row, index: usize) -> SortValue {
        let value = match self {
            Self::Small => row.get::<_, Option<i16>>(index).map(|value| SortValue::Integer(value.into())),
            Self::Big => row.get::<_, Option<i64>>(index).map(SortValue::Integer),
            Self::Instant => row.get::<_, Option<DateTime<Utc>>>(index).map(SortValue::Instant),
            Self::Text => row.get::<_, Option<String>>(index).map(SortValue::Text),
        };
        value.unwrap_or(SortValue::Null)
    }
}

/// One column of a sort order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SortColumn {
    pub sql: &'static str,
    pub kind: Kind,
    pub nullable: bool,
    pub direction: Direction,
}

/// A sort order that is total: it ends in a column that is unique.
#[derive(Clone, Debug)]
pub(crate) struct Order(Vec<SortColumn>);

impl Order {
    /// `columns`, and among equals by the text column `unique`, in the direction of the last, so that one index does.
    pub fn new(mut columns: Vec<SortColumn>, unique: &'static str) -> Self {
        let direction = columns.last().map_or(Direction::Ascending, |column| column.direction);
        columns.push(SortColumn { sql: unique, kind: Kind::Text, nullable: false, direction });
        Self(columns)
    }

    /// By one column that is unique already.
    pub fn by(unique: SortColumn) -> Self {
        Self(vec![unique])
    }

    /// What a query selects behind its own columns, for [`Order::page`].
    pub fn selected(&self) -> String {
        let columns: Vec<_> = self.0.iter().map(|column| column.sql).collect();
        format!(", {}", columns.join(", "))
    }

    /// The condition for what comes after the place `after`.
    pub fn push_after(
        &self,
        after: Vec<SortValue>,
        sql: &mut Sql,
        conditions: &mut Conditions,
    ) -> Result<(), QueryError> {
        if after.len() != self.0.len() {
            return Err(QueryError::ForeignPosition);
        }
        let mut equal: Vec<String> = vec![];
        let mut alternatives = vec![];
        for (index, (column, value)) in self.0.iter().zip(after).enumerate() {
            let SortColumn { sql: name, nullable, .. } = *column;
            if value == SortValue::Null {
                if !nullable {
                    return Err(QueryError::ForeignPosition);
                }
                // Nulls are last: nothing comes after one, but what is equal in this and later in the next.
                equal.push(format!("{name} IS NULL"));
                continue;
            }
            let placeholder = column.kind.bind(sql, value)?;
            let later = column.direction.later();
            let or_null = if nullable { format!(" OR {name} IS NULL") } else { String::new() };
            let differs = format!("({name} {later} {placeholder}{or_null})");
            alternatives.push(equal.iter().cloned().chain([differs]).collect::<Vec<_>>().join(" AND "));
            if index == 0 && !nullable {
                // Implied by what follows, but this an index understands.
                conditions.push(format!("{name} {later}= {placeholder}"));
            }
            equal.push(format!("{name} = {placeholder}"));
        }
        conditions.push(format!("(({}))", alternatives.join(") OR (")));
        Ok(())
    }

    /// ` ORDER BY … LIMIT …`: one more than asked for, to know whether there is more.
    pub fn push_onto(&self, limit: u16, sql: &mut Sql) {
        let columns: Vec<_> = self
            .0
            .iter()
            .map(|column| {
                // A column that is never null has an index without a word on nulls.
                let words = if column.nullable { column.direction.words() } else { column.direction.plain() };
                format!("{} {words}", column.sql)
            })
            .collect();
        let limit = u32::from(limit.clamp(1, MAX_LIMIT)) + 1;
        sql.push(&format!(" ORDER BY {} LIMIT {limit}", columns.join(", ")));
    }

    /// The page that these rows are: [`Order::selected`] stands at their end.
    pub fn page<T>(&self, mut rows: Vec<Row>, limit: u16, view: impl Fn(&Row) -> T) -> Page<T> {
        let limit = usize::from(limit.clamp(1, MAX_LIMIT));
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|row| {
            let first = row.len() - self.0.len();
            let columns = self.0.iter().enumerate();
            columns.map(|(index, column)| column.kind.read(row, first + index)).collect()
        });
        Page { items: rows.iter().map(view).collect(), next }
    }
}
