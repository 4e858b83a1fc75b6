use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use commands::people::NewTotp;
use domain::text::Name;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::NewFactorView;
use crate::{
    app::App,
    openapi::{ActProblems, CreateProblems, OnceOnly, schemas},
    problem::{ApiError, Problem},
    request::{Body, Conditions, Enrolling},
};

/// What an authenticator app is set up with.
#[derive(Debug, Serialize, ToSchema)]
pub struct TotpOptionsView {
    /// To be typed into the app (base32).
    #[schema(example = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    secret: String,
    /// The same, for a QR code or a link.
    #[schema(example = "otpauth://totp/acme:eve%40acme.com?secret=…")]
    otpauth_uri: String,
    /// Send it back with the first code, within half an hour.
    enrolment: String,
}

/// Begin to add an authenticator app
///
/// Nothing counts until the app's first code comes back.
#[utoipa::path(
    post,
    path = "/me/factors/totp/options",
    operation_id = "beginTotp",
    tag = "Second factors",
    security(("access_token" = [])),
    responses((status = 200, description = "What the app is set up with", body = TotpOptionsView), ActProblems),
)]
pub async fn totp_options(
    State(app): State<App>,
    Enrolling(session): Enrolling,
) -> Result<Json<TotpOptionsView>, ApiError> {
    session.require_recent()?;
    let options = app.desk.totp_options(session.somebody()?, &*app.random).await?;
    let (secret, otpauth_uri, enrolment) = (options.seed.base32(), options.uri, options.enrolment);
    Ok(Json(TotpOptionsView { secret, otpauth_uri, enrolment }))
}

/// An authenticator app that was set up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"enrolment": "…", "code": "123456", "name": "My phone"}))]
pub struct NewTotpBody {
    /// As it was given.
    enrolment: String,
    /// The six digits that the app shows.
    code: String,
    /// What you call it.
    #[schema(value_type = schemas::Name)]
    name: Name,
}

/// Add an authenticator app
#[utoipa::path(
    post,
    path = "/me/factors/totp",
    operation_id = "addTotp",
    tag = "Second factors",
    security(("access_token" = [])),
    params(OnceOnly),
    request_body = NewTotpBody,
    responses(
        (status = 201, description = "It counts from now on", body = NewFactorView),
        (status = 429, description = "Too many attempts: see `Retry-After`", body = Problem,
            content_type = "application/problem+json"),
        CreateProblems,
    ),
)]
pub async fn add_totp(
    State(app): State<App>,
    Enrolling(session): Enrolling,
    conditions: Conditions,
    body: Body<NewTotpBody>,
) -> Result<Response, ApiError> {
    session.require_recent()?;
    let person = session.somebody()?;
    let NewTotpBody { enrolment, code, name } = body.value;
    let request = conditions.wish(&app, &session, &body.digest).once();
    let added = app.desk.add_totp(person, &request, &*app.random, &NewTotp { enrolment, code, name }).await?;
    Ok((StatusCode::CREATED, Json(NewFactorView::from(added))).into_response())
}
