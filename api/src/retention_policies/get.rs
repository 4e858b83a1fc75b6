use axum::{extract::State, response::Response};
use domain::Permission;
use projections::{as_of::Moment, retention_policies::RetentionPolicyView};

use super::{find, named};
use crate::{
    answer::shown,
    app::App,
    openapi::{Fresh, IfNoneMatch, ReadProblems, RetentionPolicyPath, Shown},
    problem::ApiError,
    request::{Conditions, PathText, Query, Session},
};

/// Get a retention policy, and what it did
#[utoipa::path(
    get,
    path = "/retention-policies/{id}",
    operation_id = "getRetentionPolicy",
    tag = "Privacy",
    security(("api_key" = ["privacy:read"])),
    params(RetentionPolicyPath, Fresh, IfNoneMatch),
    responses(Shown<RetentionPolicyView>, ReadProblems),
    extensions(("x-personal-data" = json!({"none": "a rule, and numbers"}))),
)]
pub async fn get_retention_policy(
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
