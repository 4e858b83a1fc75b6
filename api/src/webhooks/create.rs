use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use commands::{Permission, webhooks::CreateWebhook};
use domain::{
    WebhookId,
    text::{Description, WebhookUrl},
    webhook::{EventFilters, Ordering},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{WebhookWithSecret, after, check};
use crate::{
    answer::Written,
    app::App,
    openapi::WriteProblems,
    problem::ApiError,
    request::{Body, Conditions, Session},
};

/// A new webhook.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// Where events go: https, and a host on the public Internet.
    #[schema(value_type = String, min_length = 1, max_length = 2000, example = "https://crm.example.com/hooks/help-desk")]
    url: WebhookUrl,
    /// Which events: general types (`ticket.updated`), finer types (`ticket.replied`), all of a kind (`ticket.*`), or
    /// `*`. `agent.assigned` is of the kind `agent`.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 50, example = json!(["ticket.*", "customer.created"]))]
    events: EventFilters,
    /// What it is for.
    #[schema(value_type = Option<String>, max_length = 500)]
    description: Option<Description>,
    /// Whether it gets events from the start; true when left out.
    active: Option<bool>,
    /// Whether imported history goes there as it is imported; false when left out.
    include_imported: Option<bool>,
    /// `per_ticket` (when left out): the events of one ticket arrive in order. `none`: each as soon as it can.
    #[schema(value_type = Option<String>, example = "per_ticket")]
    ordering: Option<Ordering>,
}

/// A webhook that the list does not show yet. It is on disk all the same.
#[derive(Debug, Serialize)]
struct AcceptedWebhook {
    id: String,
    version: u64,
    position: u64,
    visible: bool,
    secret: String,
}

/// Create a webhook
///
/// The answer is the only place where its secret is ever shown, so a repeat under one `Idempotency-Key` is refused.
/// Deliveries carry the headers of Standard Webhooks 1.0: any of its libraries verifies them.
#[utoipa::path(
    post,
    path = "/webhooks",
    operation_id = "createWebhook",
    tag = "Webhooks",
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat within 24 hours is refused", max_length = 255)),
    request_body = NewWebhook,
    responses((status = 201, description = "The webhook and its secret", body = WebhookWithSecret), WriteProblems),
)]
pub async fn create_webhook(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    body: Body<NewWebhook>,
) -> Result<Response, ApiError> {
    session.require(Permission::WebhooksWrite)?;
    let new = body.value;
    check(&app, &session, &new.url)?;
    let request = conditions.wish(&app, &session, &body.digest).once();
    let wish = CreateWebhook {
        id: WebhookId::new(app.desk.store().ids().next()),
        url: new.url,
        events: new.events,
        description: new.description,
        include_imported: new.include_imported.unwrap_or(false),
        ordering: new.ordering.unwrap_or(Ordering::PerTicket),
        active: new.active.unwrap_or(true),
    };
    let (receipt, secret) = app.desk.create_webhook(&session.log, &request, &*app.random, &wish).await?;
    let secret = secret.reveal().to_owned();
    let Some(webhook) = after(&app, &session, &receipt).await? else {
        let (id, version, position) = (wish.id.to_string(), receipt.outcome.version, receipt.position);
        let accepted = AcceptedWebhook { id, version, position, visible: false, secret };
        return Ok((StatusCode::CREATED, Json(accepted)).into_response());
    };
    let location = format!("/api/webhooks/{}", wish.id);
    Ok(Written::created(&receipt, location).with(Some(&WebhookWithSecret { webhook, secret })))
}
