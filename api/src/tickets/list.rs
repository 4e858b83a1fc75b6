use axum::{extract::State, response::Response};
use commands::Permission;
use projections::tickets::{self, TicketView};

use crate::{
    answer::{PageBody, Paging},
    app::App,
    filter::ticket_query,
    openapi::ClientProblems,
    problem::ApiError,
    request::{Query, Session},
};

/// List tickets
///
/// Keyset pages: stable while others write, and without a cap. Hidden (deleted) tickets are left out unless
/// `filter[deleted]` asks for them.
#[utoipa::path(
    get,
    path = "/tickets",
    operation_id = "listTickets",
    tag = "Tickets",
    params(
        ("limit" = Option<u32>, Query, description = "Items per page, 1 to 100; 25 by default", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
        ("sort" = Option<String>, Query, description = "Up to three of `created_at`, `updated_at`, `number`, `priority`, `status`, `resolved_at`, `closed_at`, `first_response_at`, separated by commas; `-` in front: descending. `-created_at` by default"),
        ("q" = Option<String>, Query, description = "Words that the ticket, its messages or its customer must hold; `\"exact phrase\"`, `-without`, and fields: `status:open priority:high tag:vip assignee:none`"),
        ("include" = Option<String>, Query, description = "`total_count` counts the whole list"),
        ("min_position" = Option<u64>, Query, description = "Answer only once the lists have come to this position of the log; 503 after two seconds"),
        ("filter[status]" = Option<String>, Query, description = "`open`, `in_progress`, `pending`, `resolved`, `closed`; several separated by commas"),
        ("filter[priority]" = Option<String>, Query, description = "`low`, `medium`, `high`, `critical`; several separated by commas"),
        ("filter[type]" = Option<String>, Query, description = "The company's own kinds, separated by commas"),
        ("filter[tag]" = Option<String>, Query, description = "Any of these tags, separated by commas"),
        ("filter[assignee_id]" = Option<String>, Query, description = "Agents' ids, or `none`, separated by commas"),
        ("filter[team_id]" = Option<String>, Query, description = "Teams' ids, or `none`, separated by commas"),
        ("filter[customer_id]" = Option<String>, Query, description = "Customers' ids, separated by commas"),
        ("filter[external_id]" = Option<String>, Query, description = "The id in another system"),
        ("filter[imported]" = Option<bool>, Query, description = "Only imported tickets, or only those that are not"),
        ("filter[deleted]" = Option<String>, Query, description = "`false` (by default), `only`, `true` (with the others)"),
        ("filter[created_at][gte]" = Option<String>, Query, description = "Created at or after this instant; also `gt`, `lt`, `lte`, and the same for `updated_at`, `resolved_at`, `closed_at`"),
    ),
    responses((status = 200, description = "One page of tickets", body = PageBody<TicketView>), ClientProblems),
)]
pub async fn list_tickets(State(app): State<App>, session: Session, mut query: Query) -> Result<Response, ApiError> {
    session.require(Permission::TicketsRead)?;
    let paging = Paging::take(&app, &session, "tickets", &mut query)?;
    let wanted = ticket_query(&mut query, &paging)?;
    query.finish()?;
    app.reach(&session.log, paging.min_position).await?;
    let tx = session.log.begin().await?;
    let page = tickets::list(&tx, &wanted).await?;
    let total = if paging.counted { Some(tickets::count(&tx, &wanted.filter).await?) } else { None };
    tx.commit().await?;
    Ok(paging.answer(&app, page, total))
}
