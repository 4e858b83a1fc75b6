use axum::{extract::State, http::StatusCode, response::Response};
use commands::{Permission, people};
use domain::InvitationId;
use projections::{Page, SortValue};

use super::InvitationView;
use crate::{
    answer::Paging,
    app::App,
    openapi::{ActProblems, Idempotent, ListProblems, Listed, Paged, schemas},
    problem::ApiError,
    request::{Conditions, PathText, Query, Session},
};

/// List invitations
///
/// Those that were neither accepted nor revoked, the newest first.
#[utoipa::path(
    get,
    path = "/invitations",
    operation_id = "listInvitations",
    tag = "Invitations",
    security(("api_key" = ["agents:read"])),
    params(Paged),
    responses(Listed<InvitationView>, ListProblems),
)]
pub async fn list_invitations(
    State(app): State<App>,
    session: Session,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::AgentsRead)?;
    let paging = Paging::take(&app, &session, "invitations", &mut query)?;
    query.finish()?;
    let before = match paging.after.as_deref() {
        Some([SortValue::Text(id)]) => Some(id.as_str()),
        _ => None,
    };
    let mut listed = app.desk.invitations(&session.log, before, paging.limit + 1).await?;
    let more = listed.len() > usize::from(paging.limit);
    listed.truncate(paging.limit.into());
    let next = listed.last().filter(|_| more).map(|last| vec![SortValue::Text(last.invited.id.to_string())]);
    let view =
        |people::Listed { invited, name, email, acceptable }| InvitationView::new(invited, name, email, acceptable);
    let page = Page { items: listed.into_iter().map(view).collect(), next };
    Ok(paging.answer(&app, page, None))
}

/// Revoke an invitation
#[utoipa::path(
    delete,
    path = "/invitations/{id}",
    operation_id = "revokeInvitation",
    tag = "Invitations",
    security(("api_key" = ["agents:write"])),
    params(("id" = inline(schemas::InvitationId), Path, description = "`inv_…`"), Idempotent),
    responses((status = 204, description = "It cannot be accepted any more"), ActProblems),
)]
pub async fn revoke_invitation(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
) -> Result<StatusCode, ApiError> {
    session.require(Permission::AgentsWrite)?;
    let id: InvitationId = id.parse().map_err(|_| ApiError::not_found("invitation"))?;
    let request = conditions.wish(&app, &session, &[]);
    app.desk.revoke_invitation(&session.log, &request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
