//! Reads.

use domain::TeamId;
use event_store::{TenantTx, driver::types::Type};

use crate::{
    directory::{self, NamedSort},
    error::QueryError,
    page::{Direction, Page, SortValue},
    sql::{Conditions, Sql},
    teams::{TeamView, view::COLUMNS},
};

/// A page of a list of teams.
#[derive(Clone, Debug, PartialEq)]
pub struct TeamQuery {
    /// Only teams that this agent is in.
    pub member_id: Option<String>,
    /// In which order; equals are ordered by id.
    pub sort: (NamedSort, Direction),
    /// Where to go on: the `next` of the page before, under the same sort order.
    pub after: Option<Vec<SortValue>>,
    /// How many, 1 to [`MAX_LIMIT`](crate::MAX_LIMIT).
    pub limit: u16,
}

impl Default for TeamQuery {
    fn default() -> Self {
        Self { member_id: None, sort: (NamedSort::Name, Direction::Ascending), after: None, limit: 25 }
    }
}

impl TeamQuery {
    fn conditions(&self, sql: &mut Sql) -> Conditions {
        let mut all = Conditions::default();
        if let Some(member) = &self.member_id {
            let members = sql.bind(vec![member.clone()], Type::TEXT_ARRAY);
            all.push(format!("member_ids @> {members}"));
        }
        all
    }
}

/// One page of a list.
pub async fn list(tx: &TenantTx, query: &TeamQuery) -> Result<Page<TeamView>, QueryError> {
    let order = directory::order(query.sort);
    let mut sql = Sql::new(&format!("SELECT {COLUMNS}{} FROM teams", order.selected()));
    let mut conditions = query.conditions(&mut sql);
    if let Some(after) = query.after.clone() {
        order.push_after(after, &mut sql, &mut conditions)?;
    }
    conditions.push_onto(&mut sql);
    order.push_onto(query.limit, &mut sql);
    Ok(order.page(sql.rows(tx).await?, query.limit, TeamView::from_row))
}

/// One team.
pub async fn get(tx: &TenantTx, id: TeamId) -> Result<Option<TeamView>, QueryError> {
    let sql = format!("SELECT {COLUMNS} FROM teams WHERE id = $1");
    let row = tx.query_opt(&tx.statement(&sql).await?, &[&id.to_string()]).await?;
    Ok(row.as_ref().map(TeamView::from_row))
}

/// How many the whole list has.
pub async fn count(tx: &TenantTx, query: &TeamQuery) -> Result<u64, QueryError> {
    let mut sql = Sql::new("SELECT count(*) FROM teams");
    query.conditions(&mut sql).push_onto(&mut sql);
    sql.count(tx).await
}
