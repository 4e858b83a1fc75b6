use axum::{extract::State, response::Response};
use commands::{Permission, views::owner_of};
use projections::{as_of::Moment, saved_views::ViewView};

use super::find;
use crate::{
    answer::shown,
    app::App,
    openapi::{Fresh, IfNoneMatch, ReadProblems, Shown, ViewPath},
    problem::ApiError,
    request::{Conditions, PathText, Query, Session},
};

/// Get a saved view
#[utoipa::path(
    get,
    path = "/views/{id}",
    operation_id = "getView",
    tag = "Views",
    security(("api_key" = ["tickets:read"])),
    params(ViewPath, Fresh, IfNoneMatch),
    responses(Shown<ViewView>, ReadProblems),
    extensions(("x-personal-data" = json!({"none": "a question"}))),
)]
pub async fn get_view(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::TicketsRead)?;
    let min_position = query.position("min_position")?;
    query.finish()?;
    app.reach(&session.log, min_position).await?;
    let view = find(&session, &id, Moment::Now).await?;
    if !view.is_seen_by(owner_of(&session.caller).as_deref()) {
        return Err(ApiError::not_found("view"));
    }
    Ok(shown(&view, &conditions))
}
