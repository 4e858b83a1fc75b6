use axum::{extract::State, response::Response};
use domain::Permission;
use projections::legal_holds::{self, LegalHoldView};

use crate::{
    answer::Paging,
    app::App,
    openapi::{Fresh, ListProblems, Listed, Paged},
    problem::ApiError,
    request::{Query, Session},
};

/// List legal holds, the newest first
///
/// Those that were released, too: `released_at` is null of those that stand.
#[utoipa::path(
    get,
    path = "/legal-holds",
    operation_id = "listLegalHolds",
    tag = "Privacy",
    security(("api_key" = ["privacy:read"])),
    params(
        Paged,
        Fresh,
    ),
    responses(Listed<LegalHoldView>, ListProblems),
)]
pub async fn list_legal_holds(
    State(app): State<App>,
    session: Session,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::PrivacyRead)?;
    let paging = Paging::take(&app, &session, "legal-holds", &mut query)?.fresh(&mut query)?;
    query.finish()?;
    let after = paging.after_id()?;
    app.reach(&session.log, paging.min_position).await?;
    let page = legal_holds::list(&session.log, after, paging.limit).await?;
    Ok(paging.answer(&app, page, None))
}
