//! SQL that is put together while it runs: text is always ours, and every value is bound.

use event_store::{
    TenantTx,
    driver::{
        Row,
        types::{ToSql, Type},
    },
};

use crate::error::QueryError;

pub(crate) use event_store::{signed, unsigned};

/// A statement under construction, with its values.
#[derive(Debug, Default)]
pub struct Sql {
    text: String,
    values: Vec<(Box<dyn ToSql + Sync + Send>, Type)>,
}

impl Sql {
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), values: vec![] }
    }

    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Puts `text` in front of what is there.
    pub fn insert(&mut self, text: &str) {
        self.text.insert_str(0, text);
    }

    /// Binds `value`; gives the placeholder that stands for it.
    pub fn bind(&mut self, value: impl ToSql + Sync + Send + 'static, kind: Type) -> String {
        self.values.push((Box::new(value), kind));
        format!("${}", self.values.len())
    }

    /// One round trip, not prepared: texts put together while running would fill every connection's cache.
    pub async fn rows(&self, tx: &TenantTx) -> Result<Vec<Row>, QueryError> {
        let values: Vec<(&(dyn ToSql + Sync), Type)> =
            self.values.iter().map(|(value, kind)| (&**value as &(dyn ToSql + Sync), kind.clone())).collect();
        Ok(tx.query_typed(&self.text, &values).await?)
    }

    /// The one number that the statement asks for.
    pub async fn count(&self, tx: &TenantTx) -> Result<u64, QueryError> {
        let rows = self.rows(tx).await?;
        Ok(rows.first().map_or(0, |row| unsigned(row.get(0))))
    }
}

/// Conditions that all must hold.
#[derive(Default)]
pub(crate) struct Conditions(Vec<String>);

impl Conditions {
    pub fn push(&mut self, condition: String) {
        self.0.push(condition);
    }

    /// ` WHERE …`, unless there is nothing to hold.
    pub fn text(&self) -> String {
        if self.0.is_empty() { String::new() } else { format!(" WHERE {}", self.0.join(" AND ")) }
    }

    /// Adds it to `sql`.
    pub fn push_onto(self, sql: &mut Sql) {
        sql.push(&self.text());
    }
}
