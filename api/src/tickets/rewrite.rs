use axum::{
    extract::{FromRequestParts, Path, State},
    http::request::Parts,
    response::Response,
};
use commands::messages::{RectifyMessage, RedactMessage};
use domain::{MessageId, text::Body as Text};
use projections::tickets::TicketView;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{answer, resolve};
use crate::{
    answer::Written,
    app::App,
    erasures::{self, ErasureView},
    openapi::{ActProblems, ChangeProblems, Changed, Deleted, Idempotent, IfMatch, OneMessage, schemas},
    problem::ApiError,
    request::{Body, Conditions, Session},
};

/// The ticket and the message that the URL names.
#[derive(Debug)]
pub struct MessagePath {
    ticket: String,
    message: MessageId,
}

impl FromRequestParts<App> for MessagePath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let not_found = || ApiError::not_found("message");
        let Path((ticket, message)) =
            Path::<(String, String)>::from_request_parts(parts, app).await.map_err(|_| not_found())?;
        let message = message.parse().map_err(|_| not_found())?;
        if ticket.contains('\0') { Err(not_found()) } else { Ok(Self { ticket, message }) }
    }
}

/// Redact a message
///
/// For ever: the keys that its text and its files are sealed with are destroyed, so that nobody can read them any more in
/// the log, its copies and its backups; the files are removed. That there was a message, who wrote it and when, stays. A repeat answers the same; until `completed_at`
/// is set, its traces outside the log are still being cleaned.
#[utoipa::path(
    post,
    path = "/tickets/{id}/messages/{message_id}/redact",
    operation_id = "redactMessage",
    tag = "Privacy",
    security(("api_key" = ["privacy:erase"])),
    params(
        OneMessage,
        IfMatch,
        Idempotent,
    ),
    responses(Changed<ErasureView>, ActProblems),
)]
pub async fn redact_message(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    path: MessagePath,
) -> Result<Response, ApiError> {
    let request = conditions.wish(&app, &session, &[]);
    let ticket = resolve(&session, &path.ticket).await?;
    let receipt = app.desk.run(&session.log, &request, &RedactMessage { ticket, message: path.message }).await?;
    erasures::answer_of_last(&app, &session, &receipt, &path.message.to_string()).await
}

/// What a message is to say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"body": "Please call me at the office."}))]
pub struct RectifiedMessage {
    /// Plain text, in the place of what it said.
    #[schema(value_type = schemas::Text)]
    body: Text,
}

/// Rectify a message
///
/// Another text comes in the place of what it said, which nobody can read any more after that: its key is destroyed. That it
/// was rectified, by whom and when, is in the timeline.
#[utoipa::path(
    put,
    path = "/tickets/{id}/messages/{message_id}",
    operation_id = "rectifyMessage",
    tag = "Privacy",
    security(("api_key" = ["privacy:erase"])),
    params(
        OneMessage,
        IfMatch,
        Idempotent,
    ),
    request_body = RectifiedMessage,
    responses(Changed<TicketView>, ChangeProblems, Deleted),
)]
pub async fn rectify_message(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    path: MessagePath,
    body: Body<RectifiedMessage>,
) -> Result<Response, ApiError> {
    let request = conditions.wish(&app, &session, &body.digest);
    let ticket = resolve(&session, &path.ticket).await?;
    let wish = RectifyMessage { ticket, message: path.message, body: body.value.body };
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    erasures::complete_last(&app, &session, &path.message.to_string()).await?;
    answer(&app, &session, &receipt, Written::changed(&receipt)).await
}
