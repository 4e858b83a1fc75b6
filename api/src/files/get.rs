use axum::{Json, extract::State};
use commands::Permission;

use super::{FileView, find};
use crate::{
    app::App,
    openapi::{Deleted, FilePath, ReadProblems},
    problem::ApiError,
    request::{PathText, Query, Session},
};

/// Get what is known of a file
#[utoipa::path(
    get,
    path = "/files/{id}",
    operation_id = "getFile",
    tag = "Files",
    security(("api_key" = ["tickets:read"])),
    params(FilePath),
    responses((status = 200, description = "As it is now", body = FileView), ReadProblems, Deleted),
)]
pub async fn get_file(
    State(app): State<App>,
    session: Session,
    PathText(id): PathText,
    query: Query,
) -> Result<Json<FileView>, ApiError> {
    let scope = session.scope(Permission::TicketsRead)?;
    query.finish()?;
    Ok(Json(FileView::from(&find(&app, &session.log, &scope, &id).await?)))
}
