//! Reads.

use std::{collections::HashSet, sync::LazyLock};

use domain::{TicketId, TicketNumber};
use event_store::{
    Log, TenantTx,
    driver::types::{ToSql, Type},
};

use crate::{
    error::QueryError,
    page::Page,
    scope::Scope,
    sql::{Conditions, Sql, signed},
    tickets::{TicketFilter, TicketQuery, TicketView, view::SELECT},
};

/// One page of a list. There is no end to how far one can go.
pub async fn list(tx: &TenantTx, scope: &Scope, query: &TicketQuery) -> Result<Page<TicketView>, QueryError> {
    let order = query.order()?;
    let mut sql = Sql::new(SELECT);
    sql.push(&order.selected());
    sql.push(" FROM tickets t");
    let mut conditions = query.filter.conditions(&mut sql);
    scope.push_onto(&mut sql, &mut conditions);
    if let Some(after) = query.after.clone() {
        order.push_after(after, &mut sql, &mut conditions)?;
    }
    conditions.push_onto(&mut sql);
    order.push_onto(query.limit, &mut sql);
    Ok(order.page(sql.rows(tx).await?, query.limit, TicketView::from_row))
}

/// How many there are.
pub async fn count(tx: &TenantTx, scope: &Scope, filter: &TicketFilter) -> Result<u64, QueryError> {
    let mut sql = Sql::new("SELECT count(*) FROM tickets t");
    let mut conditions = filter.conditions(&mut sql);
    scope.push_onto(&mut sql, &mut conditions);
    conditions.push_onto(&mut sql);
    sql.count(tx).await
}

/// How many are counted where nobody needs to know exactly.
pub const MAX_COUNT: u16 = 1000;

/// How many there are, up to so many, and whether there are more: it costs no more than a page of that size.
pub async fn count_some(
    tx: &TenantTx,
    scope: &Scope,
    filter: &TicketFilter,
    most: u16,
) -> Result<(u64, bool), QueryError> {
    let mut sql = Sql::new("SELECT count(*) FROM (SELECT FROM tickets t");
    let mut conditions = filter.conditions(&mut sql);
    scope.push_onto(&mut sql, &mut conditions);
    conditions.push_onto(&mut sql);
    sql.push(&format!(" LIMIT {}) found", u32::from(most) + 1));
    let (count, most) = (sql.count(tx).await?, u64::from(most));
    Ok((count.min(most), count > most))
}

/// What names one ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TicketKey {
    /// `tkt_…`
    Id(TicketId),
    /// T-001
    Number(TicketNumber),
    /// Its id in another system.
    ExternalId(String),
}

/// One ticket, also a deleted one. If two share an external id, the newer.
pub async fn get(tx: &TenantTx, scope: &Scope, key: &TicketKey) -> Result<Option<TicketView>, QueryError> {
    let (condition, value): (_, Box<dyn ToSql + Sync + Send>) = match key {
        TicketKey::Id(id) => ("t.id = $1", Box::new(id.to_string())),
        TicketKey::Number(number) => ("t.number = $1", Box::new(signed(number.0))),
        TicketKey::ExternalId(id) => ("t.external_id = $1", Box::new(id.clone())),
    };
    let mut values: Vec<&(dyn ToSql + Sync)> = vec![&*value];
    let (conditions, principal) = scope.prepared("$2");
    let within = conditions.iter().fold(String::new(), |within, condition| within + " AND " + condition);
    if let Some(principal) = principal {
        values.push(principal);
    }
    let sql = format!("{SELECT} FROM tickets t WHERE {condition}{within} ORDER BY t.number DESC LIMIT 1");
    let row = tx.query_opt(&tx.statement(&sql).await?, &values).await?;
    Ok(row.as_ref().map(TicketView::from_row))
}

/// As [`get`]. Whoever may see every ticket asks together with others who ask at the same time.
pub async fn find(log: &Log, scope: &Scope, key: &TicketKey) -> Result<Option<TicketView>, QueryError> {
    if !scope.is_all() {
        let tx = log.begin().await?;
        let ticket = get(&tx, scope, key).await?;
        tx.end();
        return Ok(ticket);
    }
    let (sql, key) = match key {
        TicketKey::Id(id) => (&BY_ID, id.to_string()),
        TicketKey::Number(number) => (&BY_NUMBER, signed(number.0).to_string()),
        TicketKey::ExternalId(id) => (&BY_EXTERNAL_ID, id.clone()),
    };
    Ok(log.look_up(sql, key).await?.map(|row| TicketView::from_row(&row)))
}

static BY_ID: LazyLock<String> = LazyLock::new(|| by("t.id = asked.key"));
static BY_NUMBER: LazyLock<String> = LazyLock::new(|| by("t.number = asked.key::bigint"));
static BY_EXTERNAL_ID: LazyLock<String> = LazyLock::new(|| by("t.external_id = asked.key"));

/// For [`Log::look_up`].
fn by(condition: &str) -> String {
    format!(
        "SELECT asked.place, found.* FROM unnest($1::text[]) WITH ORDINALITY AS asked (key, place), \
         LATERAL ({SELECT} FROM tickets t WHERE {condition} ORDER BY t.number DESC LIMIT 1) found"
    )
}

/// Which of these tickets somebody may see; none: all of them.
pub(crate) async fn seen(
    tx: &TenantTx,
    scope: &Scope,
    ids: Vec<String>,
) -> Result<Option<HashSet<String>>, QueryError> {
    if scope.is_all() {
        return Ok(None);
    }
    let mut sql = Sql::new("SELECT t.id FROM tickets t");
    let mut conditions = Conditions::default();
    let ids = sql.bind(ids, Type::TEXT_ARRAY);
    conditions.push(format!("t.id = ANY({ids})"));
    scope.push_onto(&mut sql, &mut conditions);
    conditions.push_onto(&mut sql);
    Ok(Some(sql.rows(tx).await?.iter().map(|row| row.get(0)).collect()))
}
