use axum::{extract::State, response::Response};
use commands::Permission;
use projections::tickets::{self, TicketQuery, TicketView};

use crate::{
    answer::Paging,
    app::App,
    filter::{Me, ticket_query},
    openapi::{Counted, Fresh, ListProblems, Listed, Paged, TicketTimes, schemas},
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
    security(("api_key" = ["tickets:read"])),
    params(
        Paged,
        ("sort" = Option<String>, Query, description = "Up to three of `created_at`, `updated_at`, `number`, `priority`, `status`, `resolved_at`, `closed_at`, `first_response_at`, separated by commas; `-` in front: descending. `-created_at` by default", pattern = "^-?(created_at|updated_at|number|priority|status|resolved_at|closed_at|first_response_at)(,-?(created_at|updated_at|number|priority|status|resolved_at|closed_at|first_response_at)){0,2}$"),
        ("q" = Option<String>, Query, description = "Words that the ticket, its messages or its customer must hold; `\"exact phrase\"`, `-without`, and fields: `status:open priority:high tag:vip assignee:none`", min_length = 1),
        Counted,
        Fresh,
        ("filter[status]" = Option<Vec<projections::StatusSchema>>, Query, description = "Any of these, separated by commas", style = Form, explode = false, min_items = 1),
        ("filter[priority]" = Option<Vec<projections::PrioritySchema>>, Query, description = "Any of these, separated by commas", style = Form, explode = false, min_items = 1),
        ("filter[type]" = Option<Vec<String>>, Query, description = "The company's own kinds, separated by commas", style = Form, explode = false),
        ("filter[tag]" = Option<Vec<String>>, Query, description = "Any of these tags, separated by commas", style = Form, explode = false),
        ("filter[tags_all]" = Option<Vec<String>>, Query, description = "All of these tags, separated by commas", style = Form, explode = false),
        ("filter[assignee_id]" = Option<Vec<String>>, Query, description = "Agents' ids, `me` (whoever asks) or `none`, separated by commas", style = Form, explode = false),
        ("filter[team_id]" = Option<Vec<String>>, Query, description = "Teams' ids, or `none`, separated by commas", style = Form, explode = false),
        ("filter[customer_id]" = Option<Vec<String>>, Query, description = "Customers' ids, separated by commas", style = Form, explode = false),
        ("filter[ticket_id]" = Option<Vec<schemas::TicketNumber>>, Query, description = "Display ids, separated by commas", style = Form, explode = false, min_items = 1),
        ("filter[external_id]" = Option<String>, Query, description = "The id in another system"),
        ("filter[imported]" = Option<bool>, Query, description = "Only imported tickets, or only those that are not"),
        ("filter[deleted]" = inline(Option<schemas::DeletedShown>), Query, description = "`false` (by default), `only`, `true` (with the others)"),
        TicketTimes,
    ),
    responses(Listed<TicketView>, ListProblems),
)]
pub async fn list_tickets(State(app): State<App>, session: Session, mut query: Query) -> Result<Response, ApiError> {
    let scope = session.scope(Permission::TicketsRead)?;
    let paging = Paging::take(&app, &session, "tickets", &mut query)?.fresh(&mut query)?.counted(&mut query)?;
    let page = ticket_query(&mut query, &Me::of(&session))?;
    let wanted = TicketQuery { after: paging.after.clone(), limit: paging.limit, ..page };
    query.finish()?;
    app.reach_list(&session.log, wanted.filter.text.as_ref(), paging.min_position).await?;
    let tx = session.log.begin().await?;
    let page = tickets::list(&tx, &scope, &wanted).await?;
    let total = if paging.counted { Some(tickets::count(&tx, &scope, &wanted.filter).await?) } else { None };
    tx.end();
    Ok(paging.answer(&app, page, total))
}
