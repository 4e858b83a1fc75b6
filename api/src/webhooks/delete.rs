use axum::{extract::State, response::Response};
use commands::webhooks::DeleteWebhook;

use super::{named, visible};
use crate::{
    answer::Written,
    app::App,
    openapi::WriteProblems,
    problem::ApiError,
    request::{Conditions, PathText, Session},
};

/// Delete a webhook
///
/// For good: nothing is sent there any more, and its secrets are gone.
#[utoipa::path(
    delete,
    path = "/webhooks/{id}",
    operation_id = "deleteWebhook",
    tag = "Webhooks",
    params(
        ("id" = String, Path, description = "`whk_…`"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` that you saw"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless for 24 hours", max_length = 255),
    ),
    responses((status = 204, description = "It is gone"), WriteProblems),
)]
pub async fn delete_webhook(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
) -> Result<Response, ApiError> {
    let request = conditions.wish(&app, &session, &[]);
    let receipt = app.desk.run(&session.log, &request, &DeleteWebhook { id: named(&id)? }).await?;
    Ok(Written::changed(&receipt).empty(visible(&app, &session, &receipt).await))
}
