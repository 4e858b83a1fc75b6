use axum::{Json, extract::State, http::StatusCode, response::Response};
use commands::people::Assertion;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Keeping, KeptAs, Tokens};
use crate::{
    app::App,
    openapi::DoorProblems,
    problem::ApiError,
    request::{Addressee, Body, Visiting},
};

/// What a browser is asked to sign with a passkey.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasskeyRequest {
    /// For `PublicKeyCredential.parseRequestOptionsFromJSON`, whose result `navigator.credentials.get` takes. Good for
    /// five minutes, once.
    #[serde(rename = "publicKey")]
    #[schema(value_type = Object)]
    public_key: Value,
}

impl PasskeyRequest {
    /// As the write side gives it.
    pub fn new(public_key: Value) -> Self {
        Self { public_key }
    }
}

/// Where somebody is to log in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"tenant": "acme"}))]
pub struct PasskeyWish {
    /// In whose world. It may be left out where `X-Tenant-ID` says so, or the request comes to a domain of the tenant.
    tenant: Option<String>,
}

/// Begin a log-in with a passkey
///
/// Passkeys are bound to the name of the host that is asked at: 409 `passkeys_unavailable` at an address.
#[utoipa::path(
    post,
    path = "/sessions/passkey/options",
    operation_id = "beginPasskeyLogIn",
    extensions(("x-personal-data" = json!({"none": "a challenge, the same whoever asks"}))),
    tag = "Sessions",
    security(()),
    request_body = PasskeyWish,
    responses((status = 200, description = "What to sign", body = PasskeyRequest), DoorProblems),
)]
pub async fn passkey_options(
    State(app): State<App>,
    Visiting(visitor): Visiting,
    addressee: Addressee,
    body: Body<PasskeyWish>,
) -> Result<Json<PasskeyRequest>, ApiError> {
    let tenant = addressee.or_said(&app, body.value.tenant).await?;
    let options = app.desk.passkey_log_in_options(&tenant, &visitor, &*app.random).await?;
    Ok(Json(PasskeyRequest::new(options.0)))
}

/// A passkey that was used.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"tenant": "acme", "passkey": {
    "id": "AAAA", "type": "public-key",
    "response": {"clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AAAA", "userHandle": "AAAA"},
}}))]
pub struct PasskeyLogIn {
    /// In whose world. It may be left out where `X-Tenant-ID` says so, or the request comes to a domain of the tenant.
    tenant: Option<String>,
    /// What `navigator.credentials.get` gave, as its `toJSON()` writes it.
    #[schema(value_type = Object)]
    passkey: Assertion,
}

/// Log in with a passkey
///
/// Without a password: a passkey that has verified its user is two factors by itself. Whatever is wrong, the answer is
/// the same 401.
#[utoipa::path(
    post,
    path = "/sessions/passkey",
    operation_id = "logInWithPasskey",
    extensions(("x-personal-data" = json!({"own": "who proved who they are is told their own name, and the audit trail has it"}))),
    tag = "Sessions",
    security(()),
    params(KeptAs),
    request_body = PasskeyLogIn,
    responses((status = 201, description = "Logged in", body = Tokens), DoorProblems),
)]
pub async fn log_in_with_passkey(
    State(app): State<App>,
    Visiting(visitor): Visiting,
    addressee: Addressee,
    keeping: Keeping,
    body: Body<PasskeyLogIn>,
) -> Result<Response, ApiError> {
    let PasskeyLogIn { tenant, passkey } = body.value;
    let tenant = addressee.or_said(&app, tenant).await?;
    let let_in = app.desk.log_in_with_passkey(&tenant, &passkey, &visitor, &*app.random).await?;
    Ok(Tokens::answer(StatusCode::CREATED, let_in, &keeping))
}
