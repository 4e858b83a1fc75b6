use axum::{extract::State, response::Response};
use commands::Permission;

use super::ErasureView;
use crate::{
    answer::shown,
    app::App,
    openapi::{ErasurePath, IfNoneMatch, ReadProblems, Shown},
    problem::ApiError,
    request::{Conditions, PathText, Query, Session},
};

/// Get an erasure and its certificate
#[utoipa::path(
    get,
    path = "/erasures/{id}",
    operation_id = "getErasure",
    tag = "Privacy",
    security(("api_key" = ["audit:read"])),
    params(
        ErasurePath,
        IfNoneMatch,
    ),
    responses(Shown<ErasureView>, ReadProblems),
)]
pub async fn get_erasure(
    State(_): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::AuditRead)?;
    query.finish()?;
    let found = session.log.erasure(&id).await?.ok_or_else(|| ApiError::not_found("erasure"))?;
    Ok(shown(&ErasureView::from(found), &conditions))
}
