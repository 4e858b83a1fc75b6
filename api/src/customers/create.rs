use axum::{extract::State, response::Response};
use commands::customers::CreateCustomer;
use domain::{
    CustomerId,
    customer::CreateCustomer as New,
    text::{Email, ExternalId, Name, Phone},
};
use projections::customers::CustomerView;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer;
use crate::{
    answer::Written,
    app::App,
    openapi::{CreateProblems, Created, Idempotent, schemas},
    problem::ApiError,
    request::{Body, Conditions, Session},
};

/// A new customer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "John Doe", "email": "john@company.com", "external_id": "CRM-42"}))]
pub struct NewCustomer {
    /// What they are called.
    #[schema(value_type = schemas::Name)]
    name: Name,
    /// Where they read mail; unique, whatever the case.
    #[schema(value_type = Option<schemas::Email>)]
    email: Option<Email>,
    /// Where they can be called.
    #[schema(value_type = Option<schemas::Phone>)]
    phone: Option<Phone>,
    /// Their id in your system, unique.
    #[schema(value_type = Option<schemas::ExternalId>)]
    external_id: Option<ExternalId>,
}

/// Create a customer
#[utoipa::path(
    post,
    path = "/customers",
    operation_id = "createCustomer",
    tag = "Customers",
    security(("api_key" = ["customers:write"])),
    params(Idempotent),
    request_body = NewCustomer,
    responses(Created<CustomerView>, CreateProblems),
)]
pub async fn create_customer(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    body: Body<NewCustomer>,
) -> Result<Response, ApiError> {
    let request = conditions.wish(&app, &session, &body.digest);
    let NewCustomer { name, email, phone, external_id } = body.value;
    let id = CustomerId::new(app.desk.store().ids().next());
    let wish = CreateCustomer(New { id, name, email, phone, external_id });
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    let location = format!("/api/customers/{}", receipt.outcome.id);
    answer(&app, &session, &receipt, Written::created(&receipt, location)).await
}
