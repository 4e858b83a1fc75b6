//! `/api/audit`: who did what to what, when, whence.

use std::sync::Arc;

use axum::{extract::State, http::HeaderMap, response::Response};
use commands::Permission;
use event_store::Log;
use projections::{
    MAX_LIMIT, Page, QueryError, Scope, SortValue,
    audit::{self, AuditEntry, AuditFilter},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    answer::{PageBody, Paging},
    app::App,
    events::wants,
    filter::range,
    ndjson,
    openapi::{Fresh, ListProblems, Paged, RecordedTimes},
    problem::ApiError,
    request::{Query, Session},
};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_audit))
}

/// Read the audit trail, the newest first
///
/// Every act is in it once, with who did it, what was before and after, and the address that it came from. With
/// `Accept: application/x-ndjson`, all of them that fit, an act per line. Whoever has `audit:read` for some tickets only is
/// told what was done to those, as they stand now.
#[utoipa::path(
    get,
    path = "/audit",
    operation_id = "listAudit",
    tag = "Audit",
    security(("api_key" = ["audit:read"])),
    params(
        Paged,
        Fresh,
        ("filter[actor]" = Option<String>, Query, description = "`kind:id`, for instance `api_key:key_…`, `agent:agt_…`, `system:import`"),
        ("filter[action]" = Option<String>, Query, description = "`ticket.replied`, or `ticket.*`"),
        ("filter[target_id]" = Option<String>, Query, description = "The id of what was changed"),
        ("filter[request_id]" = Option<String>, Query, description = "The request that carried it"),
        RecordedTimes,
    ),
    responses(
        (status = 200, description = "One page of the trail, or an export", content(
            (PageBody<AuditEntry> = "application/json"),
            (AuditEntry = "application/x-ndjson"),
        )),
        ListProblems,
    ),
)]
pub async fn list_audit(
    State(app): State<App>,
    session: Session,
    headers: HeaderMap,
    mut query: Query,
) -> Result<Response, ApiError> {
    let scope = session.scope(Permission::AuditRead)?;
    let paging = Paging::take(&app, &session, "audit", &mut query)?.fresh(&mut query)?;
    let filter = AuditFilter {
        actor: query.text("filter[actor]"),
        action: query.text("filter[action]"),
        target_id: query.text("filter[target_id]"),
        request_id: query.text("filter[request_id]"),
        recorded_at: range(&mut query, "recorded_at")?,
    };
    query.finish()?;
    app.reach(&session.log, paging.min_position).await?;
    let asked = Arc::new((session.log, scope, filter));
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
    (log, scope, filter): &(Log, Scope, AuditFilter),
    after: Option<&[SortValue]>,
    limit: u16,
) -> Result<Page<AuditEntry>, QueryError> {
    let tx = log.begin().await?;
    let page = audit::list(log, &tx, scope, filter, after, limit).await?;
    tx.commit().await?;
    Ok(page)
}
