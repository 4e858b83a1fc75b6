use axum::Json;
use domain::{access_policy::MaskedFields, permission::Permission};
use projections::{roles::GrantView, timeline::Actor};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    openapi::ListProblems,
    problem::ApiError,
    request::{Query, Session},
};

/// Who asks, and what they may do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rights {
    /// Who asks: an agent with an access token, or an API key.
    actor: Actor,
    /// Of which tenant.
    #[schema(example = "acme")]
    tenant_id: String,
    /// What they may do at this moment, and nothing else.
    permissions: Vec<GrantView>,
    /// What of customers they are not shown: `name`, `email`, `phone`, `text`.
    #[schema(value_type = Vec<String>, example = json!(["email"]))]
    masks_personal_data: MaskedFields,
}

/// Get what you may do
///
/// For each permission that you have: how far it reaches. Whoever shows a page can leave out what would be refused; what
/// counts is asked again at each request.
#[utoipa::path(
    get,
    path = "/me",
    operation_id = "getRights",
    tag = "Roles",
    security(("api_key" = []), ("access_token" = [])),
    responses((status = 200, description = "What you may do", body = Rights), ListProblems),
    extensions(("x-personal-data" = json!({"none": "permissions of the caller, and nobody's name"}))),
)]
pub async fn get_rights(session: Session, query: Query) -> Result<Json<Rights>, ApiError> {
    query.finish()?;
    let caller = &session.caller;
    let granted = |right: &Permission| Some(GrantView { permission: *right, reach: caller.permissions.reach(*right)? });
    Ok(Json(Rights {
        actor: Actor::of(&caller.actor.to_string()),
        tenant_id: session.log.tenant().to_string(),
        permissions: Permission::ALL.iter().filter_map(granted).collect(),
        masks_personal_data: caller.masked.clone(),
    }))
}
