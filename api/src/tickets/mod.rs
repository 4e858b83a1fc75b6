//! `/api/tickets`.

mod actions;
mod create;
mod delete;
mod get;
mod list;
mod messages;
mod rewrite;
mod timeline;
mod update;

use axum::http::StatusCode;
use domain::TicketId;
use event_store::Log;
use projections::{
    as_of::{self, Moment},
    tickets::{self, TicketKey, TicketView},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{Resource, Written},
    app::App,
    problem::ApiError,
    request::{Session, ticket_key},
};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_tickets, create::create_ticket))
        .routes(routes!(get::get_ticket, update::put_ticket, update::patch_ticket, delete::delete_ticket))
        .routes(routes!(actions::restore_ticket))
        .routes(routes!(actions::reopen_ticket))
        .routes(routes!(actions::rate_ticket))
        .routes(routes!(messages::list_messages, messages::add_message))
        .routes(routes!(rewrite::rectify_message))
        .routes(routes!(rewrite::redact_message))
        .routes(routes!(timeline::list_timeline))
}

impl Resource for TicketView {
    fn version(&self) -> u64 {
        self.version
    }
}

/// A ticket that is there, hidden or not.
async fn find(session: &Session, key: &TicketKey) -> Result<TicketView, ApiError> {
    find_in(&session.log, key).await
}

async fn find_in(log: &Log, key: &TicketKey) -> Result<TicketView, ApiError> {
    let tx = log.begin().await?;
    let ticket = tickets::get(&tx, key).await?;
    tx.end();
    ticket.ok_or_else(|| ApiError::not_found("ticket"))
}

/// A ticket that is there, and not hidden.
pub(crate) async fn shown(session: &Session, key: &TicketKey) -> Result<TicketView, ApiError> {
    shown_in(&session.log, key).await
}

/// As [`shown`], for somebody who needs no credentials.
pub(crate) async fn shown_in(log: &Log, key: &TicketKey) -> Result<TicketView, ApiError> {
    let ticket = find_in(log, key).await?;
    if ticket.deleted_at.is_some() {
        let detail = "this ticket is deleted: restore it with POST /api/tickets/{id}/restore";
        return Err(ApiError::new(StatusCode::GONE, "ticket_deleted", detail));
    }
    Ok(ticket)
}

/// The id of the ticket that the URL names, which there is.
async fn known(session: &Session, text: &str) -> Result<TicketId, ApiError> {
    find(session, &ticket_key(text)?).await?.id.parse().map_err(|_| ApiError::not_found("ticket"))
}

/// The id of the ticket that the URL names. An id is taken at its word: the command will say whether there is one.
async fn resolve(session: &Session, text: &str) -> Result<TicketId, ApiError> {
    match ticket_key(text)? {
        TicketKey::Id(id) => Ok(id),
        TicketKey::Number(_) | TicketKey::ExternalId(_) => known(session, text).await,
    }
}

/// Answers a write with the ticket as it is now.
async fn answer(
    app: &App,
    session: &Session,
    receipt: &commands::Receipt,
    written: Written<'_>,
) -> Result<axum::response::Response, ApiError> {
    // A repeat waits as well: its first time may have been cut off before anybody could see it.
    let visible = app.visible(&session.log, receipt).await;
    if receipt.replayed && visible {
        // A repeat is answered with what the first time was answered with, whatever has happened since.
        let id = receipt.outcome.id.parse().map_err(|_| ApiError::not_found("ticket"))?;
        let past = as_of::ticket(&session.log, id, Moment::Position(receipt.position)).await?;
        return Ok(written.with(past.map(|past| past.ticket).as_ref()));
    }
    let ticket = if visible { Some(find(session, &ticket_key(&receipt.outcome.id)?).await?) } else { None };
    Ok(written.with(ticket.as_ref()))
}
