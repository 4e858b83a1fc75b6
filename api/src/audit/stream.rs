//! The trail as server-sent events: what is done from some place on, as it is done.

use std::{collections::VecDeque, convert::Infallible};

use axum::response::{Response, sse::Event};
use commands::Permission;
use event_store::Log;
use futures_util::stream;
use projections::{
    Scope,
    audit::{self, AuditEntry, AuditFilter},
};

use crate::{
    access_log::record_stretch,
    app::App,
    events::{Place, RECHECK, server_sent},
    request::{Credentials, current_request_id},
};

const STRETCH: u16 = 200;

struct Reader {
    app: App,
    log: Log,
    scope: Scope,
    filter: AuditFilter,
    credentials: Credentials,
    request_id: Option<String>,
    after: u64,
    ready: VecDeque<AuditEntry>,
}

/// Streams what fits behind `after`, until the client goes, the credentials end, or this process stops.
pub fn answer(
    app: App,
    (log, scope): (Log, Scope),
    credentials: Credentials,
    after: u64,
    filter: AuditFilter,
) -> Response {
    let request_id = current_request_id();
    let reader = Reader { app, log, scope, filter, credentials, request_id, after, ready: VecDeque::new() };
    server_sent(stream::unfold(reader, |mut reader| async move {
        let event = match reader.next().await? {
            Next::Passed(position) => Event::default().id(Place::new(&reader.log, position).to_string()),
            Next::Act(act) => {
                let event = Event::default().id(Place::new(&reader.log, act.position).to_string());
                event.event(&act.action).json_data(&act).ok()?
            }
        };
        Some((Ok::<_, Infallible>(event), reader))
    }))
}

/// What comes next.
enum Next {
    Act(Box<AuditEntry>),
    /// Nothing of what was asked for up to here: an event without data moves a client's `Last-Event-ID` on.
    Passed(u64),
}

impl Reader {
    async fn next(&mut self) -> Option<Next> {
        loop {
            if let Some(act) = self.ready.pop_front() {
                return Some(Next::Act(Box::new(act)));
            }
            // An error ends the stream: the client comes back with the last position, and is told what is wrong.
            tokio::select! {
                waited = self.app.projector.wait_beyond(&self.log, self.after, RECHECK) => waited.ok()?,
                () = self.app.stopped() => return None,
            };
            // After the wait: what was recorded after a key was revoked is not for its holder.
            let session = self.credentials.session(&self.app).await.ok()?;
            self.scope = session.scope(Permission::AuditRead).ok()?;
            let until = self.app.projector.checkpoint(&self.log).await.ok()?;
            let acts = self.read().await?;
            let before = self.after;
            let last = acts.last().map_or(0, |act| act.position);
            self.after = if acts.len() == usize::from(STRETCH) { last } else { until.max(last).max(before) };
            if !acts.is_empty() {
                let shown = serde_json::to_vec(&acts).unwrap_or_default();
                record_stretch(&session, "listAudit", self.request_id.as_ref(), &shown).await.ok()?;
            }
            self.ready.extend(acts);
            if self.after > before && self.ready.is_empty() {
                return Some(Next::Passed(self.after));
            }
        }
    }

    async fn read(&self) -> Option<Vec<AuditEntry>> {
        let tx = self.log.begin().await.ok()?;
        let acts = audit::following(&self.log, &tx, &self.scope, &self.filter, self.after, STRETCH).await.ok()?;
        tx.commit().await.ok()?;
        Some(acts)
    }
}
