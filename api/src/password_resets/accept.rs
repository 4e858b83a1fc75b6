use axum::{extract::State, http::StatusCode};
use commands::people::NewPassword;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    openapi::DoorProblems,
    problem::{ApiError, Problem},
    request::{Addressee, Body, Visiting},
};

/// Who sets another password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"tenant": "acme", "token": "…", "password": "twelve or more characters"}))]
pub struct ResetAcceptance {
    /// In whose world. It may be left out where `X-Tenant-ID` says so, or the request comes to a domain of the tenant.
    tenant: Option<String>,
    /// The token that was handed over.
    token: String,
    /// The password that is to count: any characters, but not one of the most common.
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 256)]
    password: NewPassword,
}

/// Set another password with a reset
///
/// Ends all sessions of the agent, and logs nobody in: log in with it at `POST /api/sessions`. A reset of another
/// tenant, or one that was used, replaced or has expired, is not found.
#[utoipa::path(
    post,
    path = "/password-resets/accept",
    operation_id = "acceptPasswordReset",
    extensions(("x-personal-data" = json!({"own": "who proved who they are is told their own name, and the audit trail has it"}))),
    tag = "Sessions",
    security(()),
    request_body = ResetAcceptance,
    responses(
        (status = 204, description = "The password counts from now on"),
        (status = 404, description = "There is no such reset, or not any more", body = Problem,
            content_type = "application/problem+json"),
        DoorProblems,
    ),
)]
pub async fn accept_password_reset(
    State(app): State<App>,
    Visiting(visitor): Visiting,
    addressee: Addressee,
    body: Body<ResetAcceptance>,
) -> Result<StatusCode, ApiError> {
    let ResetAcceptance { tenant, token, password } = body.value;
    let tenant = addressee.or_said(&app, tenant).await?;
    app.desk.reset_password(&tenant, &token, password, &visitor, &*app.random).await?;
    Ok(StatusCode::NO_CONTENT)
}
