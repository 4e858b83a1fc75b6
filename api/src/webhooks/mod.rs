//! `/api/webhooks`.

mod create;
mod delete;
mod deliveries;
mod get;
mod replay;
mod rotate;
mod test;
mod update;

use std::time::Duration;

use axum::http::StatusCode;
use commands::Receipt;
use domain::{WebhookId, text::WebhookUrl};
use event_store::CommandId;
use reactions::{
    ReactionError,
    webhooks::{self, WebhookView},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{answer::Resource, app::App, problem::ApiError, request::Session};

pub use test::about_tickets;

/// How long a write waits until the list shows it.
const PATIENCE: Duration = Duration::from_secs(2);

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get::list_webhooks, create::create_webhook))
        .routes(routes!(get::get_webhook, update::patch_webhook, delete::delete_webhook))
        .routes(routes!(rotate::rotate_webhook_secret))
        .routes(routes!(test::test_webhook))
        .routes(routes!(replay::replay_webhook))
        .routes(routes!(deliveries::list_deliveries))
        .routes(routes!(deliveries::get_delivery))
}

/// Refuses what would send something out of a sandbox.
fn may_send(session: &Session) -> Result<(), ApiError> {
    if session.log.is_masked() {
        let detail = "a sandbox sends nothing to anybody: try webhooks in a tenant that is no copy";
        return Err(ApiError::new(StatusCode::FORBIDDEN, "sandbox_muted", detail));
    }
    Ok(())
}

impl Resource for WebhookView {
    fn version(&self) -> u64 {
        self.version
    }
}

impl Resource for WebhookWithSecret {
    fn version(&self) -> u64 {
        self.webhook.version
    }
}

/// A webhook, with the one showing of its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookWithSecret {
    /// The webhook.
    #[serde(flatten)]
    webhook: WebhookView,
    /// What deliveries are signed with (Standard Webhooks 1.0). Keep it: it is never shown again.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    secret: String,
}

impl From<ReactionError> for ApiError {
    fn from(error: ReactionError) -> Self {
        match error {
            ReactionError::Store(error) => error.into(),
            ReactionError::Projection(error) => error.into(),
            ReactionError::Query(error) => error.into(),
            ReactionError::Command(error) => error.into(),
            ReactionError::File(error) => error.into(),
            error @ (ReactionError::Poisoned { .. }
            | ReactionError::Parked { .. }
            | ReactionError::Unsigned { .. }
            | ReactionError::Seal(_)
            | ReactionError::KeyStillNeeded
            | ReactionError::NotCovered { .. }
            | ReactionError::NotInstalled(_)) => Self::internal(&error),
        }
    }
}

/// The webhook that the URL names.
fn named(text: &str) -> Result<WebhookId, ApiError> {
    text.parse().map_err(|_| ApiError::not_found("webhook"))
}

/// Names what a request makes: the same for the same request again, another for one that only has its `Idempotency-Key`.
fn of_this(request: &commands::Request) -> uuid::Uuid {
    if request.may_repeat {
        CommandId::of(&[request.command_id.0.as_bytes(), &request.digest]).0
    } else {
        request.command_id.0
    }
}

/// Refuses a URL that this tenant's webhooks may not be sent to.
fn check(app: &App, session: &Session, url: &WebhookUrl) -> Result<(), ApiError> {
    app.webhooks
        .check_url(session.log.tenant(), url.as_str())
        .map_err(|refused| ApiError::invalid_field("/url", "invalid_value", refused.to_string()))
}

async fn find(session: &Session, id: WebhookId) -> Result<WebhookView, ApiError> {
    let tx = session.log.begin().await?;
    let webhook = webhooks::endpoint(&tx, id).await?;
    tx.commit().await?;
    webhook.ok_or_else(|| ApiError::not_found("webhook"))
}

/// Waits until the list shows a write. After a bound the write still stands; the list will follow.
async fn visible(app: &App, session: &Session, receipt: &Receipt) -> bool {
    caught_up(app, session).await.is_some_and(|position| position >= receipt.position)
}

/// Brings webhooks to the end of the log, if that can be done within a bound; gives the position.
async fn caught_up(app: &App, session: &Session) -> Option<u64> {
    let caught_up = tokio::time::timeout(PATIENCE, app.webhooks.catch_up(&session.log)).await;
    app.webhooks.wake(session.log.tenant());
    // The worker says what is wrong.
    caught_up.ok()?.ok()
}

/// The webhook after a write; none when the list does not show it yet.
async fn after(app: &App, session: &Session, receipt: &Receipt) -> Result<Option<WebhookView>, ApiError> {
    if !visible(app, session, receipt).await {
        return Ok(None);
    }
    find(session, named(&receipt.outcome.id)?).await.map(Some)
}
