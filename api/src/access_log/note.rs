//! Notes who is about to see what, before they do.

use std::{
    cell::{Cell, RefCell},
    sync::Arc,
};

use axum::{
    body::{Body, Bytes, HttpBody, to_bytes},
    extract::{MatchedPath, Request, State},
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use commands::Caller;
use event_store::{Client, Log, StoreError, access::Access};

use super::{
    question,
    seen::Seen,
    shows::{Noted, Operations},
};
use crate::{
    problem::ApiError,
    request::{Session, current_request_id},
};

tokio::task_local! {
    static READER: RefCell<Option<Reader>>;
    static CHANGED: Cell<bool>;
}

/// Who reads.
#[derive(Clone, Debug)]
pub struct Reader {
    log: Log,
    actor: String,
    session: Option<String>,
    client: Option<Client>,
}

impl Reader {
    /// Somebody who was let in. `session`: of a person, or of the operator's staff.
    pub fn new(log: &Log, caller: &Caller, session: Option<String>, client: Option<&String>) -> Self {
        let client = caller.subject().zip(client).map(|(subject, value)| Client { subject, value: value.clone() });
        Self { log: log.clone(), actor: caller.actor.to_string(), session, client }
    }

    fn access(self, noted: Noted, seen: Seen, status: StatusCode) -> (Log, Access) {
        let access = Access {
            actor: self.actor,
            session: self.session,
            operation: noted.operation,
            kind: noted.kind,
            targets: seen.named,
            seen: Some(seen.count),
            query: None,
            request_id: current_request_id(),
            status: status.as_u16(),
            client: self.client,
        };
        (self.log, access)
    }
}

/// Notes who reads, for [`note`].
pub fn note_reader(reader: Reader) {
    // An error: nobody asks.
    let _ = READER.try_with(|noted| noted.replace(Some(reader)));
}

/// Notes that the request changed something: the audit trail has it, with who, what and whence.
pub fn note_change() {
    // An error: nobody asks.
    let _ = CHANGED.try_with(|changed| changed.set(true));
}

/// Records what is about to be shown, before it is.
pub async fn note(State(operations): State<Arc<Operations>>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let query = request.uri().query().unwrap_or_default().to_owned();
    let noted = operations.find(request.method(), route, request.headers(), &query);
    let Some(noted) = noted else { return next.run(request).await };
    let (path, is_write) = (request.uri().path().to_owned(), !is_safe(request.method()));
    let answering = async { (next.run(request).await, READER.with(RefCell::take), CHANGED.with(Cell::get)) };
    let answering = CHANGED.scope(Cell::new(false), answering);
    let (response, reader, changed) = READER.scope(RefCell::default(), answering).await;
    let (Some(reader), true) = (reader, shows(response.status()) && !changed) else { return response };
    if is_write && response.status() == StatusCode::NO_CONTENT {
        return response;
    }
    match recorded(reader, noted, (&path, &query), response).await {
        Ok(response) => response,
        Err(error) => ApiError::from(error).into_response(),
    }
}

fn is_safe(method: &Method) -> bool {
    [Method::GET, Method::HEAD].contains(method)
}

/// What was shown, what the client has already, and what was asked for and refused to somebody who is known.
fn shows(status: StatusCode) -> bool {
    let refused = [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND, StatusCode::NOT_MODIFIED];
    status.is_success() || refused.contains(&status)
}

async fn recorded(
    reader: Reader,
    noted: Noted,
    (path, query): (&str, &str),
    response: Response,
) -> Result<Response, StoreError> {
    let (parts, body) = response.into_parts();
    // A body that is not whole is a stream: what is in it, nobody knows before it is shown.
    let whole = body.size_hint().exact().is_some();
    let (body, bytes) = if whole && noted.kind != "download" {
        let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
        (Body::from(bytes.clone()), bytes)
    } else {
        (body, Bytes::new())
    };
    let (log, mut access) = reader.access(noted, Seen::of(path, &bytes), parts.status);
    if !whole {
        access.seen = None;
    }
    access.query = question::kept(&log, query);
    log.record_access(access).await?;
    Ok(Response::from_parts(parts, body))
}

/// Records a stretch of a stream, before it is shown; it goes on long after its request was answered, so it brings that
/// one's id along.
pub async fn record_stretch(
    session: &Session,
    operation: &str,
    request_id: Option<&String>,
    shown: &[u8],
) -> Result<(), StoreError> {
    let noted = Noted { operation: operation.to_owned(), kind: "stream".to_owned() };
    let (log, access) = session.reader().access(noted, Seen::of("", shown), StatusCode::OK);
    log.record_access(Access { request_id: request_id.cloned(), ..access }).await
}

/// Records that a file is about to be given to whoever has its link: who that is, nobody knows.
pub async fn record_link(log: &Log, file: String, ticket: Option<String>) -> Result<(), StoreError> {
    let reader = Reader { log: log.clone(), actor: format!("link:{file}"), session: None, client: None };
    let noted = Noted { operation: "followFileLink".to_owned(), kind: "download".to_owned() };
    let named: Vec<String> = [file].into_iter().chain(ticket).collect();
    let seen = Seen { count: u32::try_from(named.len()).unwrap_or_default(), named };
    let (log, access) = reader.access(noted, seen, StatusCode::OK);
    log.record_access(access).await
}
