//! Reads.

use domain::AgentId;
use event_store::{TenantTx, driver::types::Type};

use crate::{
    agents::{AgentView, view::COLUMNS},
    directory::{self, NamedSort},
    error::QueryError,
    page::{Direction, Page, SortValue},
    search::TextQuery,
    sql::{Conditions, Sql},
};

/// Which agents are meant: those that fit every field that is given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AgentFilter {
    /// This address, whatever its case.
    pub email: Option<String>,
    /// This id in another system.
    pub external_id: Option<String>,
    /// Found in name, address or external id.
    pub text: Option<TextQuery>,
    /// Whether they get work.
    pub active: Option<bool>,
}

/// A page of a list of agents.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentQuery {
    /// Which agents.
    pub filter: AgentFilter,
    /// In which order; equals are ordered by id.
    pub sort: (NamedSort, Direction),
    /// Where to go on: the `next` of the page before, under the same sort order.
    pub after: Option<Vec<SortValue>>,
    /// How many, 1 to [`MAX_LIMIT`](crate::MAX_LIMIT).
    pub limit: u16,
}

impl Default for AgentQuery {
    fn default() -> Self {
        Self { filter: AgentFilter::default(), sort: (NamedSort::Name, Direction::Ascending), after: None, limit: 25 }
    }
}

impl AgentFilter {
    fn conditions(&self, sql: &mut Sql) -> Conditions {
        let mut all = Conditions::default();
        directory::push_email(self.email.as_deref(), sql, &mut all);
        directory::push_equal("external_id", self.external_id.as_deref(), sql, &mut all);
        directory::push_text(self.text.as_ref(), AgentId::PREFIX, sql, &mut all);
        if let Some(active) = self.active {
            let active = sql.bind(active, Type::BOOL);
            all.push(format!("active = {active}"));
        }
        all
    }
}

/// One page of a list.
pub async fn list(tx: &TenantTx, query: &AgentQuery) -> Result<Page<AgentView>, QueryError> {
    let order = directory::order(query.sort);
    let mut sql = Sql::new(&format!("SELECT {COLUMNS}{} FROM agents", order.selected()));
    let mut conditions = query.filter.conditions(&mut sql);
    if let Some(after) = query.after.clone() {
        order.push_after(after, &mut sql, &mut conditions)?;
    }
    conditions.push_onto(&mut sql);
    order.push_onto(query.limit, &mut sql);
    Ok(order.page(sql.rows(tx).await?, query.limit, AgentView::from_row))
}

/// How many there are.
pub async fn count(tx: &TenantTx, filter: &AgentFilter) -> Result<u64, QueryError> {
    let mut sql = Sql::new("SELECT count(*) FROM agents");
    filter.conditions(&mut sql).push_onto(&mut sql);
    sql.count(tx).await
}

/// What names one agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentKey {
    /// `agt_…`
    Id(AgentId),
    /// Their id in another system.
    ExternalId(String),
}

/// One agent.
pub async fn get(tx: &TenantTx, key: &AgentKey) -> Result<Option<AgentView>, QueryError> {
    let (column, value) = match key {
        AgentKey::Id(id) => ("id", id.to_string()),
        AgentKey::ExternalId(id) => ("external_id", id.clone()),
    };
    let sql = format!("SELECT {COLUMNS} FROM agents WHERE {column} = $1 ORDER BY id LIMIT 1");
    let row = tx.query_opt(&tx.statement(&sql).await?, &[&value]).await?;
    Ok(row.as_ref().map(AgentView::from_row))
}
