//! `/api/events`: the log as a feed: pages with long-poll, a live stream (SSE), and an export (NDJSON).

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
use projections::feed::{self, FeedItem, Stretch};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    openapi::ClientProblems,
    problem::ApiError,
    request::{Credentials, Query, Session},
};
use list::FeedBody;

/// A reader that waits learns of what other processes wrote at least this often.
const POLL: Duration = Duration::from_millis(500);

/// The routes of this resource.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_events))
}

/// Read the event feed
///
/// Every change of the tenant, in order: positions are 1, 2, 3, … without holes, so that a reader who finds
/// `position == last + 1` has missed nothing. Begin with `after=0`, go on with `meta.next_after`, for ever. An item of
/// position and time only is an event that concerns nobody outside.
///
/// - As JSON (by default), a stretch; with `wait`, an empty answer is held back until something happens.
/// - With `Accept: text/event-stream`, a live stream: `id` is the position, and `Last-Event-ID` goes on where a broken
///   connection stopped.
/// - With `Accept: application/x-ndjson`, everything up to now, an item per line.
#[utoipa::path(
    get,
    path = "/events",
    operation_id = "listEvents",
    tag = "Events",
    params(
        ("after" = Option<u64>, Query, description = "The last position that you have; 0 by default"),
        ("limit" = Option<u32>, Query, description = "Positions per answer, 1 to 1000; 100 by default. Not for streams and exports", minimum = 1, maximum = 1000),
        ("types" = Option<String>, Query, description = "Only these, separated by commas: `ticket.updated`, `ticket.replied`, `customer.*`. Other positions are passed over"),
        ("wait" = Option<u32>, Query, description = "Seconds to wait for something to happen, 0 to 30. Not for streams and exports", minimum = 0, maximum = 30),
        ("Last-Event-ID" = Option<u64>, Header, description = "For streams: goes before `after`"),
    ),
    responses(
        (status = 200, description = "A stretch of the feed, a stream or an export", content(
            (FeedBody = "application/json"),
            (FeedItem = "text/event-stream"),
            (FeedItem = "application/x-ndjson"),
        )),
        ClientProblems,
    ),
)]
pub async fn list_events(
    State(app): State<App>,
    session: Session,
    credentials: Credentials,
    form: Form,
    mut query: Query,
) -> Result<Response, ApiError> {
    session.require(Permission::EventsRead)?;
    let after = query.parsed("after")?.unwrap_or(0);
    let types = query.text("types").map(|typed| Types::parse(&typed)).transpose()?;
    match form {
        Form::Pages => list::answer(&app, &session.log, after, types, query).await,
        Form::Stream { last } => {
            query.finish()?;
            Ok(stream::answer(app, session.log, credentials, last.unwrap_or(after), types))
        }
        Form::Export => {
            query.finish()?;
            export::answer(&app, session.log, after, types).await
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
        last: Option<u64>,
    },
    /// Newline-delimited JSON.
    Export,
}

impl FromRequestParts<App> for Form {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        let accepts = |kind: &str| wants(&parts.headers, kind);
        if accepts("text/event-stream") {
            let last = parts.headers.get("last-event-id").map(|value| {
                value.to_str().ok().and_then(|text| text.parse().ok()).ok_or_else(|| {
                    ApiError::invalid_parameter("Last-Event-ID", "expected a position, as the stream sent it in id")
                })
            });
            return Ok(Self::Stream { last: last.transpose()? });
        }
        Ok(if accepts("application/x-ndjson") { Self::Export } else { Self::Pages })
    }
}

/// Whether the `Accept` header names this type.
pub fn wants(headers: &HeaderMap, kind: &str) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|range| range.split(';').next().is_some_and(|r| r.trim() == kind))
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
