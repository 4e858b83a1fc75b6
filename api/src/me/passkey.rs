use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use commands::people::Registration;
use domain::text::Name;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::NewFactorView;
use crate::{
    app::App,
    openapi::{ActProblems, CreateProblems, OnceOnly, schemas},
    problem::{ApiError, Problem},
    request::{Body, Conditions, Enrolling, Visiting},
};

/// What a browser makes a passkey with.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasskeyCreation {
    /// For `PublicKeyCredential.parseCreationOptionsFromJSON`, whose result `navigator.credentials.create` takes. Good
    /// for five minutes, once.
    #[serde(rename = "publicKey")]
    #[schema(value_type = Object)]
    public_key: Value,
}

/// Begin to add a passkey
///
/// It is made for the name of the host that is asked at: 409 `passkeys_unavailable` at an address.
#[utoipa::path(
    post,
    path = "/me/factors/passkeys/options",
    operation_id = "beginPasskey",
    tag = "Second factors",
    security(("access_token" = [])),
    responses((status = 200, description = "What the browser makes it with", body = PasskeyCreation), ActProblems),
)]
pub async fn new_passkey_options(
    State(app): State<App>,
    Enrolling(session): Enrolling,
    Visiting(visitor): Visiting,
) -> Result<Json<PasskeyCreation>, ApiError> {
    session.require_recent()?;
    let options = app.desk.passkey_options(session.somebody()?, &visitor, &*app.random).await?;
    Ok(Json(PasskeyCreation { public_key: options.0 }))
}

/// A passkey that was made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "My laptop", "passkey": {
    "id": "AAAA", "type": "public-key", "response": {"clientDataJSON": "e30", "attestationObject": "oA"},
}}))]
pub struct NewPasskeyBody {
    /// What you call it.
    #[schema(value_type = schemas::Name)]
    name: Name,
    /// What `navigator.credentials.create` gave, as its `toJSON()` writes it.
    #[schema(value_type = Object)]
    passkey: Registration,
}

/// Add a passkey
#[utoipa::path(
    post,
    path = "/me/factors/passkeys",
    operation_id = "addPasskey",
    tag = "Second factors",
    security(("access_token" = [])),
    params(OnceOnly),
    request_body = NewPasskeyBody,
    responses(
        (status = 201, description = "It counts from now on", body = NewFactorView),
        (status = 429, description = "Too many attempts: see `Retry-After`", body = Problem,
            content_type = "application/problem+json"),
        CreateProblems,
    ),
)]
pub async fn add_passkey(
    State(app): State<App>,
    Enrolling(session): Enrolling,
    conditions: Conditions,
    body: Body<NewPasskeyBody>,
) -> Result<Response, ApiError> {
    session.require_recent()?;
    let person = session.somebody()?;
    let NewPasskeyBody { name, passkey } = body.value;
    let request = conditions.wish(&app, &session, &body.digest).once();
    let added = app.desk.add_passkey(person, &request, &*app.random, (&name, &passkey)).await?;
    Ok((StatusCode::CREATED, Json(NewFactorView::from(added))).into_response())
}
