//! `/api/audit`: who did what to what, when, whence.

mod stream;

use std::sync::Arc;

use axum::{extract::State, response::Response};
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
    events::{Form, within},
    filter::range,
    ndjson,
    openapi::{FeedProblems, Fresh, LastEventId, Paged, RecordedTimes},
    problem::ApiError,
    request::{Credentials, Query, Session},
};

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_audit))
}

/// Read the audit trail, the newest first
///
/// Every act is in it once, with who did it, what was before and after, and the address that it came from. Whoever has
/// `audit:read` for some tickets only is told what was done to those, as they stand now.
///
/// - With `Accept: application/x-ndjson`, all of them that fit, an act per line.
/// - With `Accept: text/event-stream`, a live stream of those that fit, in order, from now on: `id` is the position, and
///   `Last-Event-ID` goes on where a broken connection stopped, or begins at a place in the past, `0` at the beginning.
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
        LastEventId,
    ),
    responses(
        (status = 200, description = "One page of the trail, a stream or an export", content(
            (PageBody<AuditEntry> = "application/json"),
            (AuditEntry = "text/event-stream"),
            (AuditEntry = "application/x-ndjson"),
        )),
        FeedProblems,
    ),
)]
pub async fn list_audit(
    State(app): State<App>,
    session: Session,
    credentials: Credentials,
    form: Form,
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
    if let Form::Stream { last } = form {
        let after = match last {
            Some(last) => within(&app, &session.log, "Last-Event-ID", last).await?,
            None => app.projector.checkpoint(&session.log).await?,
        };
        return Ok(stream::answer(app, (session.log, scope), credentials, after, filter));
    }
    let asked = Arc::new((session.log, scope, filter));
    if form == Form::Export {
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
