//! `/api/events`: the log as a feed: pages with long-poll, a live stream (SSE), and an export (NDJSON).

mod cursor;
mod export;
mod list;
mod stream;

use std::time::Duration;

use axum::{
    extract::{FromRequestParts, State},
    http::{HeaderMap, header, request::Parts},
    response::Response,
};
use commands::Permission;
use event_store::Log;
use projections::{
    ProjectionError, Scope,
    feed::{self, FeedItem, Stretch},
};
use tokio::time::Instant;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    openapi::{FeedProblems, LastEventId, schemas},
    problem::ApiError,
    request::{Credentials, Query, Session},
};
pub use cursor::{Cursor, Place};
use list::FeedBody;
pub use stream::server_sent;

/// The rights behind a stream or an export are looked at again this often: one that was revoked ends.
pub const RECHECK: Duration = Duration::from_secs(10);

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_events))
}

/// Read the event feed
///
/// Every change of the tenant, in order: positions are 1, 2, 3, … without holes, so that a reader who finds
/// `position == last + 1` has missed nothing. Begin with `after=0`, go on with `meta.next_after`, for ever. An item of
/// position and time only is an event that concerns nobody outside; for whoever has `events:read` for some tickets only,
/// so is everything that is not about one of those, as they stand now.
///
/// - As JSON (by default), a stretch; with `wait`, an empty answer is held back until something happens.
/// - With `Accept: text/event-stream`, a live stream: `id` is the position, and `Last-Event-ID` goes on where a broken
///   connection stopped.
/// - With `Accept: application/x-ndjson`, everything up to now, an item per line.
///
/// A tenant that its operator restored from a backup has another log from some position on. Then `next_after` and the ids
/// of streams carry the number of that log, as in `2.1234`. Whoever comes with a place that is no more gets 410
/// `cursor_of_earlier_epoch`, with where to go on (`resume_after`), and what to drop (`discarded`).
#[utoipa::path(
    get,
    path = "/events",
    operation_id = "listEvents",
    tag = "Events",
    security(("api_key" = ["events:read"])),
    params(
        ("after" = Option<schemas::FeedPlace>, Query, description = "The last position that you have, or `meta.next_after`; 0 by default. One that the log does not have is refused"),
        ("limit" = Option<u32>, Query, description = "Positions per answer, 1 to 1000; 100 by default. Not for streams and exports", minimum = 1, maximum = 1000),
        ("types" = Option<Vec<schemas::EventFilter>>, Query, description = "Only these, separated by commas. Other positions are passed over", style = Form, explode = false, min_items = 1, max_items = 50),
        ("wait" = Option<u32>, Query, description = "Seconds to wait for something to happen, 0 to 30. Not for streams and exports", minimum = 0, maximum = 30),
        LastEventId,
    ),
    responses(
        (status = 200, description = "A stretch of the feed, a stream or an export", content(
            (FeedBody = "application/json"),
            (FeedItem = "text/event-stream"),
            (FeedItem = "application/x-ndjson"),
        )),
        FeedProblems,
    ),
)]
pub async fn list_events(
    State(app): State<App>,
    session: Session,
    credentials: Credentials,
    form: Form,
    mut query: Query,
) -> Result<Response, ApiError> {
    let scope = session.scope(Permission::EventsRead)?;
    let after = query.text("after").map(|typed| Cursor::parse("after", &typed)).transpose()?;
    let after = after.unwrap_or(Cursor::BEGINNING);
    let types = query.text("types").map(|typed| Types::parse(&typed)).transpose()?;
    match form {
        Form::Pages => list::answer(&app, (&session.log, &scope), after, types, query).await,
        Form::Stream { last } => {
            query.finish()?;
            let (name, after) = last.map_or(("after", after), |last| ("Last-Event-ID", last));
            let after = within(&app, &session.log, name, after).await?;
            Ok(stream::answer(app, (session.log, scope), credentials, after, types))
        }
        Form::Export => {
            query.finish()?;
            let after = within(&app, &session.log, "after", after).await?;
            export::answer(app, (session.log, scope), credentials, after, types).await
        }
    }
}

/// In which form the feed is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// JSON.
    Pages,
    /// Server-sent events, after what the client saw last.
    Stream {
        /// `Last-Event-ID`.
        last: Option<Cursor>,
    },
    /// Newline-delimited JSON.
    Export,
}

impl FromRequestParts<App> for Form {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        let accepts = |kind: &str| wants(&parts.headers, kind);
        let last = parts.headers.get("last-event-id");
        let last = last.map(|value| Cursor::parse("Last-Event-ID", value.to_str().unwrap_or_default()));
        let last = last.transpose()?;
        if accepts("text/event-stream") {
            return Ok(Self::Stream { last });
        }
        Ok(if accepts("application/x-ndjson") { Self::Export } else { Self::Pages })
    }
}

/// Whether the `Accept` header names this type.
pub fn wants(headers: &HeaderMap, kind: &str) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|range| range.split(';').next().is_some_and(|r| r.trim() == kind))
}

/// Refuses a position that the log does not have. Whoever has seen more has read another log, or this one before it was
/// restored from a backup: to wait until it has grown so far would be a hole that nobody notices.
pub async fn within(app: &App, log: &Log, parameter: &str, after: Cursor) -> Result<u64, ApiError> {
    let after = after.within(parameter, app, log).await?;
    if after == 0 || app.projector.covers(log, after) {
        return Ok(after);
    }
    let head = log.head().await?.position;
    if after <= head {
        return Ok(after);
    }
    Err(ApiError::invalid_parameter(
        parameter,
        format!(
            "this log ends at position {head}: if you have seen {after}, it was restored from a backup, or is another \
             one; compare what you have with it, and go on after a position that both have"
        ),
    ))
}

/// Brings the read models to the end of the log. Where they are parked, there is what there is.
async fn freshen(app: &App, log: &Log) -> Result<(), ApiError> {
    match app.projector.catch_up(log).await {
        Err(ProjectionError::Store(error)) => Err(error.into()),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// What follows `after`; when there is nothing yet, what comes within `patience`.
async fn wait_for(
    app: &App,
    (log, scope): (&Log, &Scope),
    after: u64,
    limit: u16,
    patience: Duration,
) -> Result<Stretch, ApiError> {
    if patience.is_zero() {
        freshen(app, log).await?;
        return Ok(feed::read(log, scope, after, limit.into()).await?);
    }
    let until = Instant::now() + patience;
    match app.projector.wait_beyond(log, after, patience).await {
        Ok(_) => Ok(feed::read(log, scope, after, limit.into()).await?),
        Err(ProjectionError::Store(error)) => Err(error.into()),
        Err(_) => {
            // Parked: there is what there is, and nothing more comes before somebody mends it.
            let stretch = feed::read(log, scope, after, limit.into()).await?;
            if stretch.items.is_empty() {
                tokio::time::sleep_until(until).await;
            }
            Ok(stretch)
        }
    }
}

/// The types that a reader wants.
#[derive(Debug)]
pub struct Types(Vec<String>);

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

/// Whether a reader who wants `types` (none: all) gets this item.
fn fits(types: Option<&Types>, item: &FeedItem) -> bool {
    types.is_none_or(|types| types.hold(item))
}
