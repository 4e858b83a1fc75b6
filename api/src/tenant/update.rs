use axum::{extract::State, response::Response};
use projections::tenant::TenantView;

use super::{answer, wish::TenantBody};
use crate::{
    app::App,
    openapi::{ChangeProblems, Changed, Idempotent, IfMatch},
    problem::ApiError,
    request::{Body, Conditions, Session},
};

/// Change the tenant
///
/// Partial, like PATCH: what is left out stays as it is, and null clears.
#[utoipa::path(
    put,
    path = "/tenant",
    operation_id = "updateTenant",
    tag = "Tenant",
    security(("api_key" = ["settings:write"])),
    params(
        IfMatch,
        Idempotent,
    ),
    request_body = TenantBody,
    responses(Changed<TenantView>, ChangeProblems),
)]
pub async fn put_tenant(
    app: State<App>,
    session: Session,
    conditions: Conditions,
    body: Body<TenantBody>,
) -> Result<Response, ApiError> {
    update(app, session, conditions, body).await
}

/// Change the tenant
///
/// Partial: what is left out stays as it is, and null clears. A domain that was given up is free for others after ten
/// minutes at the earliest.
#[utoipa::path(
    patch,
    path = "/tenant",
    operation_id = "patchTenant",
    tag = "Tenant",
    security(("api_key" = ["settings:write"])),
    params(
        IfMatch,
        Idempotent,
    ),
    request_body = TenantBody,
    responses(Changed<TenantView>, ChangeProblems),
)]
pub async fn patch_tenant(
    app: State<App>,
    session: Session,
    conditions: Conditions,
    body: Body<TenantBody>,
) -> Result<Response, ApiError> {
    update(app, session, conditions, body).await
}

async fn update(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    body: Body<TenantBody>,
) -> Result<Response, ApiError> {
    let request = conditions.wish(&app, &session, &body.digest);
    let changes = body.value.changes(session.log.tenant(), &app.own_domain)?;
    let receipt = app.desk.update_tenant(&session.log, &request, &changes).await?;
    answer(&app, &session, &receipt).await
}
