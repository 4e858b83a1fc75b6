use std::collections::BTreeSet;

use axum::{Json, extract::State, http::StatusCode};
use commands::Permission;
use domain::{DeliveryId, PUBLIC_TYPES};
use reactions::webhooks::DeliveryView;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{find, named, of_this};
use crate::{
    app::App,
    openapi::{ChangeProblems, Idempotent, WebhookPath, schemas},
    problem::ApiError,
    request::{Body, Conditions, PathText, Session},
};

/// What is to be tried.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"event": "ticket.created"}))]
pub struct TestWish {
    /// A type of event about a ticket; `ticket.created` when left out.
    #[schema(value_type = Option<schemas::TicketEvent>)]
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
    security(("api_key" = ["webhooks:write"])),
    params(
        WebhookPath,
        Idempotent,
    ),
    request_body = TestWish,
    responses((
        status = 202, description = "The delivery, which is on its way", body = DeliveryView,
        links(("getWebhookDelivery" = (
            operation_id = "getWebhookDelivery",
            parameters(("id" = "$request.path.id"), ("delivery_id" = "$response.body#/id")),
        ))),
    ), ChangeProblems),
)]
pub async fn test_webhook(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    body: Body<TestWish>,
) -> Result<(StatusCode, Json<DeliveryView>), ApiError> {
    session.require(Permission::WebhooksWrite)?;
    super::may_send(&session)?;
    let webhook = named(&id)?;
    find(&session, webhook).await?;
    let event = body.value.event.as_deref().unwrap_or("ticket.created");
    let allowed = about_tickets();
    if !allowed.contains(event) {
        let detail = "expected a type of event about a ticket";
        return Err(ApiError::invalid_field("/event", "invalid_value", detail).allowed(allowed));
    }
    let request = conditions.wish(&app, &session, &body.digest);
    let delivery = DeliveryId::new(of_this(&request));
    let queued = app.webhooks.test(&session.log, webhook, delivery, event).await?;
    queued.map(|delivery| (StatusCode::ACCEPTED, Json(delivery))).ok_or_else(|| ApiError::not_found("webhook"))
}

/// The general types of events about tickets.
pub fn about_tickets() -> BTreeSet<&'static str> {
    let general = PUBLIC_TYPES.iter().map(|name| name.general);
    general.filter(|name| name.starts_with("ticket.") || *name == "agent.assigned").collect()
}
