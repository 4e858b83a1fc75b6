use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use commands::people::RecoveryCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    openapi::{ActProblems, OnceOnly},
    problem::ApiError,
    request::{Conditions, Enrolling},
};

/// Recovery codes, for the one time that they are shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryCodes {
    /// Ten, each good once. They are not stored, and are never shown again.
    #[schema(example = json!(["0f3k-9xq2-ab7c-d8mn"]))]
    codes: Vec<String>,
}

/// Make other recovery codes
///
/// Those before open nothing any more.
#[utoipa::path(
    post,
    path = "/me/recovery-codes",
    operation_id = "makeRecoveryCodes",
    tag = "Second factors",
    security(("access_token" = [])),
    params(OnceOnly),
    responses((status = 201, description = "The codes", body = RecoveryCodes), ActProblems),
)]
pub async fn make_recovery_codes(
    State(app): State<App>,
    Enrolling(session): Enrolling,
    conditions: Conditions,
) -> Result<Response, ApiError> {
    session.require_recent()?;
    let person = session.somebody()?;
    let request = conditions.wish(&app, &session, &[]).once();
    let (codes, _) = app.desk.make_recovery_codes(person, &request, &*app.random).await?;
    let codes = codes.iter().map(RecoveryCode::reveal).collect();
    Ok((StatusCode::CREATED, Json(RecoveryCodes { codes })).into_response())
}
