use axum::{Json, response::Response};
use commands::Permission;
use reactions::webhooks::{self, WebhookView};
use serde::Serialize;
use utoipa::ToSchema;

use super::{find, named};
use crate::{
    answer::shown,
    openapi::{IfNoneMatch, ListProblems, ReadProblems, Shown, WebhookPath},
    problem::ApiError,
    request::{Conditions, PathText, Query, Session},
};

/// All webhooks, in the order in which they were made.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookList {
    /// The webhooks: at most 50.
    data: Vec<WebhookView>,
}

/// List webhooks
#[utoipa::path(
    get,
    path = "/webhooks",
    operation_id = "listWebhooks",
    tag = "Webhooks",
    security(("api_key" = ["webhooks:read"])),
    responses((status = 200, description = "All webhooks, without their secrets", body = WebhookList), ListProblems),
)]
pub async fn list_webhooks(session: Session, query: Query) -> Result<Json<WebhookList>, ApiError> {
    session.require(Permission::WebhooksRead)?;
    query.finish()?;
    let tx = session.log.begin().await?;
    let data = webhooks::endpoints(&tx).await?;
    tx.commit().await?;
    Ok(Json(WebhookList { data }))
}

/// Get a webhook
#[utoipa::path(
    get,
    path = "/webhooks/{id}",
    operation_id = "getWebhook",
    tag = "Webhooks",
    security(("api_key" = ["webhooks:read"])),
    params(
        WebhookPath,
        IfNoneMatch,
    ),
    responses(Shown<WebhookView>, ReadProblems),
)]
pub async fn get_webhook(
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::WebhooksRead)?;
    query.finish()?;
    Ok(shown(&find(&session, named(&id)?).await?, &conditions))
}
