//! `/api/tickets`.

mod actions;
mod create;
mod delete;
mod erase;
mod get;
mod list;
mod messages;
mod presence;
mod rewrite;
mod timeline;
mod undo;
mod update;
mod why;

use axum::http::StatusCode;
use commands::Permission;
use domain::TicketId;
use event_store::Log;
use projections::{
    Scope,
    as_of::{self, Moment},
    tickets::{self, TicketAsOf, TicketKey, TicketView},
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
        .routes(routes!(erase::erase_ticket))
        .routes(routes!(actions::reopen_ticket))
        .routes(routes!(actions::rate_ticket))
        .routes(routes!(messages::list_messages, messages::add_message))
        .routes(routes!(rewrite::rectify_message))
        .routes(routes!(rewrite::redact_message))
        .routes(routes!(presence::put_presence, presence::get_presence, presence::delete_presence))
        .routes(routes!(timeline::list_timeline))
        .routes(routes!(undo::undo_change))
        .routes(routes!(why::get_causes))
}

impl Resource for TicketView {
    fn version(&self) -> u64 {
        self.version
    }
}

impl Resource for TicketAsOf {
    fn version(&self) -> u64 {
        self.ticket.version
    }
}

/// A ticket that is there, hidden or not.
async fn find(log: &Log, scope: &Scope, key: &TicketKey) -> Result<TicketView, ApiError> {
    tickets::find(log, scope, key).await?.ok_or_else(|| ApiError::not_found("ticket"))
}

/// A ticket that is there, and not hidden.
pub(crate) async fn shown(log: &Log, scope: &Scope, key: &TicketKey) -> Result<TicketView, ApiError> {
    let ticket = find(log, scope, key).await?;
    if ticket.deleted_at.is_some() {
        let detail = "this ticket is deleted: restore it with POST /api/tickets/{id}/restore";
        return Err(ApiError::new(StatusCode::GONE, "ticket_deleted", detail));
    }
    Ok(ticket)
}

/// A ticket that is there, as it was.
async fn past(log: &Log, scope: &Scope, key: &TicketKey, moment: Moment) -> Result<TicketAsOf, ApiError> {
    let now = find(log, scope, key).await?;
    let past = tickets::past(log, scope, &now, moment).await?;
    past.ok_or_else(|| ApiError::not_found("ticket").saying("this ticket was not there yet: ask for a later moment"))
}

/// The id of the ticket that the URL names, which there is.
async fn known(log: &Log, scope: &Scope, text: &str) -> Result<TicketId, ApiError> {
    find(log, scope, &ticket_key(text)?).await?.id.parse().map_err(|_| ApiError::not_found("ticket"))
}

/// The id of the ticket that the URL names. An id is taken at its word: the command will say whether there is one, and
/// whether it is within the caller's reach.
async fn resolve(session: &Session, text: &str) -> Result<TicketId, ApiError> {
    match ticket_key(text)? {
        TicketKey::Id(id) => Ok(id),
        TicketKey::Number(_) | TicketKey::ExternalId(_) => known(&session.log, &Scope::ALL, text).await,
    }
}

/// Answers a write with the ticket as it is now.
async fn answer(
    app: &App,
    session: &Session,
    receipt: &commands::Receipt,
    written: Written<'_>,
) -> Result<axum::response::Response, ApiError> {
    Ok(written.with(rendered(app, session, receipt).await?.as_ref()))
}

/// The ticket that a write is about, as it left it; none when the lists do not show it yet.
async fn rendered(app: &App, session: &Session, receipt: &commands::Receipt) -> Result<Option<TicketView>, ApiError> {
    // A repeat waits as well: its first time may have been cut off before anybody could see it.
    if !app.visible(&session.log, receipt).await {
        return Ok(None);
    }
    let id: TicketId = receipt.outcome.id.parse().map_err(|_| ApiError::not_found("ticket"))?;
    if !receipt.replayed {
        let scope = session.scope(Permission::TicketsRead).unwrap_or(Scope::ALL);
        let ticket = tickets::find(&session.log, &scope, &TicketKey::Id(id)).await?;
        if ticket.is_some() {
            return Ok(ticket);
        }
    }
    // A repeat is answered with what the first time was answered with, whatever has happened since; and so is who put the
    // ticket out of their own sight.
    let past = as_of::ticket(&session.log, id, Moment::Position(receipt.position)).await?;
    Ok(past.map(|past| past.ticket))
}
