use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use commands::Permission;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    agents::resolve,
    app::App,
    openapi::{ActProblems, AgentPath, OnceOnly},
    problem::ApiError,
    request::{Conditions, PathText, Session},
};

/// A password reset, for the one time that its token is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssuedReset {
    /// Hand it to them: it is not stored, and is never shown again.
    token: String,
    /// The path of the page that takes it, to be put behind your own address. What follows the `#` is not sent to any
    /// server, so it stands in no log.
    #[schema(example = "/join#tenant=acme&reset=…")]
    accept_path: String,
    /// When it ends: a day after it was made.
    expires_at: DateTime<Utc>,
}

/// Let an agent set another password
///
/// For somebody who forgot theirs. Until mail carries it, you hand the token over. It replaces the one before, is good
/// once, ends their sessions, and leaves their second factors. Of an agent who may more than you, no.
#[utoipa::path(
    post,
    path = "/agents/{id}/password-reset",
    operation_id = "issuePasswordReset",
    tag = "Agents",
    security(("api_key" = ["security:write"])),
    params(AgentPath, OnceOnly),
    responses((status = 201, description = "The reset", body = IssuedReset), ActProblems),
)]
pub async fn issue_password_reset(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
) -> Result<Response, ApiError> {
    session.require(Permission::SecurityWrite)?;
    session.require_recent()?;
    let request = conditions.wish(&app, &session, &[]).once();
    let agent = resolve(&session, &id).await?;
    let issued = app.desk.issue_password_reset(&session.log, &request, &*app.random, agent).await?;
    let token = issued.token.reveal().to_owned();
    let accept_path = format!("/join#tenant={}&reset={token}", session.log.tenant());
    let body = IssuedReset { token, accept_path, expires_at: issued.expires_at };
    Ok((StatusCode::CREATED, Json(body)).into_response())
}
