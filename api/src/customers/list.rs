use axum::{extract::State, response::Response};
use commands::Permission;
use projections::customers::{self, CustomerView};

use crate::{
    answer::Paging,
    app::App,
    filter::customer_query,
    openapi::{Counted, CustomerTimes, Fresh, ListProblems, Listed, Paged},
    problem::ApiError,
    request::{Query, Session},
};

/// List customers
#[utoipa::path(
    get,
    path = "/customers",
    operation_id = "listCustomers",
    tag = "Customers",
    security(("api_key" = ["customers:read"])),
    params(
        Paged,
        ("sort" = Option<String>, Query, description = "`created_at`, `updated_at` or `name`; `-` in front: descending. `-created_at` by default", pattern = "^-?(created_at|updated_at|name)$"),
        ("q" = Option<String>, Query, description = "Words of the name or the address", min_length = 1),
        Counted,
        Fresh,
        ("filter[email]" = Option<String>, Query, description = "Exactly this address, whatever the case"),
        ("filter[external_id]" = Option<String>, Query, description = "The id in another system"),
        CustomerTimes,
    ),
    responses(Listed<CustomerView>, ListProblems),
)]
pub async fn list_customers(State(app): State<App>, session: Session, mut query: Query) -> Result<Response, ApiError> {
    session.require(Permission::CustomersRead)?;
    let paging = Paging::take(&app, &session, "customers", &mut query)?.fresh(&mut query)?.counted(&mut query)?;
    let wanted = customer_query(&mut query, &paging, session.restricted())?;
    query.finish()?;
    app.reach_list(&session.log, wanted.filter.text.as_ref(), paging.min_position).await?;
    let tx = session.log.begin().await?;
    let mut page = customers::list(&tx, &wanted).await?;
    page.items = page.items.into_iter().map(|customer| super::as_seen(&session, customer)).collect();
    let total = if paging.counted { Some(customers::count(&tx, &wanted.filter).await?) } else { None };
    tx.end();
    Ok(paging.answer(&app, page, total))
}
