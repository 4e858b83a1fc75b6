use axum::{Json, extract::State, response::Response};
use commands::people::{Assertion, ProofShown, TypedPassword};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{PasskeyRequest, second_step::one_of};
use crate::{
    answer::Written,
    app::App,
    openapi::{ActProblems, CreateProblems, Done, Idempotent},
    problem::{ApiError, Problem},
    request::{Body, Conditions, Enrolling, Visiting},
};

/// A proof of who you are: one of `password`, `code`, `recovery_code` and `passkey`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"password": "twelve or more characters"}))]
pub struct Reauthentication {
    /// Your password.
    #[schema(value_type = Option<String>, format = Password)]
    password: Option<TypedPassword>,
    /// Six digits of an authenticator app, good once.
    code: Option<String>,
    /// One of the recovery codes, good once.
    recovery_code: Option<String>,
    /// What `navigator.credentials.get` gave, as its `toJSON()` writes it.
    #[schema(value_type = Option<Object>)]
    passkey: Option<Box<Assertion>>,
}

/// Prove again who you are
///
/// For what answers 403 `reauthentication_required`.
#[utoipa::path(
    post,
    path = "/sessions/current/reauthentication",
    operation_id = "reauthenticate",
    tag = "Sessions",
    security(("access_token" = [])),
    params(Idempotent),
    request_body = Reauthentication,
    responses(
        Done,
        (status = 429, description = "Too many attempts: see `Retry-After`", body = Problem,
            content_type = "application/problem+json"),
        CreateProblems,
    ),
)]
pub async fn reauthenticate(
    State(app): State<App>,
    Enrolling(session): Enrolling,
    conditions: Conditions,
    body: Body<Reauthentication>,
) -> Result<Response, ApiError> {
    let person = session.somebody()?;
    let Reauthentication { password, code, recovery_code, passkey } = body.value;
    let proof = match (password, one_of(code, recovery_code, passkey)?) {
        (Some(password), None) => ProofShown::Password(password),
        (None, Some(factor)) => ProofShown::SecondFactor(factor),
        (Some(_), Some(_)) | (None, None) => {
            let detail = "expected one of password, code, recovery_code and passkey";
            return Err(ApiError::invalid_field("/password", "required", detail));
        }
    };
    // Without the body's digest: it would be a fast hash of a password, kept for a day.
    let request = conditions.wish(&app, &session, &[]).once();
    let receipt = app.desk.reauthenticate(person, &request, &proof).await?;
    Ok(Written::changed(&receipt).empty(app.visible(&session.log, &receipt).await))
}

/// Begin to prove again who you are, with a passkey
#[utoipa::path(
    post,
    path = "/sessions/current/reauthentication/options",
    operation_id = "beginReauthentication",
    tag = "Sessions",
    security(("access_token" = [])),
    responses((status = 200, description = "What to sign", body = PasskeyRequest), ActProblems),
)]
pub async fn reauthentication_options(
    State(app): State<App>,
    Enrolling(session): Enrolling,
    Visiting(visitor): Visiting,
) -> Result<Json<PasskeyRequest>, ApiError> {
    let options = app.desk.reauthentication_options(session.somebody()?, &visitor, &*app.random).await?;
    Ok(Json(PasskeyRequest::new(options.0)))
}
