//! A stretch of the feed, with long-poll.

use std::time::Duration;

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use event_store::Log;
use projections::{Scope, feed::FeedItem};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Types,
    cursor::{Cursor, Place},
    fits, wait_for, within,
};
use crate::{app::App, openapi::schemas, problem::ApiError, request::Query};

const MAX_WAIT_SECONDS: u64 = 30;
const MAX_LIMIT: u16 = 1000;

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
    /// The last position that was looked at: hand it back as `after`. A number; after a restore from a backup a text.
    #[schema(value_type = schemas::FeedPlace)]
    next_after: Place,
    /// Whether more is there already.
    has_more: bool,
    /// The last signed checkpoint of the log: keep it, and nobody can change what is before it without your noticing.
    #[serde(skip_serializing_if = "Option::is_none")]
    checkpoint: Option<String>,
}

/// Where to go from here.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedLinks {
    /// The next stretch.
    next: String,
}

/// Takes `limit` and `wait`, and answers.
pub async fn answer(
    app: &App,
    (log, scope): (&Log, &Scope),
    after: Cursor,
    types: Option<Types>,
    mut query: Query,
) -> Result<Response, ApiError> {
    let limit = query.limit(100, MAX_LIMIT)?;
    let wait: u64 = query.parsed("wait")?.unwrap_or(0);
    if wait > MAX_WAIT_SECONDS {
        return Err(ApiError::invalid_parameter("wait", format!("expected 0 to {MAX_WAIT_SECONDS} seconds")));
    }
    query.finish()?;
    let after = within(app, log, "after", after).await?;
    let stretch = tokio::select! {
        stretch = wait_for(app, (log, scope), after, limit, Duration::from_secs(wait)) => stretch?,
        () = app.stopped() => wait_for(app, (log, scope), after, limit, Duration::ZERO).await?,
    };
    let next_after = Place::new(log, stretch.until);
    let mut next = format!("/api/events?after={next_after}&limit={limit}");
    if let Some(types) = &types {
        next = format!("{next}&types={}", types.0.join(","));
    }
    let body = FeedBody {
        meta: FeedMeta {
            next_after,
            has_more: stretch.items.len() >= usize::from(limit),
            checkpoint: log.checkpoint().map(|sealed| sealed.note.clone()),
        },
        data: stretch.items.into_iter().filter(|item| fits(types.as_ref(), item)).collect(),
        links: FeedLinks { next },
    };
    Ok(Json(body).into_response())
}
