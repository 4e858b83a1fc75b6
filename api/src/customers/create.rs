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
    openapi::WriteProblems,
    problem::ApiError,
    request::{Body, Conditions, Session},
};

/// A new customer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCustomer {
    /// What they are called.
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "John Doe")]
    name: Name,
    /// Where they read mail; unique, whatever the case.
    #[schema(value_type = Option<String>, format = "email", max_length = 254, example = "john@company.com")]
    email: Option<Email>,
    /// Where they can be called.
    #[schema(value_type = Option<String>, max_length = 50)]
    phone: Option<Phone>,
    /// Their id in your system, unique.
    #[schema(value_type = Option<String>, max_length = 200)]
    external_id: Option<ExternalId>,
}

/// Create a customer
#[utoipa::path(
    post,
    path = "/customers",
    operation_id = "createCustomer",
    tag = "Customers",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless for 24 hours", max_length = 255)),
    request_body = NewCustomer,
    responses((status = 201, description = "The customer", body = CustomerView), WriteProblems),
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
