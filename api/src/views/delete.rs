use axum::{extract::State, response::Response};
use commands::{Permission, views::DeleteView};

use super::named;
use crate::{
    answer::Written,
    app::App,
    openapi::{ActProblems, Done, Idempotent, ViewPath},
    problem::ApiError,
    request::{Conditions, PathText, Session},
};

/// Delete a saved view
///
/// Your own; a shared one takes `agents:write`.
#[utoipa::path(
    delete,
    path = "/views/{id}",
    operation_id = "deleteView",
    tag = "Views",
    security(("api_key" = ["tickets:read"])),
    params(ViewPath, Idempotent),
    responses(Done, ActProblems),
    extensions(("x-personal-data" = json!({"none": "nothing is answered"}))),
)]
pub async fn delete_view(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
) -> Result<Response, ApiError> {
    session.require(Permission::TicketsRead)?;
    let request = conditions.wish(&app, &session, &[]);
    let receipt = app.desk.run(&session.log, &request, &DeleteView(named(&id)?)).await?;
    let visible = app.visible(&session.log, &receipt).await;
    Ok(Written::changed(&receipt).empty(visible))
}
