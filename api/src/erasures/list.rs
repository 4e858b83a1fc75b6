use axum::{extract::State, response::Response};
use commands::Permission;
use projections::{Page, SortValue};

use super::ErasureView;
use crate::{
    answer::Paging,
    app::App,
    openapi::{Fresh, ListProblems, Listed, Paged},
    problem::ApiError,
    request::{Query, Session},
};

/// List erasures, the oldest first
#[utoipa::path(
    get,
    path = "/erasures",
    operation_id = "listErasures",
    tag = "Privacy",
    security(("api_key" = ["audit:read"])),
    params(
        Paged,
        Fresh,
    ),
    responses(Listed<ErasureView>, ListProblems),
)]
pub async fn list_erasures(State(app): State<App>, session: Session, mut query: Query) -> Result<Response, ApiError> {
    session.require(Permission::AuditRead)?;
    let paging = Paging::take(&app, &session, "erasures", &mut query)?.fresh(&mut query)?;
    query.finish()?;
    app.reach(&session.log, paging.min_position).await?;
    let after = match paging.after.as_deref() {
        None => 0,
        Some([SortValue::Integer(position)]) => u64::try_from(*position).unwrap_or(0),
        // A cursor is signed for the list that it came from.
        Some(_) => return Err(ApiError::invalid_parameter("cursor", "expected a cursor of this list")),
    };
    let mut found = session.log.erasures(after, u32::from(paging.limit) + 1).await?;
    let more = found.len() > usize::from(paging.limit);
    found.truncate(paging.limit.into());
    let place = |position| vec![SortValue::Integer(i64::try_from(position).unwrap_or(i64::MAX))];
    let next = found.last().filter(|_| more).map(|last| place(last.position));
    Ok(paging.answer(&app, Page { items: found.into_iter().map(ErasureView::from).collect(), next }, None))
}
