use axum::{Json, extract::State, http::StatusCode};
use commands::Permission;
use domain::{DeliveryId, PUBLIC_TYPES};
use reactions::webhooks::DeliveryView;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{find, named};
use crate::{
    app::App,
    openapi::WriteProblems,
    problem::ApiError,
    request::{Body, Conditions, PathText, Session},
};

/// What is to be tried.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TestWish {
    /// A type of event about a ticket; `ticket.created` when left out.
    #[schema(example = "ticket.created")]
    event: Option<String>,
}

/// Send a test to a webhook
///
/// A sample event, signed as usual and marked with `"test": true`. It is sent once, whichever events the webhook
/// listens to, and also while it is disabled; its delivery tells what came back.
#[utoipa::path(
    post,
    path = "/webhooks/{id}/test",
    operation_id = "testWebhook",
    tag = "Webhooks",
    params(
        ("id" = String, Path, description = "`whk_…`"),
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat is answered with the same delivery", max_length = 255),
    ),
    request_body = TestWish,
    responses((status = 202, description = "The delivery, which is on its way", body = DeliveryView), WriteProblems),
)]
pub async fn test_webhook(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    body: Body<TestWish>,
) -> Result<(StatusCode, Json<DeliveryView>), ApiError> {
    session.require(Permission::WebhooksWrite)?;
    let webhook = named(&id)?;
    find(&session, webhook).await?;
    let event = body.value.event.as_deref().unwrap_or("ticket.created");
    let about_tickets = || PUBLIC_TYPES.iter().map(|name| name.general).filter(|name| is_about_a_ticket(name));
    if !about_tickets().any(|name| name == event) {
        let allowed: std::collections::BTreeSet<&str> = about_tickets().collect();
        let detail = "expected a type of event about a ticket";
        return Err(ApiError::invalid_field("/event", "invalid_value", detail).allowed(allowed));
    }
    let request = conditions.wish(&app, &session, &body.digest);
    let delivery = DeliveryId::new(request.command_id.0);
    let queued = app.webhooks.test(&session.log, webhook, delivery, event).await?;
    queued.map(|delivery| (StatusCode::ACCEPTED, Json(delivery))).ok_or_else(|| ApiError::not_found("webhook"))
}

fn is_about_a_ticket(name: &str) -> bool {
    name.starts_with("ticket.") || name == "agent.assigned"
}
