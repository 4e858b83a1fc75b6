//! Reads.

use domain::CustomerId;
use event_store::TenantTx;

use crate::{
    customers::{CustomerView, view::COLUMNS},
    directory::{self, NamedSort},
    error::QueryError,
    page::{Direction, Page, SortValue, TimeRange},
    scope::Restricted,
    search::TextQuery,
    sql::{Conditions, Sql},
};

/// Which customers are meant: those that fit every field that is given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CustomerFilter {
    /// This address, whatever its case.
    pub email: Option<String>,
    /// This id in another system.
    pub external_id: Option<String>,
    /// Found in name, address, telephone number or external id.
    pub text: Option<TextQuery>,
    /// Whether those are found by what they are called whose data are restricted.
    pub restricted: Restricted,
    /// When they became known.
    pub created_at: TimeRange,
    /// When anything of theirs last changed.
    pub updated_at: TimeRange,
}

/// A page of a list of customers.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomerQuery {
    /// Which customers.
    pub filter: CustomerFilter,
    /// In which order; equals are ordered by id.
    pub sort: (NamedSort, Direction),
    /// Where to go on: the `next` of the page before, under the same sort order.
    pub after: Option<Vec<SortValue>>,
    /// How many, 1 to [`MAX_LIMIT`](crate::MAX_LIMIT).
    pub limit: u16,
}

impl Default for CustomerQuery {
    fn default() -> Self {
        Self {
            filter: CustomerFilter::default(),
            sort: (NamedSort::CreatedAt, Direction::Descending),
            after: None,
            limit: 25,
        }
    }
}

impl CustomerFilter {
    fn conditions(&self, sql: &mut Sql) -> Conditions {
        let mut all = Conditions::default();
        directory::push_email(self.email.as_deref(), sql, &mut all);
        directory::push_equal("external_id", self.external_id.as_deref(), sql, &mut all);
        directory::push_text(self.text.as_ref(), CustomerId::PREFIX, sql, &mut all);
        let by_field = self.email.is_some() || self.external_id.is_some() || self.text.is_some();
        if by_field && self.restricted == Restricted::Hidden {
            all.push("restricted_at IS NULL".to_owned());
        }
        self.created_at.push_onto("created_at", sql, &mut all);
        self.updated_at.push_onto("updated_at", sql, &mut all);
        all
    }
}

/// One page of a list.
pub async fn list(tx: &TenantTx, query: &CustomerQuery) -> Result<Page<CustomerView>, QueryError> {
    let order = directory::order(query.sort);
    let mut sql = Sql::new(&format!("SELECT {COLUMNS}{} FROM customers", order.selected()));
    let mut conditions = query.filter.conditions(&mut sql);
    if query.sort.0 == NamedSort::Name && query.filter.restricted == Restricted::Hidden {
        conditions.push("restricted_at IS NULL".to_owned());
    }
    if let Some(after) = query.after.clone() {
        order.push_after(after, &mut sql, &mut conditions)?;
    }
    conditions.push_onto(&mut sql);
    order.push_onto(query.limit, &mut sql);
    Ok(order.page(sql.rows(tx).await?, query.limit, CustomerView::from_row))
}

/// How many there are.
pub async fn count(tx: &TenantTx, filter: &CustomerFilter) -> Result<u64, QueryError> {
    let mut sql = Sql::new("SELECT count(*) FROM customers");
    filter.conditions(&mut sql).push_onto(&mut sql);
    sql.count(tx).await
}

/// What names one customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustomerKey {
    /// `cus_…`
    Id(CustomerId),
    /// Their id in another system.
    ExternalId(String),
}

/// One customer.
pub async fn get(tx: &TenantTx, key: &CustomerKey) -> Result<Option<CustomerView>, QueryError> {
    let (column, value) = match key {
        CustomerKey::Id(id) => ("id", id.to_string()),
        CustomerKey::ExternalId(id) => ("external_id", id.clone()),
    };
    let sql = format!("SELECT {COLUMNS} FROM customers WHERE {column} = $1 ORDER BY id LIMIT 1");
    let row = tx.query_opt(&tx.statement(&sql).await?, &[&value]).await?;
    Ok(row.as_ref().map(CustomerView::from_row))
}
