//! Newline-delimited JSON: what is long is read and sent piece by piece, so that memory does not grow with it.

use std::io;

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::{Stream, stream};
use projections::{Page, QueryError, SortValue};
use serde::Serialize;

/// Lines, as they come. An error breaks the connection off, so that nobody takes a part for the whole.
pub fn lines(chunks: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Response {
    let mut response = Body::from_stream(chunks).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    response
}

/// All pages of a list after a place, an item per line. `read` gives the page after one.
pub fn pages<T, F>(
    after: Option<Vec<SortValue>>,
    mut read: impl FnMut(Option<Vec<SortValue>>) -> F + Send + 'static,
) -> Response
where
    T: Serialize + Send + 'static,
    F: Future<Output = Result<Page<T>, QueryError>> + Send + 'static,
{
    // Nothing is left to read: none.
    let chunks = stream::try_unfold(Some(after), move |place| {
        let reading = place.map(&mut read);
        async move {
            let Some(reading) = reading else { return Ok(None) };
            let Page { items, next } = reading.await.map_err(io::Error::other)?;
            Ok(Some((written(&items)?, next.map(Some))))
        }
    });
    lines(chunks)
}

fn written<T: Serialize>(items: &[T]) -> io::Result<Bytes> {
    let mut lines = vec![];
    for item in items {
        serde_json::to_writer(&mut lines, item)?;
        lines.push(b'\n');
    }
    Ok(lines.into())
}
