use axum::{extract::State, response::Response};
use commands::service_accounts::UpdateServiceAccount;
use domain::{
    RoleId,
    text::{Description, Name},
};
use projections::service_accounts::ServiceAccountView;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{answer, named};
use crate::{
    answer::Written,
    app::App,
    openapi::{ChangeProblems, Changed, Idempotent, IfMatch, ServiceAccountPath, schemas},
    problem::ApiError,
    request::{Body, Conditions, PathText, Session, not_null, nullable},
};

/// What is to change. A field that is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"role": "light_agent"}))]
pub struct ServiceAccountChanges {
    /// What it is called.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = schemas::Name, required = false)]
    name: Option<Name>,
    /// What it is for; null clears it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::Description>)]
    description: Option<Option<Description>>,
    /// What its keys may do at most: nothing that you may not, and never `owner`.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = schemas::ProgramRole, required = false)]
    role: Option<RoleId>,
    /// Whether its keys open: `false` closes all of them at once.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = bool, required = false)]
    active: Option<bool>,
}

/// Change a service account
///
/// Partial, like PATCH: what is left out stays as it is.
#[utoipa::path(
    put,
    path = "/service-accounts/{id}",
    operation_id = "updateServiceAccount",
    tag = "API keys",
    security(("api_key" = ["keys:write"])),
    params(
        ServiceAccountPath,
        IfMatch,
        Idempotent,
    ),
    request_body = ServiceAccountChanges,
    responses(Changed<ServiceAccountView>, ChangeProblems),
)]
pub async fn put_service_account(
    app: State<App>,
    session: Session,
    conditions: Conditions,
    id: PathText,
    body: Body<ServiceAccountChanges>,
) -> Result<Response, ApiError> {
    update(app, session, conditions, id, body).await
}

/// Change a service account
///
/// Partial: what is left out stays as it is. Another role holds for its keys at once.
#[utoipa::path(
    patch,
    path = "/service-accounts/{id}",
    operation_id = "patchServiceAccount",
    tag = "API keys",
    security(("api_key" = ["keys:write"])),
    params(
        ServiceAccountPath,
        IfMatch,
        Idempotent,
    ),
    request_body = ServiceAccountChanges,
    responses(Changed<ServiceAccountView>, ChangeProblems),
)]
pub async fn patch_service_account(
    app: State<App>,
    session: Session,
    conditions: Conditions,
    id: PathText,
    body: Body<ServiceAccountChanges>,
) -> Result<Response, ApiError> {
    update(app, session, conditions, id, body).await
}

async fn update(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    body: Body<ServiceAccountChanges>,
) -> Result<Response, ApiError> {
    session.require_recent()?;
    let request = conditions.wish(&app, &session, &body.digest);
    let ServiceAccountChanges { name, description, role, active } = body.value;
    let wish = UpdateServiceAccount { id: named(&id)?, name, description, role, active };
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    answer(&app, &session, &receipt, Written::changed(&receipt)).await
}
