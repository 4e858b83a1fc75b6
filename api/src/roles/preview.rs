use axum::{Json, extract::State};
use commands::Permission;
use domain::{access_policy::MaskedFields, role::RoleId};
use projections::{
    as_of::Moment,
    roles::{self, ReachChange},
    tickets::AgentRef,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{body::RoleChanges, missing, own, update};
use crate::{
    app::App,
    openapi::{ChangeProblems, IfMatch, RolePath},
    problem::ApiError,
    request::{Body, Conditions, PathText, Session},
};

/// Agents that are named.
const NAMED: u16 = 100;

/// What a change of a role would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct RolePreview {
    /// What those who have the role may do then and may not now, or for more tickets than now.
    gains: Vec<ReachChange>,
    /// What they may do now and may not then, or for fewer tickets.
    loses: Vec<ReachChange>,
    /// What of customers they are shown now and would not be then.
    #[schema(value_type = Vec<String>, example = json!(["email"]))]
    masks: MaskedFields,
    /// What of customers they are not shown now and would be then.
    #[schema(value_type = Vec<String>, example = json!([]))]
    unmasks: MaskedFields,
    /// How many agents have the role.
    #[schema(minimum = 0)]
    agents: u64,
    /// Who they are: the first hundred, by name.
    affected: Vec<AgentRef>,
}

/// Preview a change of a role
///
/// Takes what `PUT /api/roles/{id}` takes, changes nothing, and says what the change would give and take, and whom it is
/// about. What would be refused is refused in the same words.
#[utoipa::path(
    post,
    path = "/roles/{id}/preview",
    operation_id = "previewRole",
    tag = "Roles",
    security(("api_key" = ["roles:write"])),
    params(RolePath, IfMatch),
    request_body = RoleChanges,
    responses((status = 200, description = "What it would do", body = RolePreview), ChangeProblems),
)]
pub async fn preview_role(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    body: Body<RoleChanges>,
) -> Result<Json<RolePreview>, ApiError> {
    session.require(Permission::RolesWrite)?;
    let id = own(&id)?;
    let wish = update::wish(id, body.value)?;
    app.desk.rehearse(&session.log, &conditions.wish(&app, &session, &body.digest), &wish).await?;
    let known = roles::at(&session.log, Moment::Now).await?;
    let before = known.own(id).ok_or_else(missing)?;
    let after = wish.patch.applied(before);
    let changes = ReachChange::between(&before.permissions, &after.permissions);
    let (gains, loses) = changes.into_iter().partition(ReachChange::gives);
    let hidden = known.masked_for(RoleId::Custom(id));
    let then = wish.patch.masks_personal_data.as_ref().unwrap_or(&hidden);
    let (masks, unmasks) = (then - &hidden, &hidden - then);
    let tx = session.log.begin().await?;
    let (agents, affected) = roles::holders_of(&tx, RoleId::Custom(id), NAMED).await?;
    tx.end();
    Ok(Json(RolePreview { gains, loses, masks, unmasks, agents, affected }))
}
