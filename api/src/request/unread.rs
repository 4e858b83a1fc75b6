//! What a client is still sending when it is answered.
//!
//! A request may be refused before its body was read: without a key, or while the database is away. A server that then
//! closes the connection makes the client's next write fail, and many clients report that, and never read the answer
//! (RFC 9112, 9.6). So the rest is read and thrown away, as far as that is decent, and the connection stays.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    body::{Body, BodyDataStream, Bytes, HttpBody as _},
    extract::Request,
    http::header,
    middleware::Next,
    response::Response,
};
use futures_util::{Stream, StreamExt as _};

/// Bytes that are thrown away at most, before the connection is closed all the same.
const MOST: usize = 16 * 1024 * 1024;
/// How long they are waited for at most.
const PATIENCE: Duration = Duration::from_secs(10);

/// A body whose rest is read when nobody wants it any more.
struct ReadToTheEnd(Option<BodyDataStream>);

/// Lets whoever is refused read why.
pub async fn read_to_the_end(request: Request, next: Next) -> Response {
    // A client that asks first (RFC 9110, 10.1.1) has sent nothing that must be read.
    if request.body().is_end_stream() || request.headers().contains_key(header::EXPECT) {
        return next.run(request).await;
    }
    let whole = |body: Body| Body::from_stream(ReadToTheEnd(Some(body.into_data_stream())));
    next.run(request.map(whole)).await
}

impl Stream for ReadToTheEnd {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(body) = &mut self.0 else { return Poll::Ready(None) };
        let piece = ready!(body.poll_next_unpin(context));
        if !matches!(piece, Some(Ok(_))) {
            self.0 = None;
        }
        Poll::Ready(piece)
    }
}

impl Drop for ReadToTheEnd {
    fn drop(&mut self) {
        if let (Some(body), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(tokio::time::timeout(PATIENCE, throw_away(body)));
        }
    }
}

async fn throw_away(mut body: BodyDataStream) {
    let mut left = MOST;
    while let Some(Ok(piece)) = body.next().await {
        let Some(rest) = left.checked_sub(piece.len()) else { return };
        left = rest;
    }
}
