use axum::{Json, extract::State};
use domain::Permission;
use serde::Serialize;
use utoipa::ToSchema;

use super::{KeyView, named};
use crate::{
    app::App,
    openapi::{ListProblems, ReadProblems, schemas},
    problem::ApiError,
    request::{PathText, Query, Session},
};

/// All keys, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyList {
    /// The keys.
    data: Vec<KeyView>,
}

/// List API keys
#[utoipa::path(
    get,
    path = "/keys",
    operation_id = "listKeys",
    tag = "API keys",
    security(("api_key" = ["keys:read"])),
    responses((status = 200, description = "All keys that were ever issued", body = KeyList), ListProblems),
)]
pub async fn list_keys(State(app): State<App>, session: Session, query: Query) -> Result<Json<KeyList>, ApiError> {
    session.require(Permission::KeysRead)?;
    query.finish()?;
    let keys = app.desk.keys(&session.log).await?;
    Ok(Json(KeyList { data: keys.into_iter().map(KeyView::from).collect() }))
}

/// Get an API key
///
/// What is known of it. The key itself was shown once, when it was made.
#[utoipa::path(
    get,
    path = "/keys/{id}",
    operation_id = "getKey",
    tag = "API keys",
    security(("api_key" = ["keys:read"])),
    params(("id" = inline(schemas::ApiKeyId), Path, description = "`key_…`")),
    responses((status = 200, description = "What is known of it", body = KeyView), ReadProblems),
)]
pub async fn get_key(
    State(app): State<App>,
    session: Session,
    PathText(id): PathText,
    query: Query,
) -> Result<Json<KeyView>, ApiError> {
    session.require(Permission::KeysRead)?;
    query.finish()?;
    let id = named(&id)?;
    let found = app.desk.keys(&session.log).await?.into_iter().find(|key| key.id == id);
    found.map(|key| Json(key.into())).ok_or_else(|| ApiError::not_found("API key"))
}
