use std::collections::BTreeSet;

use axum::{extract::State, http::HeaderMap, response::Response};
use commands::tickets::{CreateTicket, InlineCustomer, Requester};
use domain::{
    AgentId, CustomerId, FileId, TeamId, TicketId,
    tenant::Limit,
    text::{Body as Text, Email, ExternalId, Name, Tag, TicketType, Title},
    ticket::{Priority, Status},
};
use projections::tickets::TicketView;
use serde::Deserialize;
use utoipa::ToSchema;

use super::rendered;
use crate::{
    answer::Written,
    app::App,
    entitlements,
    openapi::{CreateProblems, Created, Idempotent, schemas},
    problem::ApiError,
    request::{Body, Conditions, Session},
    usage::next_month,
};

/// A new ticket.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title": "Login issues", "body": "I cannot log in since this morning.", "priority": "high",
    "type": "incident", "tags": ["login"], "customer": {"name": "John Doe", "email": "john@company.com"}}))]
pub struct NewTicket {
    /// The subject line.
    #[schema(value_type = schemas::Title)]
    title: Title,
    /// The first message, as plain text.
    #[schema(value_type = Option<schemas::Text>)]
    body: Option<Text>,
    /// Files that were uploaded before, 20 at most: they come with `body`.
    #[serde(default)]
    #[schema(value_type = Vec<schemas::FileId>, max_items = 20)]
    attachments: Vec<FileId>,
    /// Who asks, when you know our id; else send `customer`.
    #[schema(value_type = Option<schemas::CustomerId>)]
    customer_id: Option<CustomerId>,
    /// Who asks: found by `external_id` or `email`, or created.
    customer: Option<NewTicketCustomer>,
    /// `medium` when left out.
    #[schema(value_type = Option<projections::PrioritySchema>)]
    priority: Option<Priority>,
    /// Where it stands from the start; `open` when left out.
    #[schema(value_type = Option<projections::StatusSchema>)]
    status: Option<Status>,
    /// Your own kind of ticket.
    #[serde(rename = "type")]
    #[schema(value_type = Option<schemas::TicketType>)]
    kind: Option<TicketType>,
    /// Labels, 50 at most.
    #[serde(default)]
    #[schema(value_type = Vec<schemas::Tag>, max_items = 50)]
    tags: BTreeSet<Tag>,
    /// The agent who is responsible from the start.
    #[schema(value_type = Option<schemas::AgentId>)]
    assignee_id: Option<AgentId>,
    /// The team that has it from the start.
    #[schema(value_type = Option<schemas::TeamId>)]
    team_id: Option<TeamId>,
    /// Its id in your system, unique: `GET /api/tickets/external:ID` finds it.
    #[schema(value_type = Option<schemas::ExternalId>)]
    external_id: Option<ExternalId>,
}

/// A customer as they come with a ticket.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "John Doe", "email": "john@company.com"}))]
pub struct NewTicketCustomer {
    /// What they are called, if they are new.
    #[schema(value_type = Option<schemas::Name>)]
    name: Option<Name>,
    /// Where they read mail.
    #[schema(value_type = Option<schemas::Email>)]
    email: Option<Email>,
    /// Their id in your system.
    #[schema(value_type = Option<schemas::ExternalId>)]
    external_id: Option<ExternalId>,
}

/// Open a ticket
///
/// The customer may come with it: found by `external_id` or `email`, or created in the same step. When this answers
/// 201, the ticket is on disk and the lists show it (`Helpdesk-Visible: true`). It is never refused for being one more than
/// the plan has in a month: then it has `over_plan_limit`, and where there is a limit `Plan-Limit` says how much is left.
#[utoipa::path(
    post,
    path = "/tickets",
    operation_id = "createTicket",
    tag = "Tickets",
    security(("api_key" = ["tickets:write"])),
    params(Idempotent),
    request_body = NewTicket,
    responses(Created<TicketView>, CreateProblems),
)]
pub async fn create_ticket(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    body: Body<NewTicket>,
) -> Result<Response, ApiError> {
    let request = conditions.wish(&app, &session, &body.digest);
    let wish = body.value.into_wish(TicketId::new(app.desk.store().ids().next()))?;
    let receipt = app.files.run(&session.log, &request, &wish).await?;
    let location = format!("/api/tickets/{}", receipt.outcome.id);
    let ticket = rendered(&app, &session, &receipt).await?;
    let mut response = Written::created(&receipt, location).with(ticket.as_ref());
    if let Some(ticket) = ticket {
        tell_of_month(&app, &session, &ticket, response.headers_mut()).await?;
    }
    Ok(response)
}

/// Where the month has a limit, how much of it is left.
async fn tell_of_month(
    app: &App,
    session: &Session,
    ticket: &TicketView,
    headers: &mut HeaderMap,
) -> Result<(), ApiError> {
    let Some((place, limit)) = ticket.in_month else { return Ok(()) };
    let resets_at = next_month(ticket.created_at, app.desk.time_zone(&session.log).await?);
    let resets_in = resets_at.map(|at| at - app.desk.store().clock().now());
    entitlements::tell(headers, Limit::TicketsPerMonth, (place, limit), resets_in);
    Ok(())
}

impl NewTicket {
    fn into_wish(self, id: TicketId) -> Result<CreateTicket, ApiError> {
        let requester = match (self.customer_id, self.customer) {
            (Some(id), None) => Requester::Known(id),
            (None, Some(NewTicketCustomer { name, email, external_id })) => {
                Requester::Inline(InlineCustomer { name, email, external_id })
            }
            (None, None) => {
                return Err(ApiError::invalid_field("/customer", "required", "expected customer or customer_id"));
            }
            (Some(_), Some(_)) => {
                let detail = "expected either customer or customer_id, not both";
                return Err(ApiError::invalid_field("/customer", "invalid_value", detail));
            }
        };
        Ok(CreateTicket {
            id,
            title: self.title,
            body: self.body,
            files: self.attachments,
            requester,
            priority: self.priority.unwrap_or(Priority::Medium),
            kind: self.kind,
            tags: self.tags,
            external_id: self.external_id,
            assignee: self.assignee_id,
            team: self.team_id,
            status: self.status.unwrap_or(Status::Open),
        })
    }
}
