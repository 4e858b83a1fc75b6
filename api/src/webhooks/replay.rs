use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use commands::Permission;
use domain::{DeliveryId, ReplayId};
use reactions::webhooks::{ReplayRefused, ReplayView, ReplayWish};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{caught_up, find, named, of_this};
use crate::{
    app::App,
    openapi::{ChangeProblems, Idempotent, WebhookPath, schemas},
    problem::ApiError,
    request::{Body, Conditions, PathText, Session, not_null},
};

/// What is to be sent again: exactly one of these.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"from_position": 1}), min_properties = 1, max_properties = 1)]
pub struct Replay {
    /// This delivery. One that waits for its next attempt, or behind another of its ticket, is attempted in its turn now.
    #[schema(value_type = schemas::DeliveryId, required = false)]
    #[serde(default, deserialize_with = "not_null")]
    delivery_id: Option<DeliveryId>,
    /// Every delivery that failed for good at or after this instant, and was not sent again since; what waits for its
    /// next attempt is attempted now.
    #[schema(value_type = DateTime<Utc>, required = false)]
    #[serde(default, deserialize_with = "not_null")]
    failed_since: Option<DateTime<Utc>>,
    /// Every event that the webhook listens to from this position of your event log on, imported history too. 1 is the
    /// beginning.
    #[schema(value_type = u64, required = false, minimum = 0)]
    #[serde(default, deserialize_with = "not_null")]
    from_position: Option<u64>,
}

impl Replay {
    fn wish(self) -> Result<ReplayWish, ApiError> {
        match (self.delivery_id, self.failed_since, self.from_position) {
            (Some(delivery), None, None) => Ok(ReplayWish::Delivery(delivery)),
            (None, Some(instant), None) => Ok(ReplayWish::FailedSince(instant)),
            (None, None, Some(position)) => Ok(ReplayWish::FromPosition(position)),
            _ => Err(ApiError::invalid_field(
                "",
                "invalid_value",
                "expected exactly one of delivery_id, failed_since and from_position",
            )),
        }
    }
}

/// Send again what a webhook was told, or should have been
///
/// It is queued little by little, as fast as the endpoint takes it, and goes on after a restart; the webhook's `replay`
/// tells how far it is. Repeated events have the ids that they had. While every event since a position is being sent,
/// what happens in the meantime comes in its turn: the order per ticket stays.
#[utoipa::path(
    post,
    path = "/webhooks/{id}/replay",
    operation_id = "replayWebhook",
    tag = "Webhooks",
    security(("api_key" = ["webhooks:write"])),
    params(
        WebhookPath,
        Idempotent,
    ),
    request_body = Replay,
    responses((status = 202, description = "It has begun", body = ReplayView), ChangeProblems),
)]
pub async fn replay_webhook(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    body: Body<Replay>,
) -> Result<(StatusCode, Json<ReplayView>), ApiError> {
    session.require(Permission::WebhooksWrite)?;
    super::may_send(&session)?;
    let webhook = named(&id)?;
    find(&session, webhook).await?;
    let wish = body.value.wish()?;
    let request = conditions.wish(&app, &session, &body.digest);
    // Where it takes long, or is parked, what can be sent again ends earlier.
    caught_up(&app, &session).await;
    let replay = app.webhooks.replay(&session.log, webhook, ReplayId::new(of_this(&request)), &wish).await?;
    Ok((StatusCode::ACCEPTED, Json(replay)))
}

impl From<ReplayRefused> for ApiError {
    fn from(refused: ReplayRefused) -> Self {
        let text = refused.to_string();
        let conflict = |code| Self::new(StatusCode::CONFLICT, code, text.clone());
        match refused {
            ReplayRefused::NoWebhook => Self::not_found("webhook"),
            ReplayRefused::NoDelivery => Self::invalid_field("/delivery_id", "not_found", text),
            ReplayRefused::Test => Self::invalid_field("/delivery_id", "invalid_value", text),
            ReplayRefused::Beyond(_) => Self::invalid_field("/from_position", "invalid_value", text),
            ReplayRefused::Inactive => conflict("webhook_disabled"),
            ReplayRefused::Running => conflict("replay_running"),
            ReplayRefused::Failed(error) => error.into(),
        }
    }
}
