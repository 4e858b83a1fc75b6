use axum::{Json, extract::State};
use domain::Permission;
use projections::{
    as_of::Moment,
    retention_policies::{self, RetentionPolicyView},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    openapi::{Fresh, ListProblems},
    problem::ApiError,
    request::{Query, Session},
};

/// The retention policies of your tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct RetentionPolicyList {
    /// In the order in which they were made: at most 50.
    #[schema(max_items = 50)]
    data: Vec<RetentionPolicyView>,
}

/// List retention policies, and what they did
#[utoipa::path(
    get,
    path = "/retention-policies",
    operation_id = "listRetentionPolicies",
    tag = "Privacy",
    security(("api_key" = ["privacy:read"])),
    params(Fresh),
    responses((status = 200, description = "Every policy", body = RetentionPolicyList), ListProblems),
    extensions(("x-personal-data" = json!({"none": "rules, and numbers"}))),
)]
pub async fn list_retention_policies(
    State(app): State<App>,
    session: Session,
    mut query: Query,
) -> Result<Json<RetentionPolicyList>, ApiError> {
    session.require(Permission::PrivacyRead)?;
    let min_position = query.position("min_position")?;
    query.finish()?;
    app.reach(&session.log, min_position).await?;
    Ok(Json(RetentionPolicyList { data: retention_policies::list(&session.log, Moment::Now).await? }))
}
