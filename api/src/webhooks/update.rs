use axum::{extract::State, response::Response};
use commands::webhooks::UpdateWebhook;
use domain::{
    text::{Description, WebhookUrl},
    webhook::{EventFilters, Ordering},
};
use reactions::webhooks::WebhookView;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{after, check, named};
use crate::{
    answer::Written,
    app::App,
    openapi::WriteProblems,
    problem::ApiError,
    request::{Body, Conditions, PathText, Session, nullable},
};

/// What is to change. A field that is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookChanges {
    /// Where events go: https, and a host on the public Internet.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 2000)]
    url: Option<WebhookUrl>,
    /// Exactly these events.
    #[schema(value_type = Option<Vec<String>>, min_items = 1, max_items = 50)]
    events: Option<EventFilters>,
    /// What it is for; null clears it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, max_length = 500)]
    description: Option<Option<Description>>,
    /// Whether it gets events. What happens while it is not active is not queued: a replay from
    /// `disabled_at_position` fetches it.
    active: Option<bool>,
    /// Whether imported history goes there as it is imported.
    include_imported: Option<bool>,
    /// `per_ticket` or `none`; for what is queued from now on.
    #[schema(value_type = Option<String>)]
    ordering: Option<Ordering>,
}

/// Change a webhook
///
/// Partial: what is left out stays as it is. What is pending goes to the new URL.
#[utoipa::path(
    patch,
    path = "/webhooks/{id}",
    operation_id = "patchWebhook",
    tag = "Webhooks",
    params(
        ("id" = String, Path, description = "`whk_…`"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` that you saw: 412 with the changed fields when it is no more"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless for 24 hours", max_length = 255),
    ),
    request_body = WebhookChanges,
    responses((status = 200, description = "The webhook", body = WebhookView), WriteProblems),
)]
pub async fn patch_webhook(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    body: Body<WebhookChanges>,
) -> Result<Response, ApiError> {
    let request = conditions.wish(&app, &session, &body.digest);
    let changes = body.value;
    if let Some(url) = &changes.url {
        check(&app, &session, url)?;
    }
    let wish = UpdateWebhook {
        id: named(&id)?,
        url: changes.url,
        events: changes.events,
        description: changes.description,
        include_imported: changes.include_imported,
        ordering: changes.ordering,
        active: changes.active,
    };
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    Ok(Written::changed(&receipt).with(after(&app, &session, &receipt).await?.as_ref()))
}
