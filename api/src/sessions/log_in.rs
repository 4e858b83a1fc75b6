use axum::{extract::State, response::Response};
use commands::people::{LogIn, TypedPassword};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Entered, Keeping, KeptAs};
use crate::{
    app::App,
    openapi::DoorProblems,
    problem::ApiError,
    request::{Addressee, Body, Visiting},
};

/// Who logs in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"tenant": "acme", "email": "eve@acme.com", "password": "twelve or more characters"}))]
pub struct Credentials {
    /// In whose world. It may be left out where `X-Tenant-ID` says so, or the request comes to a domain of the tenant.
    tenant: Option<String>,
    /// Their address, whatever its case.
    email: String,
    /// Their password.
    #[schema(value_type = String, format = Password)]
    password: TypedPassword,
}

/// Log in
///
/// Whatever is wrong (tenant, email, password, a deactivated agent), the answer is the same 401. Attempts are bounded
/// per email and per address: 429 says when to try again.
///
/// Whoever has a second factor gets 200 instead of 201, and finishes at `POST /api/sessions/mfa`.
#[utoipa::path(
    post,
    path = "/sessions",
    operation_id = "logIn",
    extensions(("x-personal-data" = json!({"own": "who proved who they are is told their own name, and the audit trail has it"}))),
    tag = "Sessions",
    security(()),
    params(KeptAs),
    request_body = Credentials,
    responses(Entered, DoorProblems),
)]
pub async fn log_in(
    State(app): State<App>,
    Visiting(visitor): Visiting,
    addressee: Addressee,
    keeping: Keeping,
    body: Body<Credentials>,
) -> Result<Response, ApiError> {
    let Credentials { tenant, email, password } = body.value;
    let tenant = addressee.or_said(&app, tenant).await?;
    let entry = app.desk.log_in(LogIn { tenant, email, password }, &visitor, &*app.random).await?;
    Ok(Entered::answer(entry, &keeping))
}
