use std::collections::BTreeSet;

use axum::{extract::State, response::Response};
use commands::tickets::{TicketPatch, UpdateTicket};
use domain::{
    AgentId, CustomerId, TeamId,
    text::{ExternalId, Tag, TicketType, Title},
    ticket::{Priority, Status},
};
use projections::tickets::TicketView;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{answer, resolve};
use crate::{
    answer::Written,
    app::App,
    openapi::{ChangeProblems, Changed, Deleted, Idempotent, IfMatch, TicketPath, schemas},
    problem::ApiError,
    request::{Body, Conditions, PathText, Session, nullable},
};

/// What is to change. A field that is left out stays; null clears it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"status": "in_progress", "priority": "critical", "tags_add": ["vip"]}))]
pub struct TicketChanges {
    /// The subject line.
    #[schema(value_type = Option<schemas::Title>)]
    title: Option<Title>,
    /// How much it hurts.
    #[schema(value_type = Option<projections::PrioritySchema>)]
    priority: Option<Priority>,
    /// Where it stands. A closed ticket must be reopened before it can be resolved.
    #[schema(value_type = Option<projections::StatusSchema>)]
    status: Option<Status>,
    /// Your own kind of ticket; null clears it.
    #[serde(rename = "type", default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::TicketType>)]
    kind: Option<Option<TicketType>>,
    /// Exactly these tags.
    #[schema(value_type = Option<Vec<schemas::Tag>>, max_items = 50)]
    tags: Option<BTreeSet<Tag>>,
    /// These tags too.
    #[serde(default)]
    #[schema(value_type = Vec<schemas::Tag>, max_items = 50)]
    tags_add: BTreeSet<Tag>,
    /// These tags no more.
    #[serde(default)]
    #[schema(value_type = Vec<schemas::Tag>, max_items = 50)]
    tags_remove: BTreeSet<Tag>,
    /// The one who asks.
    #[schema(value_type = Option<schemas::CustomerId>)]
    customer_id: Option<CustomerId>,
    /// The agent who is responsible; null: nobody.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::AgentId>)]
    assignee_id: Option<Option<AgentId>>,
    /// The team that has it; null: none.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::TeamId>)]
    team_id: Option<Option<TeamId>>,
    /// Its id in your system; null clears it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<schemas::ExternalId>)]
    external_id: Option<Option<ExternalId>>,
}

impl From<TicketChanges> for TicketPatch {
    fn from(changes: TicketChanges) -> Self {
        Self {
            title: changes.title,
            priority: changes.priority,
            kind: changes.kind,
            tags: changes.tags,
            tags_add: changes.tags_add,
            tags_remove: changes.tags_remove,
            customer: changes.customer_id,
            assignee: changes.assignee_id,
            team: changes.team_id,
            external_id: changes.external_id,
            status: changes.status,
        }
    }
}

/// Change a ticket
///
/// Partial, like PATCH: what is left out stays as it is.
#[utoipa::path(
    put,
    path = "/tickets/{id}",
    operation_id = "updateTicket",
    tag = "Tickets",
    security(("api_key" = ["tickets:write"])),
    params(
        TicketPath,
        IfMatch,
        Idempotent,
    ),
    request_body = TicketChanges,
    responses(Changed<TicketView>, ChangeProblems, Deleted),
)]
pub async fn put_ticket(
    app: State<App>,
    session: Session,
    conditions: Conditions,
    id: PathText,
    body: Body<TicketChanges>,
) -> Result<Response, ApiError> {
    update(app, session, conditions, id, body).await
}

/// Change a ticket
///
/// Partial: what is left out stays as it is.
#[utoipa::path(
    patch,
    path = "/tickets/{id}",
    operation_id = "patchTicket",
    tag = "Tickets",
    security(("api_key" = ["tickets:write"])),
    params(
        TicketPath,
        IfMatch,
        Idempotent,
    ),
    request_body = TicketChanges,
    responses(Changed<TicketView>, ChangeProblems, Deleted),
)]
pub async fn patch_ticket(
    app: State<App>,
    session: Session,
    conditions: Conditions,
    id: PathText,
    body: Body<TicketChanges>,
) -> Result<Response, ApiError> {
    update(app, session, conditions, id, body).await
}

async fn update(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    body: Body<TicketChanges>,
) -> Result<Response, ApiError> {
    let request = conditions.wish(&app, &session, &body.digest);
    let wish = UpdateTicket { id: resolve(&session, &id).await?, patch: body.value.into() };
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    answer(&app, &session, &receipt, Written::changed(&receipt)).await
}
