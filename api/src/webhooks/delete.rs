use axum::{extract::State, response::Response};
use commands::webhooks::DeleteWebhook;

use super::{named, visible};
use crate::{
    answer::Written,
    app::App,
    openapi::{ActProblems, Done, Idempotent, IfMatch, WebhookPath},
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
    security(("api_key" = ["webhooks:write"])),
    params(
        WebhookPath,
        IfMatch,
        Idempotent,
    ),
    responses(Done, ActProblems),
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
