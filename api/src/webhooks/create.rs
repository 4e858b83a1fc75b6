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
    openapi::{CreateProblems, OnceOnly, schemas},
    problem::ApiError,
    request::{Body, Conditions, Session},
};

/// A new webhook.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"url": "https://crm.example.com/hooks/help-desk", "events": ["ticket.*", "customer.created"]}))]
pub struct NewWebhook {
    /// Where events go: https, and a host on the public Internet.
    #[schema(value_type = schemas::WebhookUrl)]
    url: WebhookUrl,
    /// Which events: general types (`ticket.updated`), finer types (`ticket.replied`), all of a kind (`ticket.*`), or
    /// `*`. `agent.assigned` is of the kind `agent`.
    #[schema(value_type = Vec<schemas::EventFilter>, min_items = 1, max_items = 50)]
    events: EventFilters,
    /// What it is for.
    #[schema(value_type = Option<schemas::Description>)]
    description: Option<Description>,
    /// Whether it gets events from the start; true when left out.
    active: Option<bool>,
    /// Whether imported history goes there as it is imported; false when left out.
    include_imported: Option<bool>,
    /// `per_ticket` (when left out): the events of one ticket arrive in order. `none`: each as soon as it can.
    #[schema(value_type = Option<schemas::DeliveryOrder>)]
    ordering: Option<Ordering>,
}

/// A webhook that the list does not show yet. It is on disk all the same.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptedWebhook {
    /// Its id.
    #[schema(example = "whk_0199aa00000070008000000000000021")]
    id: String,
    /// Its version.
    version: u64,
    /// The position that covers the write.
    position: u64,
    /// Always false: the list will follow.
    visible: bool,
    /// What deliveries are signed with (Standard Webhooks 1.0). Keep it: it is never shown again.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
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
    security(("api_key" = ["webhooks:write"])),
    params(OnceOnly),
    request_body = NewWebhook,
    responses(
        (status = 201, description = "The webhook and its secret", body = WebhookWithSecret),
        (status = 202, description = "The same, and the list does not show it yet", body = AcceptedWebhook),
        CreateProblems,
    ),
)]
pub async fn create_webhook(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    body: Body<NewWebhook>,
) -> Result<Response, ApiError> {
    session.require(Permission::WebhooksWrite)?;
    super::may_send(&session)?;
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
        return Ok((StatusCode::ACCEPTED, Json(accepted)).into_response());
    };
    let location = format!("/api/webhooks/{}", wish.id);
    Ok(Written::created(&receipt, location).with(Some(&WebhookWithSecret { webhook, secret })))
}
