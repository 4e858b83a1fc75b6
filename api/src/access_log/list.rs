use std::sync::Arc;

use axum::{extract::State, http::HeaderMap, response::Response};
use commands::Permission;
use event_store::Log;
use projections::{
    MAX_LIMIT, Page, QueryError, SortValue,
    access_log::{self, AccessLogEntry, AccessLogFilter},
};

use crate::{
    answer::{PageBody, Paging},
    app::App,
    events::wants,
    filter::range,
    ndjson,
    openapi::{ListProblems, Paged, RecordedTimes},
    problem::ApiError,
    request::{Query, Session},
};

/// Read who saw what, the newest first
///
/// Every answer that may have shown something of people has an entry, recorded before it was given: what was looked at,
/// listed, searched, exported, downloaded or streamed, by whom, whence; and what was asked for and refused. A write that
/// recorded an event is in the audit trail instead. `filter[target_id]` answers who looked at a ticket or a customer.
/// With `Accept: application/x-ndjson`, all of them that fit, an entry per line. Reading it leaves an entry, too.
#[utoipa::path(
    get,
    path = "/access-log",
    operation_id = "listAccessLog",
    tag = "Audit",
    security(("api_key" = ["audit:read"])),
    params(
        Paged,
        ("filter[actor]" = Option<String>, Query, description = "`kind:id`, for instance `agent:agt_…`, `api_key:key_…`, `support:alice`"),
        ("filter[kind]" = Option<String>, Query, description = "`view`, `list`, `search`, `export`, `download`, `report` or `stream`"),
        ("filter[operation]" = Option<String>, Query, description = "An operation of this API, for instance `getTicket`"),
        ("filter[target_id]" = Option<String>, Query, description = "The id of a ticket, a customer, an agent or a file"),
        ("filter[request_id]" = Option<String>, Query, description = "The request that it was shown by"),
        RecordedTimes,
    ),
    responses(
        (status = 200, description = "One page of the access log, or an export", content(
            (PageBody<AccessLogEntry> = "application/json"),
            (AccessLogEntry = "application/x-ndjson"),
        )),
        ListProblems,
    ),
)]
pub async fn list_access_log(
    State(app): State<App>,
    session: Session,
    headers: HeaderMap,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require_all(Permission::AuditRead)?;
    let paging = Paging::take(&app, &session, "access-log", &mut query)?;
    let filter = AccessLogFilter {
        actor: query.text("filter[actor]"),
        kind: query.text("filter[kind]"),
        operation: query.text("filter[operation]"),
        target_id: query.text("filter[target_id]"),
        request_id: query.text("filter[request_id]"),
        recorded_at: range(&mut query, "recorded_at")?,
    };
    query.finish()?;
    let asked = Arc::new((session.log, filter));
    if wants(&headers, "application/x-ndjson") {
        return Ok(ndjson::pages(paging.after, move |after| {
            let asked = Arc::clone(&asked);
            async move { page(&asked, after.as_deref(), MAX_LIMIT).await }
        }));
    }
    let page = page(&asked, paging.after.as_deref(), paging.limit).await?;
    Ok(paging.answer(&app, page, None))
}

async fn page(
    (log, filter): &(Log, AccessLogFilter),
    after: Option<&[SortValue]>,
    limit: u16,
) -> Result<Page<AccessLogEntry>, QueryError> {
    let tx = log.begin().await?;
    let page = access_log::list(log, &tx, filter, after, limit).await?;
    tx.commit().await?;
    Ok(page)
}
