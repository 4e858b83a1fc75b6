use axum::{extract::State, response::Response};
use domain::Permission;
use projections::{as_of::Moment, legal_holds::LegalHoldView};

use super::{find, named};
use crate::{
    answer::shown,
    app::App,
    openapi::{Fresh, IfNoneMatch, LegalHoldPath, ReadProblems, Shown},
    problem::ApiError,
    request::{Conditions, PathText, Query, Session},
};

/// Get a legal hold
#[utoipa::path(
    get,
    path = "/legal-holds/{id}",
    operation_id = "getLegalHold",
    tag = "Privacy",
    security(("api_key" = ["privacy:read"])),
    params(
        LegalHoldPath,
        Fresh,
        IfNoneMatch,
    ),
    responses(Shown<LegalHoldView>, ReadProblems),
)]
pub async fn get_legal_hold(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::PrivacyRead)?;
    let min_position = query.position("min_position")?;
    query.finish()?;
    app.reach(&session.log, min_position).await?;
    Ok(shown(&find(&session, named(&id)?, Moment::Now).await?, &conditions))
}
