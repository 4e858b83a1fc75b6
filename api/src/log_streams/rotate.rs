use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use commands::webhooks::ROTATION;
use domain::Permission;
use serde::Serialize;
use utoipa::ToSchema;

use super::{named, settled};
use crate::{
    app::App,
    openapi::{ActProblems, LogStreamPath, OnceOnly},
    problem::ApiError,
    request::{Conditions, PathText, Session},
};

/// A new secret of a log stream, for the one time that it is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct RotatedLogStreamSecret {
    /// The stream's id.
    #[schema(example = "lst_0199aa00000070008000000000000061")]
    id: String,
    /// What batches are signed with from now on. Keep it: it is never shown again.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    secret: String,
    /// Until then batches carry a signature by the secret before, too.
    previous_until: DateTime<Utc>,
}

/// Give a log stream a new secret
///
/// For 24 hours batches carry both signatures. The answer is the only place where the secret is ever shown.
#[utoipa::path(
    post,
    path = "/log-streams/{id}/rotate-secret",
    operation_id = "rotateLogStreamSecret",
    tag = "Audit",
    security(("api_key" = ["security:write"])),
    params(
        LogStreamPath,
        OnceOnly,
    ),
    responses((status = 200, description = "The new secret", body = RotatedLogStreamSecret), ActProblems),
)]
pub async fn rotate_log_stream_secret(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
) -> Result<Json<RotatedLogStreamSecret>, ApiError> {
    session.require(Permission::SecurityWrite)?;
    session.require_recent()?;
    let id = named(&id)?;
    let request = conditions.wish(&app, &session, &[]).once();
    let (receipt, secret) = app.desk.rotate_log_stream_secret(&session.log, &request, &*app.random, id).await?;
    settled(&app, &session).await?;
    // The trail shows it, too.
    app.visible(&session.log, &receipt).await;
    let previous_until = app.desk.store().clock().now() + ROTATION;
    Ok(Json(RotatedLogStreamSecret { id: id.to_string(), secret: secret.reveal().to_owned(), previous_until }))
}
