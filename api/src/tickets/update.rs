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
    openapi::WriteProblems,
    problem::ApiError,
    request::{Body, Conditions, PathText, Session, nullable},
};

/// What is to change. A field that is left out stays; null clears it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketChanges {
    /// The subject line.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 300)]
    title: Option<Title>,
    /// How much it hurts.
    #[schema(value_type = Option<projections::PrioritySchema>)]
    priority: Option<Priority>,
    /// Where it stands. A closed ticket must be reopened before it can be resolved.
    #[schema(value_type = Option<projections::StatusSchema>)]
    status: Option<Status>,
    /// Your own kind of ticket; null clears it.
    #[serde(rename = "type", default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, max_length = 60)]
    kind: Option<Option<TicketType>>,
    /// Exactly these tags.
    #[schema(value_type = Option<Vec<String>>, max_items = 50)]
    tags: Option<BTreeSet<Tag>>,
    /// These tags too.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 50)]
    tags_add: BTreeSet<Tag>,
    /// These tags no more.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 50)]
    tags_remove: BTreeSet<Tag>,
    /// The one who asks.
    #[schema(value_type = Option<String>)]
    customer_id: Option<CustomerId>,
    /// The agent who is responsible; null: nobody.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    assignee_id: Option<Option<AgentId>>,
    /// The team that has it; null: none.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    team_id: Option<Option<TeamId>>,
    /// Its id in your system; null clears it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, max_length = 200)]
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
    params(
        ("id" = String, Path, description = "`T-001`, `tkt_…` or `external:` and its id in your system"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` that you saw: 412 with the changed fields when it is no more"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless for 24 hours", max_length = 255),
    ),
    request_body = TicketChanges,
    responses((status = 200, description = "The ticket", body = TicketView), WriteProblems),
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
    params(
        ("id" = String, Path, description = "`T-001`, `tkt_…` or `external:` and its id in your system"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` that you saw: 412 with the changed fields when it is no more"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless for 24 hours", max_length = 255),
    ),
    request_body = TicketChanges,
    responses((status = 200, description = "The ticket", body = TicketView), WriteProblems),
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
