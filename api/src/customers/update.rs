use axum::{extract::State, response::Response};
use commands::customers::{CustomerPatch, UpdateCustomer, UpsertCustomer};
use domain::{
    CustomerId,
    text::{Email, ExternalId, Name, Phone},
};
use projections::customers::CustomerView;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer;
use crate::{
    answer::Written,
    app::App,
    openapi::{ChangeProblems, Changed, Created, CustomerPath, Idempotent, IfMatch, schemas},
    problem::ApiError,
    request::{Body, Conditions, Named, PathText, Session, customer_ref, nullable},
};

/// What is to change. A field that is left out stays; null clears it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "John Roe", "phone": "+1 555 0100"}))]
pub struct CustomerChanges {
    /// What they are called.
    #[schema(value_type = Option<schemas::Name>)]
    name: Option<Name>,
    /// Where they read mail; null clears it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::Email>)]
    email: Option<Option<Email>>,
    /// Where they can be called; null clears it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::Phone>)]
    phone: Option<Option<Phone>>,
    /// Their id in your system; null clears it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::ExternalId>)]
    external_id: Option<Option<ExternalId>>,
}

/// Change a customer, or create the one of an external id
///
/// Partial, like PATCH. Under `external:ID` it creates the customer when there is none yet: 201.
#[utoipa::path(
    put,
    path = "/customers/{id}",
    operation_id = "updateCustomer",
    tag = "Customers",
    security(("api_key" = ["customers:write"])),
    params(
        CustomerPath,
        IfMatch,
        Idempotent,
    ),
    request_body = CustomerChanges,
    responses(Created<CustomerView>, Changed<CustomerView>, ChangeProblems),
)]
pub async fn put_customer(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    body: Body<CustomerChanges>,
) -> Result<Response, ApiError> {
    let external_id = match customer_ref(&id)? {
        Named::Id(id) => return change(&app, &session, &conditions, id, body).await,
        Named::External(text) => ExternalId::try_new(text).map_err(|_| ApiError::not_found("customer"))?,
    };
    let request = conditions.wish(&app, &session, &body.digest);
    let new_id = CustomerId::new(app.desk.store().ids().next());
    let wish = UpsertCustomer { external_id, new_id, patch: body.value.into() };
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    // Its first event is its creation: whatever comes later is a change.
    let written = if receipt.changed && receipt.outcome.version == 1 {
        Written::created(&receipt, format!("/api/customers/{}", receipt.outcome.id))
    } else {
        Written::changed(&receipt)
    };
    answer(&app, &session, &receipt, written).await
}

/// Change a customer
///
/// Partial: what is left out stays as it is.
#[utoipa::path(
    patch,
    path = "/customers/{id}",
    operation_id = "patchCustomer",
    tag = "Customers",
    security(("api_key" = ["customers:write"])),
    params(
        CustomerPath,
        IfMatch,
        Idempotent,
    ),
    request_body = CustomerChanges,
    responses(Changed<CustomerView>, ChangeProblems),
)]
pub async fn patch_customer(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    body: Body<CustomerChanges>,
) -> Result<Response, ApiError> {
    let id = super::resolve(&session, &id).await?;
    change(&app, &session, &conditions, id, body).await
}

async fn change(
    app: &App,
    session: &Session,
    conditions: &Conditions,
    id: CustomerId,
    body: Body<CustomerChanges>,
) -> Result<Response, ApiError> {
    let request = conditions.wish(app, session, &body.digest);
    let wish = UpdateCustomer { id, patch: body.value.into() };
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    answer(app, session, &receipt, Written::changed(&receipt)).await
}

impl From<CustomerChanges> for CustomerPatch {
    fn from(changes: CustomerChanges) -> Self {
        let CustomerChanges { name, email, phone, external_id } = changes;
        Self { name, email, phone, external_id }
    }
}
