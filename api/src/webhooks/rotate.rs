use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use commands::{Permission, webhooks::ROTATION};
use serde::Serialize;
use utoipa::ToSchema;

use super::named;
use crate::{
    app::App,
    openapi::{ActProblems, OnceOnly, WebhookPath},
    problem::ApiError,
    request::{Conditions, PathText, Session},
};

/// A new secret, for the one time that it is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct RotatedSecret {
    /// The webhook's id.
    #[schema(example = "whk_0199aa00000070008000000000000021")]
    id: String,
    /// What deliveries are signed with from now on. Keep it: it is never shown again.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    secret: String,
    /// Until then deliveries carry a signature by the secret before, too.
    previous_until: DateTime<Utc>,
}

/// Give a webhook a new secret
///
/// For 24 hours deliveries carry both signatures, so that receivers can change over in their own time. The answer is
/// the only place where the secret is ever shown.
#[utoipa::path(
    post,
    path = "/webhooks/{id}/rotate-secret",
    operation_id = "rotateWebhookSecret",
    tag = "Webhooks",
    security(("api_key" = ["webhooks:write"])),
    params(
        WebhookPath,
        OnceOnly,
    ),
    responses((status = 200, description = "The new secret", body = RotatedSecret), ActProblems),
)]
pub async fn rotate_webhook_secret(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
) -> Result<Json<RotatedSecret>, ApiError> {
    session.require(Permission::WebhooksWrite)?;
    let id = named(&id)?;
    let request = conditions.wish(&app, &session, &[]).once();
    let (_, secret) = app.desk.rotate_webhook_secret(&session.log, &request, &*app.random, id).await?;
    let previous_until = app.desk.store().clock().now() + ROTATION;
    Ok(Json(RotatedSecret { id: id.to_string(), secret: secret.reveal().to_owned(), previous_until }))
}
