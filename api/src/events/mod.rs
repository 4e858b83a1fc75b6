//! `/api/events`: the log as a feed.

use std::time::Duration;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use commands::Permission;
use event_store::Log;
use projections::feed::{self, FeedItem, Stretch};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    openapi::ClientProblems,
    problem::ApiError,
    request::{Query, Session},
};

/// A reader that waits learns of what other processes wrote at least this often.
const POLL: Duration = Duration::from_millis(500);
const MAX_WAIT_SECONDS: u64 = 30;
const MAX_LIMIT: u16 = 1000;

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_events))
}

/// A stretch of the feed.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedBody {
    /// One item per position, in order; with `types`, only those that fit.
    data: Vec<FeedItem>,
    /// Where the reader is.
    meta: FeedMeta,
    /// Where to go from here.
    links: FeedLinks,
}

/// Where the reader is.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedMeta {
    /// The last position that was looked at: hand it back as `after`.
    next_after: u64,
    /// Whether more is there already.
    has_more: bool,
}

/// Where to go from here.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedLinks {
    /// The next stretch.
    next: String,
}

/// Read the event feed
///
/// Every change of the tenant, in order: positions are 1, 2, 3, … without holes, so that a reader who finds
/// `position == last + 1` has missed nothing. Begin with `after=0`, go on with `meta.next_after`, for ever. An item of
/// position and time only is an event that concerns nobody outside. With `wait`, an empty answer is held back until
/// something happens.
#[utoipa::path(
    get,
    path = "/events",
    operation_id = "listEvents",
    tag = "Events",
    params(
        ("after" = Option<u64>, Query, description = "The last position that you have; 0 by default"),
        ("limit" = Option<u32>, Query, description = "Positions per answer, 1 to 1000; 100 by default", minimum = 1, maximum = 1000),
        ("types" = Option<String>, Query, description = "Only these, separated by commas: `ticket.updated`, `ticket.replied`, `customer.*`. Other positions are passed over"),
        ("wait" = Option<u32>, Query, description = "Seconds to wait for something to happen, 0 to 30", minimum = 0, maximum = 30),
    ),
    responses((status = 200, description = "A stretch of the feed", body = FeedBody), ClientProblems),
)]
pub async fn list_events(State(app): State<App>, session: Session, mut query: Query) -> Result<Response, ApiError> {
    session.require(Permission::EventsRead)?;
    let after = query.parsed("after")?.unwrap_or(0);
    let limit = query.limit(100, MAX_LIMIT)?;
    let types = query.text("types").map(|typed| Types::parse(&typed)).transpose()?;
    let wait: u64 = query.parsed("wait")?.unwrap_or(0);
    if wait > MAX_WAIT_SECONDS {
        return Err(ApiError::invalid_parameter("wait", format!("expected 0 to {MAX_WAIT_SECONDS} seconds")));
    }
    query.finish()?;
    let stretch = wait_for(&app, &session.log, after, limit, Duration::from_secs(wait)).await?;
    Ok(answer(stretch, limit, types.as_ref()))
}

/// What follows `after`; when there is nothing yet, what comes within `patience`.
async fn wait_for(app: &App, log: &Log, after: u64, limit: u16, patience: Duration) -> Result<Stretch, ApiError> {
    let until = tokio::time::Instant::now() + patience;
    let mut committed = log.committed();
    loop {
        committed.mark_unchanged();
        app.projector.catch_up(log).await?;
        let stretch = feed::read(log, after, limit.into()).await?;
        if !stretch.items.is_empty() || tokio::time::Instant::now() >= until {
            return Ok(stretch);
        }
        let next_look = until.min(tokio::time::Instant::now() + POLL);
        let _ = tokio::time::timeout_at(next_look, committed.changed()).await;
    }
}

fn answer(stretch: Stretch, limit: u16, types: Option<&Types>) -> Response {
    let has_more = stretch.items.len() >= usize::from(limit);
    let fits = |item: &FeedItem| types.is_none_or(|types| types.hold(item));
    let next = format!("/api/events?after={}&limit={limit}", stretch.until);
    let next = types.map_or(next.clone(), |types| format!("{next}&types={}", types.0.join(",")));
    let body = FeedBody {
        meta: FeedMeta { next_after: stretch.until, has_more },
        data: stretch.items.into_iter().filter(fits).collect(),
        links: FeedLinks { next },
    };
    Json(body).into_response()
}

/// The types that a reader wants.
#[derive(Debug)]
struct Types(Vec<String>);

impl Types {
    fn parse(typed: &str) -> Result<Self, ApiError> {
        let wanted: Vec<String> = typed.split(',').map(|name| name.trim().to_owned()).collect();
        let fits =
            |name: &String| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b"._*".contains(&b));
        if wanted.iter().all(fits) && wanted.len() <= 50 {
            return Ok(Self(wanted));
        }
        Err(ApiError::invalid_parameter("types", "expected up to 50 types such as ticket.updated or ticket.*"))
    }

    fn hold(&self, item: &FeedItem) -> bool {
        let Some(event) = &item.event else { return false };
        self.0.iter().any(|wanted| match wanted.strip_suffix('*') {
            Some(prefix) => event.general.starts_with(prefix) || event.finer_type.starts_with(prefix),
            None => event.general == *wanted || event.finer_type == *wanted,
        })
    }
}
