use axum::{extract::State, response::Response};
use commands::legal_holds::ReleaseHold;
use domain::{Permission, text::Reason};
use projections::{as_of::Moment, legal_holds::LegalHoldView};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{find, named};
use crate::{
    answer::Written,
    app::App,
    openapi::{ChangeProblems, Changed, Idempotent, LegalHoldPath, schemas},
    problem::ApiError,
    request::{Body, Conditions, PathText, Session},
};

/// Why a hold is released.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "the suit is over"}))]
pub struct Release {
    /// Why. It stays in your event log as it is: name no persons.
    #[schema(value_type = schemas::Reason)]
    reason: Reason,
}

/// Release a legal hold
///
/// What was refused because of it can be done again. A repeat changes nothing.
#[utoipa::path(
    post,
    path = "/legal-holds/{id}/release",
    operation_id = "releaseLegalHold",
    tag = "Privacy",
    security(("api_key" = ["privacy:write"])),
    params(
        LegalHoldPath,
        Idempotent,
    ),
    request_body = Release,
    responses(Changed<LegalHoldView>, ChangeProblems),
)]
pub async fn release_legal_hold(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    body: Body<Release>,
) -> Result<Response, ApiError> {
    session.require(Permission::PrivacyWrite)?;
    session.require_recent()?;
    let request = conditions.wish(&app, &session, &body.digest);
    let hold = named(&id)?;
    let receipt = app.desk.run(&session.log, &request, &ReleaseHold { hold, reason: body.value.reason }).await?;
    let visible = app.visible(&session.log, &receipt).await;
    let released = find(&session, hold, Moment::Position(receipt.position)).await?;
    Ok(Written::changed(&receipt).with(Some(&released).filter(|_| visible)))
}
