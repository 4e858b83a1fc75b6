use axum::{
    Json,
    extract::{FromRequestParts, Path, State},
    http::request::Parts,
    response::Response,
};
use commands::Permission;
use domain::{DeliveryId, WebhookId};
use projections::tickets::TicketKey;
use reactions::webhooks::{self, DeliveryDetail, DeliveryQuery, DeliveryStatus, DeliveryView};

use super::{find, named};
use crate::{
    answer::Paging,
    app::App,
    openapi::{Listed, OneDelivery, Paged, ReadProblems, WebhookPath, schemas},
    problem::ApiError,
    request::{PathText, Query, Session, ticket_key},
};

/// List a webhook's deliveries, the newest first
///
/// They are kept for 30 days after they ended.
#[utoipa::path(
    get,
    path = "/webhooks/{id}/deliveries",
    operation_id = "listWebhookDeliveries",
    tag = "Webhooks",
    security(("api_key" = ["webhooks:read"])),
    params(
        WebhookPath,
        ("filter[status]" = Option<Vec<DeliveryStatus>>, Query, description = "Only these, separated by commas", style = Form, explode = false, min_items = 1),
        ("filter[ticket_id]" = Option<String>, Query, description = "Only of what happened to this ticket: `T-001` or `tkt_…`", pattern = "^([Tt]-0*[1-9][0-9]{0,14}|tkt_[0-9a-f]{32})$"),
        ("filter[event_id]" = inline(Option<schemas::EventId>), Query, description = "Only of this event: what came as `webhook-id`, and is the `id` in the feed"),
        Paged,
    ),
    responses(Listed<DeliveryView>, ReadProblems),
)]
pub async fn list_deliveries(
    State(app): State<App>,
    session: Session,
    PathText(id): PathText,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::WebhooksRead)?;
    let webhook = named(&id)?;
    find(&session, webhook).await?;
    let paging = Paging::take(&app, &session, &format!("webhooks/{webhook}/deliveries"), &mut query)?;
    let status = statuses(query.text("filter[status]"))?;
    let ticket = query.text("filter[ticket_id]").map(|text| happened_to(&text)).transpose()?;
    let event = query.parsed("filter[event_id]")?;
    query.finish()?;
    let wanted = DeliveryQuery { status, ticket, event, after: paging.after.clone(), limit: paging.limit };
    let tx = session.log.begin().await?;
    let page = webhooks::deliveries(&tx, webhook, &wanted).await?;
    tx.commit().await?;
    Ok(paging.answer(&app, page, None))
}

fn happened_to(text: &str) -> Result<TicketKey, ApiError> {
    let named = ticket_key(text).ok().filter(|key| !matches!(key, TicketKey::ExternalId(_)));
    named.ok_or_else(|| ApiError::invalid_parameter("filter[ticket_id]", "expected T-001 or tkt_…"))
}

fn statuses(text: Option<String>) -> Result<Vec<DeliveryStatus>, ApiError> {
    let Some(text) = text else { return Ok(vec![]) };
    let known = || DeliveryStatus::ALL.iter().copied();
    text.split(',')
        .map(|word| {
            known().find(|status| status.as_str() == word.trim()).ok_or_else(|| {
                let allowed = known().map(DeliveryStatus::as_str);
                ApiError::invalid_parameter("filter[status]", "expected a delivery's status").allowed(allowed)
            })
        })
        .collect()
}

/// The two ids of the URL.
#[derive(Debug)]
pub struct DeliveryPath {
    webhook: WebhookId,
    /// None: a text that names no delivery.
    delivery: Option<DeliveryId>,
}

impl FromRequestParts<App> for DeliveryPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Path((webhook, delivery)) = Path::<(String, String)>::from_request_parts(parts, app)
            .await
            .map_err(|_| ApiError::not_found("webhook"))?;
        Ok(Self { webhook: named(&webhook)?, delivery: delivery.parse().ok() })
    }
}

/// Get a delivery with its body and its attempts
///
/// Each attempt with what was sent and what came back, its first 16 kB.
#[utoipa::path(
    get,
    path = "/webhooks/{id}/deliveries/{delivery_id}",
    operation_id = "getWebhookDelivery",
    tag = "Webhooks",
    security(("api_key" = ["webhooks:read"])),
    params(OneDelivery),
    responses((status = 200, description = "The delivery", body = DeliveryDetail), ReadProblems),
)]
pub async fn get_delivery(
    State(app): State<App>,
    session: Session,
    path: DeliveryPath,
    query: Query,
) -> Result<Json<DeliveryDetail>, ApiError> {
    session.require(Permission::WebhooksRead)?;
    query.finish()?;
    find(&session, path.webhook).await?;
    let id = path.delivery.ok_or_else(|| ApiError::not_found("delivery"))?;
    let found = webhooks::delivery(&app.webhooks, &session.log, path.webhook, id).await?;
    found.map(Json).ok_or_else(|| ApiError::not_found("delivery"))
}
