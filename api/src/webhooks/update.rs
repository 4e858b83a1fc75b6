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
    openapi::{ChangeProblems, Changed, Idempotent, IfMatch, WebhookPath, schemas},
    problem::ApiError,
    request::{Body, Conditions, PathText, Session, nullable},
};

/// What is to change. A field that is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"events": ["*"], "active": true}))]
pub struct WebhookChanges {
    /// Where events go: https, and a host on the public Internet.
    #[schema(value_type = Option<schemas::WebhookUrl>)]
    url: Option<WebhookUrl>,
    /// Exactly these events.
    #[schema(value_type = Option<Vec<schemas::EventFilter>>, min_items = 1, max_items = 50)]
    events: Option<EventFilters>,
    /// What it is for; null clears it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::Description>)]
    description: Option<Option<Description>>,
    /// Whether it gets events. What happens while it is not active is not queued: a replay from
    /// `disabled_at_position` fetches it.
    active: Option<bool>,
    /// Whether imported history goes there as it is imported.
    include_imported: Option<bool>,
    /// `per_ticket` or `none`; for what is queued from now on.
    #[schema(value_type = Option<schemas::DeliveryOrder>)]
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
    security(("api_key" = ["webhooks:write"])),
    params(
        WebhookPath,
        IfMatch,
        Idempotent,
    ),
    request_body = WebhookChanges,
    responses(Changed<WebhookView>, ChangeProblems),
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
