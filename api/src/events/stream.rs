//! The feed as server-sent events (WHATWG HTML, section 9.2): `id` is the position, so a client that comes back with
//! `Last-Event-ID` misses nothing and gets nothing twice.

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use axum::{
    http::{HeaderName, HeaderValue},
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use commands::Permission;
use event_store::Log;
use futures_util::{Stream, stream};
use projections::{Scope, feed::FeedItem};

use super::{RECHECK, Types, cursor::Place, fits, wait_for};
use crate::{
    access_log::record_stretch,
    app::App,
    request::{Credentials, current_request_id},
};

const STRETCH: u16 = 200;
const KEEP_ALIVE: Duration = Duration::from_secs(15);

struct Reader {
    app: App,
    log: Log,
    scope: Scope,
    credentials: Credentials,
    request_id: Option<String>,
    after: u64,
    types: Option<Types>,
    ready: VecDeque<FeedItem>,
}

/// Streams what follows `after`, until the client goes, the credentials end, or this process stops.
pub fn answer(
    app: App,
    (log, scope): (Log, Scope),
    credentials: Credentials,
    after: u64,
    types: Option<Types>,
) -> Response {
    let request_id = current_request_id();
    let reader = Reader { app, log, scope, credentials, request_id, after, types, ready: VecDeque::new() };
    server_sent(stream::unfold(reader, |mut reader| async move {
        let event = match reader.next().await? {
            Next::Passed(position) => Event::default().id(Place::new(&reader.log, position).to_string()),
            Next::Item(item) => written(&reader.log, &item)?,
        };
        Some((Ok::<_, Infallible>(event), reader))
    }))
}

/// Events as they come.
pub fn server_sent(events: impl Stream<Item = Result<Event, Infallible>> + Send + 'static) -> Response {
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response();
    // A proxy that buffers would hold events back.
    response.headers_mut().insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

fn written(log: &Log, item: &FeedItem) -> Option<Event> {
    let event = Event::default().id(Place::new(log, item.position).to_string());
    let event = match &item.event {
        Some(public) => event.event(&public.general),
        None => event,
    };
    event.json_data(item).ok()
}

/// What comes next.
enum Next {
    Item(Box<FeedItem>),
    /// Nothing of what was asked for up to here. An event without data moves a client's `Last-Event-ID` on and is not
    /// told to its program, so that it need not come back to where it last found something.
    Passed(u64),
}

impl Reader {
    async fn next(&mut self) -> Option<Next> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Some(Next::Item(Box::new(item)));
            }
            // An error ends the stream: the client comes back with the last position, and is told what is wrong.
            let stretch = tokio::select! {
                stretch = wait_for(&self.app, (&self.log, &self.scope), self.after, STRETCH, RECHECK) => stretch.ok()?,
                () = self.app.stopped() => return None,
            };
            // After the wait: what was recorded after a key was revoked is not for its holder.
            let session = self.credentials.session(&self.app).await.ok()?;
            let scope = session.scope(Permission::EventsRead).ok()?;
            if scope != self.scope {
                // Read with rights that they do not have any more, or with less than they have now.
                self.scope = scope;
                continue;
            }
            let moved = stretch.until > self.after;
            self.after = stretch.until;
            let types = self.types.as_ref();
            let items: Vec<FeedItem> = stretch.items.into_iter().filter(|item| fits(types, item)).collect();
            if items.iter().any(|item| item.event.is_some()) {
                let shown = serde_json::to_vec(&items).unwrap_or_default();
                record_stretch(&session, "listEvents", self.request_id.as_ref(), &shown).await.ok()?;
            }
            self.ready.extend(items);
            if moved && self.ready.is_empty() {
                return Some(Next::Passed(self.after));
            }
        }
    }
}
