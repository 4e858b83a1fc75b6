use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use commands::{Permission, views::CreateView};
use domain::{ViewId, text::Name};
use projections::saved_views::{self, ViewView};
use serde::Deserialize;
use utoipa::ToSchema;

use super::question::check;
use crate::{
    answer::Written,
    app::App,
    openapi::{CreateProblems, Created, Idempotent, schemas},
    problem::ApiError,
    request::{Body, Conditions, Session},
};

/// A new view.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Refunds, waiting", "query": {"filter[status]": "pending", "filter[tag]": "refund"}}))]
pub struct NewView {
    /// What it is called. It stays in your event log as it is: name no persons.
    #[schema(value_type = schemas::Name)]
    name: Name,
    /// Parameters of `GET /api/tickets`: filters, `sort`, and a `q` of fields (`status:open`) without words to search for.
    query: BTreeMap<String, String>,
    /// Whether everybody sees it: this takes `agents:write`.
    #[serde(default)]
    shared: bool,
    /// Its place among the others: the lower ones come first.
    #[serde(default)]
    #[schema(maximum = 65535)]
    rank: u16,
}

/// Save a view
///
/// A question to the list of tickets, under a name: your own, or with `shared` everybody's. What the list would not take is
/// not saved. `filter[assignee_id]=me` is whoever looks.
#[utoipa::path(
    post,
    path = "/views",
    operation_id = "createView",
    tag = "Views",
    security(("api_key" = ["tickets:read"])),
    params(Idempotent),
    request_body = NewView,
    responses(Created<ViewView>, CreateProblems),
    extensions(("x-personal-data" = json!({"none": "a question"}))),
)]
pub async fn create_view(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    body: Body<NewView>,
) -> Result<Response, ApiError> {
    session.require(Permission::TicketsRead)?;
    let request = conditions.wish(&app, &session, &body.digest);
    let id = ViewId::new(app.desk.store().ids().next());
    let NewView { name, query, shared, rank } = body.value;
    check(&query)?;
    let wish = CreateView { id, name, query, shared, rank };
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    let visible = app.visible(&session.log, &receipt).await;
    // Where this wish is recorded is the view that it saved, the first time and whenever it is repeated.
    let saved = saved_views::saved_at(&session.log, receipt.position).await?;
    let id = saved.as_ref().map_or_else(|| id.to_string(), |saved| saved.id.clone());
    Ok(Written::created(&receipt, format!("/api/views/{id}")).with(saved.as_ref().filter(|_| visible)))
}
