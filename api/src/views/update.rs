use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use commands::{Permission, views::UpdateView};
use domain::text::Name;
use projections::saved_views::ViewView;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{find, named, question::check};
use crate::{
    answer::Written,
    app::App,
    openapi::{ChangeProblems, Changed, Idempotent, ViewPath, schemas},
    problem::ApiError,
    request::{Body, Conditions, PathText, Session},
};

/// What is to change. A field that is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Refunds", "rank": 1}))]
pub struct ViewChanges {
    /// What it is called. It stays in your event log as it is: name no persons.
    #[schema(value_type = Option<schemas::Name>)]
    name: Option<Name>,
    /// Exactly these parameters of `GET /api/tickets`.
    query: Option<BTreeMap<String, String>>,
    /// Whether everybody sees it.
    shared: Option<bool>,
    /// Its place among the others: the lower ones come first.
    #[schema(maximum = 65535)]
    rank: Option<u16>,
}

/// Change a saved view
///
/// Your own; a shared one, or to share one, takes `agents:write`. Those that come with the product stay: 409 `view_built_in`.
#[utoipa::path(
    patch,
    path = "/views/{id}",
    operation_id = "patchView",
    tag = "Views",
    security(("api_key" = ["tickets:read"])),
    params(ViewPath, Idempotent),
    request_body = ViewChanges,
    responses(Changed<ViewView>, ChangeProblems),
    extensions(("x-personal-data" = json!({"none": "a question"}))),
)]
pub async fn patch_view(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    body: Body<ViewChanges>,
) -> Result<Response, ApiError> {
    session.require(Permission::TicketsRead)?;
    let request = conditions.wish(&app, &session, &body.digest);
    let ViewChanges { name, query, shared, rank } = body.value;
    query.as_ref().map_or(Ok(()), check)?;
    let wish = UpdateView { id: named(&id)?, name, query, shared, rank };
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    Written::changed(&receipt).folded(&app, &session, |moment| find(&session, &id, moment)).await
}
