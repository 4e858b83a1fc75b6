use axum::{extract::State, response::Response};
use commands::support::Revoke;
use domain::SupportGrantId;

use crate::{
    answer::Written,
    app::App,
    openapi::{ActProblems, Done, Idempotent, schemas},
    problem::ApiError,
    request::{Conditions, PathText, Session},
};

/// Take a grant back
///
/// Whoever is here by it sees nothing any more, from their next request on.
#[utoipa::path(
    delete,
    path = "/support-access/{id}",
    operation_id = "revokeSupportAccess",
    tag = "Support access",
    security(("api_key" = ["support:write"])),
    params(("id" = inline(schemas::SupportGrantId), Path, description = "`sgr_…`"), Idempotent),
    responses(Done, ActProblems),
)]
pub async fn revoke_support_access(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
) -> Result<Response, ApiError> {
    session.require(commands::Permission::SupportWrite)?;
    let grant: SupportGrantId = id.parse().map_err(|_| ApiError::not_found("grant"))?;
    let request = conditions.wish(&app, &session, &[]);
    let receipt = app.desk.run(&session.log, &request, &Revoke(grant)).await?;
    let visible = app.visible(&session.log, &receipt).await;
    Ok(Written::changed(&receipt).empty(visible))
}
