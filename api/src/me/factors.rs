use axum::{Json, extract::State, http::StatusCode, response::Response};
use chrono::{DateTime, Utc};
use commands::people::{Added, FactorRecord, Person};
use domain::{FactorId, agent::FactorKind, text::Name};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    answer::Written,
    app::App,
    openapi::{ActProblems, ChangeProblems, Done, Idempotent, ListProblems, schemas},
    problem::ApiError,
    request::{Body, Conditions, Enrolling, PathText, Query, Session},
};

/// A second factor of yours.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactorView {
    /// Its id.
    #[schema(example = "fac_0199aa00000070008000000000000041")]
    id: String,
    /// `totp` (an authenticator app) or `passkey`.
    #[schema(example = "passkey")]
    kind: &'static str,
    /// What you call it.
    name: Option<String>,
    /// Of a passkey: the host that it works at.
    host: Option<String>,
    /// Since when it counts.
    created_at: DateTime<Utc>,
    /// When it was last used.
    last_used_at: Option<DateTime<Utc>>,
}

/// Your second factors.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactorList {
    /// The oldest first: at most 20.
    data: Vec<FactorView>,
    /// How many recovery codes are left.
    recovery_codes_left: u32,
}

/// A second factor that counts from now on.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewFactorView {
    /// Its id.
    #[schema(example = "fac_0199aa00000070008000000000000041")]
    id: String,
    /// With the first factor: ten recovery codes, each good once, for the day when it is lost. They are not stored, and
    /// are never shown again.
    recovery_codes: Vec<String>,
}

impl From<Added> for NewFactorView {
    fn from(added: Added) -> Self {
        let recovery_codes = added.recovery_codes.iter().map(commands::people::RecoveryCode::reveal).collect();
        Self { id: added.id.to_string(), recovery_codes }
    }
}

impl From<FactorRecord> for FactorView {
    fn from(record: FactorRecord) -> Self {
        let FactorRecord { id, kind, name, host, created_at, last_used_at } = record;
        let kind = match kind {
            FactorKind::Totp => "totp",
            FactorKind::Passkey => "passkey",
        };
        Self { id: id.to_string(), kind, name, host, created_at, last_used_at }
    }
}

/// List your second factors
///
/// Those of whoever asks with an access token. An API key has none.
#[utoipa::path(
    get,
    path = "/me/factors",
    operation_id = "listFactors",
    tag = "Second factors",
    security(("access_token" = [])),
    responses((status = 200, description = "Your second factors", body = FactorList), ListProblems),
)]
pub async fn list_factors(
    State(app): State<App>,
    Enrolling(session): Enrolling,
    query: Query,
) -> Result<Json<FactorList>, ApiError> {
    query.finish()?;
    let Some(person) = &session.person else { return Ok(Json(FactorList { data: vec![], recovery_codes_left: 0 })) };
    let records = app.desk.factors(person).await?;
    let data = records.factors.into_iter().map(FactorView::from).collect();
    Ok(Json(FactorList { data, recovery_codes_left: records.recovery_codes }))
}

/// What to call a factor.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "The key on my ring"}))]
pub struct FactorName {
    /// What you call it.
    #[schema(value_type = schemas::Name)]
    name: Name,
}

/// Rename a second factor
#[utoipa::path(
    patch,
    path = "/me/factors/{id}",
    operation_id = "renameFactor",
    tag = "Second factors",
    security(("access_token" = [])),
    params(("id" = inline(schemas::FactorId), Path, description = "`fac_…`, one of your own")),
    request_body = FactorName,
    responses((status = 204, description = "It is called so"), ChangeProblems),
)]
pub async fn rename_factor(
    State(app): State<App>,
    Enrolling(session): Enrolling,
    PathText(id): PathText,
    body: Body<FactorName>,
) -> Result<StatusCode, ApiError> {
    app.desk.name_factor(owner(&session)?, parsed(&id)?, &body.value.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove a second factor
///
/// With the last one, recovery codes go too.
#[utoipa::path(
    delete,
    path = "/me/factors/{id}",
    operation_id = "removeFactor",
    tag = "Second factors",
    security(("access_token" = [])),
    params(("id" = inline(schemas::FactorId), Path, description = "`fac_…`, one of your own"), Idempotent),
    responses(Done, ActProblems),
)]
pub async fn remove_factor(
    State(app): State<App>,
    Enrolling(session): Enrolling,
    conditions: Conditions,
    PathText(id): PathText,
) -> Result<Response, ApiError> {
    session.require_recent()?;
    let person = owner(&session)?;
    let request = conditions.wish(&app, &session, &[]);
    let receipt = app.desk.remove_factor(person, &request, parsed(&id)?).await?;
    Ok(Written::changed(&receipt).empty(app.visible(&session.log, &receipt).await))
}

/// An API key has no factors.
fn owner(session: &Session) -> Result<&Person, ApiError> {
    session.person.as_ref().ok_or_else(|| ApiError::not_found("factor"))
}

fn parsed(id: &str) -> Result<FactorId, ApiError> {
    id.parse().map_err(|_| ApiError::not_found("factor"))
}
