//! `/api/keys`: what programs get in with.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use commands::{
    CommandError, Permission, Permissions,
    api_keys::{KeyGrant, KeyRecord},
};
use domain::{ApiKeyId, text::Name};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    openapi::{ActProblems, CreateProblems, Idempotent, ListProblems, OnceOnly, schemas},
    problem::ApiError,
    request::{Body, Conditions, PathText, Query, Session},
};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_keys, create_key)).routes(routes!(revoke_key))
}

/// What is known of a key. The key itself was shown once.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyView {
    /// Its id.
    #[schema(example = "key_0199aabbccdd70008000000000000001")]
    id: String,
    /// Its first characters, to tell keys apart.
    hint: String,
    /// What it is for.
    name: String,
    /// What it may do.
    scopes: Vec<String>,
    /// When it was issued.
    created_at: DateTime<Utc>,
    /// When it ends; null: never.
    expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    last_used_at: Option<DateTime<Utc>>,
}

impl From<KeyRecord> for KeyView {
    fn from(key: KeyRecord) -> Self {
        let KeyRecord { id, hint, name, scopes, created_at, expires_at, revoked_at, last_used_at } = key;
        Self { id, hint, name, scopes, created_at, expires_at, revoked_at, last_used_at }
    }
}

/// All keys, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyList {
    /// The keys.
    data: Vec<KeyView>,
}

/// A new key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "CRM", "scopes": ["tickets:read", "tickets:write"]}))]
pub struct NewKey {
    /// What it is for.
    #[schema(value_type = schemas::Name)]
    name: Name,
    /// What it may do: `tickets:read`, `tickets:*`, `*`. Nothing that the key which asks may not.
    #[schema(value_type = Vec<schemas::Scope>, min_items = 1)]
    scopes: Vec<String>,
    /// When it ends; in a year when left out.
    expires_at: Option<DateTime<Utc>>,
}

/// A key, for the one time that it is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssuedKey {
    /// Its id.
    id: String,
    /// The key. Keep it: it is not stored, and is never shown again.
    key: String,
    /// When it ends.
    expires_at: Option<DateTime<Utc>>,
}

/// List API keys
#[utoipa::path(
    get,
    path = "/keys",
    operation_id = "listKeys",
    tag = "API keys",
    security(("api_key" = ["keys:read"])),
    responses((status = 200, description = "All keys that were ever issued", body = KeyList), ListProblems),
)]
pub async fn list_keys(State(app): State<App>, session: Session, query: Query) -> Result<Json<KeyList>, ApiError> {
    session.require(Permission::KeysRead)?;
    query.finish()?;
    let keys = app.desk.keys(&session.log).await?;
    Ok(Json(KeyList { data: keys.into_iter().map(KeyView::from).collect() }))
}

/// Create an API key
///
/// The answer is the only place where the key is ever shown, so a repeat under one `Idempotency-Key` is refused.
#[utoipa::path(
    post,
    path = "/keys",
    operation_id = "createKey",
    tag = "API keys",
    security(("api_key" = ["keys:write"])),
    params(OnceOnly),
    request_body = NewKey,
    responses((status = 201, description = "The key", body = IssuedKey), CreateProblems),
)]
pub async fn create_key(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    body: Body<NewKey>,
) -> Result<Response, ApiError> {
    session.require(Permission::KeysWrite)?;
    let NewKey { name, scopes, expires_at } = body.value;
    let wanted = Permissions::from_scopes(scopes.iter().map(String::as_str))
        .map_err(|error| ApiError::invalid_field("/scopes", "invalid_value", error.to_string()))?;
    if let Some((missing, _)) = session.caller.permissions.missing(&wanted) {
        return Err(CommandError::Forbidden(missing).into());
    }
    if scopes.is_empty() {
        return Err(ApiError::invalid_field("/scopes", "required", "expected at least one scope"));
    }
    let now = app.desk.store().clock().now();
    if expires_at.is_some_and(|end| end <= now) {
        return Err(ApiError::invalid_field("/expires_at", "invalid_value", "expected an instant in the future"));
    }
    let expires_at = Some(expires_at.unwrap_or(now + chrono::TimeDelta::days(365)));
    let request = conditions.wish(&app, &session, &body.digest).once();
    let grant = KeyGrant { name, scopes, expires_at };
    let (id, key) = app.desk.issue_key(&session.log, &request, &*app.random, grant).await?;
    let issued = IssuedKey { id: id.to_string(), key: key.reveal().to_owned(), expires_at };
    Ok((StatusCode::CREATED, Json(issued)).into_response())
}

/// Revoke an API key
#[utoipa::path(
    delete,
    path = "/keys/{id}",
    operation_id = "revokeKey",
    tag = "API keys",
    security(("api_key" = ["keys:write"])),
    params(("id" = inline(schemas::ApiKeyId), Path, description = "`key_…`"), Idempotent),
    responses((status = 204, description = "It opens nothing any more"), ActProblems),
)]
pub async fn revoke_key(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
) -> Result<StatusCode, ApiError> {
    session.require(Permission::KeysWrite)?;
    let id: ApiKeyId = id.parse().map_err(|_| ApiError::not_found("API key"))?;
    let request = conditions.wish(&app, &session, &[]);
    app.desk.revoke_key(&session.log, &request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
