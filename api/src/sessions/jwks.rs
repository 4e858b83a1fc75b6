use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use commands::people::PublicKey;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{app::App, openapi::OpenProblems, problem::ApiError};

/// A public key (RFC 7517, RFC 8037).
#[derive(Debug, Serialize, ToSchema)]
pub struct Jwk {
    /// Always `OKP`.
    kty: &'static str,
    /// Always `Ed25519`.
    crv: &'static str,
    /// Always `sig`.
    r#use: &'static str,
    /// Always `EdDSA`.
    alg: &'static str,
    /// The `kid` of the tokens that it verifies.
    kid: String,
    /// The key, in base64url.
    x: String,
}

/// A key set (RFC 7517).
#[derive(Debug, Serialize, ToSchema)]
pub struct KeySet {
    /// The keys whose signatures count, also those that will sign only later.
    keys: Vec<Jwk>,
}

impl From<PublicKey> for Jwk {
    fn from(PublicKey { kid, x, .. }: PublicKey) -> Self {
        Self { kty: "OKP", crv: "Ed25519", r#use: "sig", alg: "EdDSA", kid, x }
    }
}

/// The public keys of access tokens
///
/// For services of yours that are shown one. A new key is published ten minutes before it signs.
#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    operation_id = "keySet",
    extensions(("x-personal-data" = json!({"none": "public keys"}))),
    tag = "Sessions",
    security(()),
    responses(
        (status = 200, description = "The key set; cache it for five minutes", body = KeySet),
        OpenProblems,
    ),
)]
pub async fn key_set(State(app): State<App>) -> Result<Response, ApiError> {
    let keys = app.desk.public_keys().await?.into_iter().map(Jwk::from).collect();
    let headers = [(header::CACHE_CONTROL, "public, max-age=300"), (header::VARY, "Accept")];
    Ok((headers, Json(KeySet { keys })).into_response())
}
