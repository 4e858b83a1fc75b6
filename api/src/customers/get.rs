use axum::{extract::State, response::Response};
use commands::Permission;
use projections::customers::CustomerView;

use super::find;
use crate::{
    answer::shown,
    app::App,
    openapi::ClientProblems,
    problem::ApiError,
    request::{Conditions, PathText, Query, Session, customer_ref},
};

/// Get a customer
#[utoipa::path(
    get,
    path = "/customers/{id}",
    operation_id = "getCustomer",
    tag = "Customers",
    params(
        ("id" = String, Path, description = "`cus_…` or `external:` and their id in your system"),
        ("min_position" = Option<u64>, Query, description = "Answer only once the lists have come to this position of the log"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` that you have: 304 when it is still so"),
    ),
    responses(
        (status = 200, description = "The customer", body = CustomerView),
        (status = 304, description = "It is as you have it"),
        ClientProblems,
    ),
)]
pub async fn get_customer(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::CustomersRead)?;
    let min_position = query.parsed("min_position")?;
    query.finish()?;
    app.reach(&session.log, min_position).await?;
    Ok(shown(&find(&session, &customer_ref(&id)?).await?, &conditions))
}
