//! The feed as newline-delimited JSON, up to where the log was when it began; memory does not grow with it.

use std::io;

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use event_store::Log;
use futures_util::stream;
use projections::feed;

use super::{Types, fits};
use crate::{app::App, problem::ApiError};

const STRETCH: u32 = 500;

struct Reader {
    log: Log,
    after: u64,
    end: u64,
    types: Option<Types>,
}

/// Everything after `after` that is recorded by now.
pub async fn answer(app: &App, log: Log, after: u64, types: Option<Types>) -> Result<Response, ApiError> {
    let end = app.projector.catch_up(&log).await?;
    let reader = Reader { log, after, end, types };
    let chunks = stream::try_unfold(reader, |mut reader| async move {
        let chunk = reader.next().await?;
        Ok::<_, io::Error>(chunk.map(|chunk| (chunk, reader)))
    });
    let mut response = Body::from_stream(chunks).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    Ok(response)
}

impl Reader {
    /// The next lines; `None` at the end. An error breaks the connection off, so that a reader cannot take a part for
    /// the whole.
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        let room = u32::try_from(self.end.saturating_sub(self.after)).unwrap_or(u32::MAX);
        if room == 0 {
            return Ok(None);
        }
        let stretch = feed::read(&self.log, self.after, STRETCH.min(room)).await.map_err(io::Error::other)?;
        self.after = if stretch.items.is_empty() { self.end } else { stretch.until };
        let mut lines = vec![];
        for item in stretch.items.iter().filter(|item| fits(self.types.as_ref(), item)) {
            serde_json::to_writer(&mut lines, item)?;
            lines.push(b'\n');
        }
        Ok(Some(lines.into()))
    }
}
