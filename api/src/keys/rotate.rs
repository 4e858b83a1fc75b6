use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use commands::api_keys::{Rotated, Rotation};
use domain::Permission;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{end, named};
use crate::{
    app::App,
    openapi::{ChangeProblems, OnceOnly, schemas},
    problem::ApiError,
    request::{Body, Conditions, PathText, Session, not_null},
};

/// A day: for whoever has to roll it out.
const USUAL_OVERLAP: u32 = 24 * 60 * 60;
/// Seven days.
const LONGEST_OVERLAP: u32 = 7 * USUAL_OVERLAP;

/// How a key is rotated.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"overlap_seconds": 86_400}))]
pub struct KeyRotation {
    /// For how long both keys open: up to seven days; a day when left out, and 0: not at all.
    #[schema(value_type = Option<u32>, maximum = 604_800)]
    overlap_seconds: Option<u32>,
    /// When the new key ends: within two years; in a year when left out.
    expires_at: Option<DateTime<Utc>>,
    /// How many requests an hour the new key may make: no more than the plan allows; as many as the one before when left
    /// out.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = u32, minimum = 1, maximum = 2_147_483_647, required = false)]
    rate_limit: Option<u32>,
}

/// A key in the place of another, for the one time that it is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct RotatedKey {
    /// Its id.
    id: String,
    /// The key. Keep it: it is not stored, and is never shown again.
    key: String,
    /// When it ends.
    expires_at: DateTime<Utc>,
    /// The key that it takes the place of.
    replaces: String,
    /// Until then, both open.
    both_until: DateTime<Utc>,
}

/// Rotate an API key
///
/// Makes a key with the same name, owner, scopes, allowed addresses and, if nothing else is wished, rate limit; the one before ends after the overlap. Of the keys
/// that came of one another by rotation, at most two open at once: to rotate again, revoke the one that you do not use
/// any more, or wait (`rotation_under_way`). The answer is the only place where the key is ever shown, so a repeat
/// under one `Idempotency-Key` is refused.
#[utoipa::path(
    post,
    path = "/keys/{id}/rotate",
    operation_id = "rotateKey",
    tag = "API keys",
    security(("api_key" = ["keys:write"])),
    params(("id" = inline(schemas::ApiKeyId), Path, description = "`key_…`"), OnceOnly),
    request_body = KeyRotation,
    responses((status = 201, description = "The new key", body = RotatedKey), ChangeProblems),
)]
pub async fn rotate_key(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    body: Body<KeyRotation>,
) -> Result<Response, ApiError> {
    session.require(Permission::KeysWrite)?;
    session.require_recent()?;
    let KeyRotation { overlap_seconds, expires_at, rate_limit } = body.value;
    let overlap = overlap_seconds.unwrap_or(USUAL_OVERLAP);
    if overlap > LONGEST_OVERLAP {
        let expected = format!("expected at most {LONGEST_OVERLAP}, which is seven days");
        return Err(ApiError::invalid_field("/overlap_seconds", "invalid_value", expected));
    }
    let expires_at = end(expires_at, app.desk.store().clock().now())?;
    let request = conditions.wish(&app, &session, &body.digest).once();
    let overlap = TimeDelta::seconds(overlap.into());
    let wish = Rotation { key: named(&id)?, overlap, expires_at, rate_limit };
    let Rotated { id, key, both_until } = app.desk.rotate_key(&session.log, &request, &*app.random, wish).await?;
    let (id, key, replaces) = (id.to_string(), key.reveal().to_owned(), wish.key.to_string());
    Ok((StatusCode::CREATED, Json(RotatedKey { id, key, expires_at, replaces, both_until })).into_response())
}
