use axum::{extract::State, response::Response};
use commands::{
    Operation,
    tickets::{RateTicket, ReopenTicket, RestoreTicket},
};
use domain::TicketId;
use projections::tickets::TicketView;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{answer, resolve};
use crate::{
    answer::Written,
    app::App,
    openapi::{ActProblems, ChangeProblems, Changed, Deleted, Idempotent, IfMatch, TicketPath},
    problem::ApiError,
    request::{Body, Conditions, PathText, Session},
};

/// Restore a deleted ticket
#[utoipa::path(
    post,
    path = "/tickets/{id}/restore",
    operation_id = "restoreTicket",
    tag = "Tickets",
    security(("api_key" = ["tickets:delete"])),
    params(TicketPath, IfMatch, Idempotent),
    responses(Changed<TicketView>, ActProblems),
)]
pub async fn restore_ticket(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
) -> Result<Response, ApiError> {
    act(&app, &session, &conditions, &id, &[], RestoreTicket).await
}

/// Reopen a resolved or closed ticket
#[utoipa::path(
    post,
    path = "/tickets/{id}/reopen",
    operation_id = "reopenTicket",
    tag = "Tickets",
    security(("api_key" = ["tickets:write"])),
    params(TicketPath, IfMatch, Idempotent),
    responses(Changed<TicketView>, ActProblems, Deleted),
)]
pub async fn reopen_ticket(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
) -> Result<Response, ApiError> {
    act(&app, &session, &conditions, &id, &[], ReopenTicket).await
}

/// How it went.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"score": 5}))]
pub struct NewRating {
    /// 1 (bad) to 5 (good).
    #[schema(minimum = 1, maximum = 5)]
    score: u8,
}

/// Rate a resolved or closed ticket
#[utoipa::path(
    put,
    path = "/tickets/{id}/rating",
    operation_id = "rateTicket",
    tag = "Tickets",
    security(("api_key" = ["tickets:write"])),
    params(TicketPath, IfMatch, Idempotent),
    request_body = NewRating,
    responses(Changed<TicketView>, ChangeProblems, Deleted),
)]
pub async fn rate_ticket(
    State(app): State<App>,
    session: Session,
    conditions: Conditions,
    PathText(id): PathText,
    body: Body<NewRating>,
) -> Result<Response, ApiError> {
    let score = body.value.score;
    act(&app, &session, &conditions, &id, &body.digest, |id| RateTicket { id, score }).await
}

async fn act<O: Operation>(
    app: &App,
    session: &Session,
    conditions: &Conditions,
    id: &str,
    body: &[u8],
    wish: impl FnOnce(TicketId) -> O + Send,
) -> Result<Response, ApiError> {
    let request = conditions.wish(app, session, body);
    let wish = wish(resolve(session, id).await?);
    let receipt = app.desk.run(&session.log, &request, &wish).await?;
    answer(app, session, &receipt, Written::changed(&receipt)).await
}
