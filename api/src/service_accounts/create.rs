use axum::{extract::State, response::Response};
use commands::service_accounts::CreateServiceAccount;
use domain::{
    RoleId, ServiceAccountId,
    text::{Description, Name},
};
use projections::service_accounts::ServiceAccountView;
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

/// A new service account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "CRM", "description": "Copies customers over", "role": "agent"}))]
pub struct NewServiceAccount {
    /// What it is called.
    #[schema(value_type = schemas::Name)]
    name: Name,
    /// What it is for.
    #[schema(value_type = Option<schemas::Description>)]
    description: Option<Description>,
    /// What its keys may do at most: nothing that you may not, and never `owner`.
    #[schema(value_type = schemas::ProgramRole)]
    role: RoleId,
}

/// Create a service account
///
/// It opens nothing by itself: make a key that is its own with `POST /api/keys`.
#[utoipa::path(
    post,
    path = "/service-accounts",
    operation_id = "createServiceAccount",
    tag = "API keys",
    security(("api_key" = ["keys:write"])),
    params(Idempotent),
    request_body = NewServiceAccount,
    responses(Created<ServiceAccountView>, CreateProblems),
)]
pub async fn create_service_account(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    body: Body<NewServiceAccount>,
) -> Result<Response, ApiError> {
    session.require_recent()?;
    let request = conditions.wish(&app, &session, &body.digest);
    let id = ServiceAccountId::new(app.desk.store().ids().next());
    let NewServiceAccount { name, description, role } = body.value;
    let wish = CreateServiceAccount { id, name, description, role };
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    let location = format!("/api/service-accounts/{}", receipt.outcome.id);
    answer(&app, &session, &receipt, Written::created(&receipt, location)).await
}
