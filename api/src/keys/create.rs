use std::collections::BTreeSet;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use commands::api_keys::KeyGrant;
use domain::{Permission, access_policy::AddressRange, tenant::KeyOwner, text::Name};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::end;
use crate::{
    app::App,
    openapi::{CreateProblems, OnceOnly, schemas},
    problem::ApiError,
    request::{Body, Conditions, Session, not_null},
};

/// A new key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "CRM", "scopes": ["tickets:read", "tickets:write"]}))]
pub struct NewKey {
    /// What it is for.
    #[schema(value_type = schemas::Name)]
    name: Name,
    /// What it may do, as far as its owner may: `tickets:read`, `tickets:*`, `*`. Nothing that you may not.
    #[schema(value_type = Vec<schemas::Scope>, min_items = 1)]
    scopes: Vec<String>,
    /// Whose it is: a service account's (`svc_…`), or your own (`agt_…`). When left out, it is yours, and of a key that asks
    /// the same as that key's.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = schemas::KeyOwner, required = false)]
    owner: Option<KeyOwner>,
    /// The only ranges of addresses from where it opens; from anywhere when left out. Those of the tenant and of the
    /// owner's role hold besides.
    #[serde(default)]
    #[schema(value_type = Vec<schemas::AddressRange>, max_items = 100)]
    allowed_addresses: BTreeSet<AddressRange>,
    /// When it ends: within two years; in a year when left out.
    expires_at: Option<DateTime<Utc>>,
    /// How many requests an hour it may make, and as many at once: no more than the plan allows, 1,000
    /// unless more was agreed; that much when left out.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = u32, minimum = 1, maximum = 2_147_483_647, required = false)]
    rate_limit: Option<u32>,
}

/// A key, for the one time that it is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssuedKey {
    /// Its id.
    id: String,
    /// The key. Keep it: it is not stored, and is never shown again.
    key: String,
    /// When it ends.
    expires_at: DateTime<Utc>,
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
    session.require_recent()?;
    let NewKey { name, scopes, owner, allowed_addresses, expires_at, rate_limit } = body.value;
    if scopes.is_empty() {
        return Err(ApiError::invalid_field("/scopes", "required", "expected at least one scope"));
    }
    let expires_at = end(expires_at, app.desk.store().clock().now())?;
    let request = conditions.wish(&app, &session, &body.digest).once();
    let grant = KeyGrant { name, scopes, owner, allowed_addresses, expires_at: Some(expires_at), rate_limit };
    let (id, key) = app.desk.issue_key(&session.log, &request, &*app.random, grant).await?;
    let issued = IssuedKey { id: id.to_string(), key: key.reveal().to_owned(), expires_at };
    Ok((StatusCode::CREATED, Json(issued)).into_response())
}
