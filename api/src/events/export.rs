//! The feed as newline-delimited JSON, up to where the log was when it began; memory does not grow with it.

use std::io;

use axum::{body::Bytes, response::Response};
use commands::Permission;
use event_store::Log;
use futures_util::stream;
use projections::{
    Scope,
    feed::{self, FeedItem},
};
use tokio::time::Instant;

use super::{RECHECK, Types, fits, freshen};
use crate::{app::App, ndjson, problem::ApiError, request::Credentials};

/// Positions that are read at a time; fewer where what was said is long.
const STRETCH: u32 = 500;
/// A chunk should not be much larger than this many bytes.
const CHUNK: usize = 1024 * 1024;

struct Reader {
    app: App,
    log: Log,
    scope: Scope,
    credentials: Credentials,
    checked_at: Instant,
    after: u64,
    end: u64,
    stretch: u32,
    types: Option<Types>,
}

/// Everything after `after` that is recorded by now.
pub async fn answer(
    app: App,
    (log, scope): (Log, Scope),
    credentials: Credentials,
    after: u64,
    types: Option<Types>,
) -> Result<Response, ApiError> {
    freshen(&app, &log).await?;
    let end = app.projector.checkpoint(&log).await?;
    let checked_at = Instant::now();
    let reader = Reader { app, log, scope, credentials, checked_at, after, end, stretch: STRETCH / 5, types };
    let chunks = stream::try_unfold(reader, |mut reader| async move {
        let chunk = reader.next().await.inspect_err(|error| {
            tracing::error!(tenant = %reader.log.tenant(), after = reader.after, %error, "an export broke off");
        })?;
        Ok::<_, io::Error>(chunk.map(|chunk| (chunk, reader)))
    });
    Ok(ndjson::lines(chunks))
}

impl Reader {
    /// The next lines; `None` at the end. An error breaks the connection off, so that a reader cannot take a part for
    /// the whole.
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        let room = u32::try_from(self.end.saturating_sub(self.after)).unwrap_or(u32::MAX);
        if room == 0 {
            return Ok(None);
        }
        self.check().await?;
        let stretch =
            feed::read(&self.log, &self.scope, self.after, self.stretch.min(room)).await.map_err(io::Error::other)?;
        self.after = if stretch.items.is_empty() { self.end } else { stretch.until };
        let mut lines = vec![];
        for item in stretch.items.iter().filter(|item| fits(self.types.as_ref(), item)) {
            serde_json::to_writer(&mut lines, item)?;
            lines.push(b'\n');
        }
        let read = lines.len().max(said(&stretch.items));
        self.stretch = if read > CHUNK { (self.stretch / 2).max(1) } else { (self.stretch * 2).min(STRETCH) };
        Ok(Some(lines.into()))
    }

    /// Breaks off when the key was revoked in the meantime; goes on with the rights that it has now.
    async fn check(&mut self) -> io::Result<()> {
        if self.checked_at.elapsed() < RECHECK {
            return Ok(());
        }
        let refused = || io::Error::other("what it was asked for with opens nothing any more");
        let session = self.credentials.session(&self.app).await.map_err(|_| refused())?;
        self.scope = session.scope(Permission::EventsRead).map_err(|_| refused())?;
        self.checked_at = Instant::now();
        Ok(())
    }
}

/// Bytes of messages, also of those that are passed over.
fn said(items: &[FeedItem]) -> usize {
    let messages = items.iter().filter_map(|item| item.event.as_ref()?.message.as_ref()?.body.as_ref());
    messages.map(String::len).sum()
}
