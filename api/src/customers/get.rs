use axum::{extract::State, response::Response};
use commands::Permission;
use projections::customers::CustomerView;

use super::find;
use crate::{
    answer::shown,
    app::App,
    openapi::{CustomerPath, Fresh, IfNoneMatch, ReadProblems, Shown},
    problem::ApiError,
    request::{Conditions, PathText, Query, Session, customer_ref},
};

/// Get a customer
#[utoipa::path(
    get,
    path = "/customers/{id}",
    operation_id = "getCustomer",
    tag = "Customers",
    security(("api_key" = ["customers:read"])),
    params(
        CustomerPath,
        Fresh,
        IfNoneMatch,
    ),
    responses(Shown<CustomerView>, ReadProblems),
)]
pub async fn get_customer(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::CustomersRead)?;
    let min_position = query.position("min_position")?;
    query.finish()?;
    app.reach(&session.log, min_position).await?;
    Ok(shown(&find(&session, &customer_ref(&id)?).await?, &conditions))
}
