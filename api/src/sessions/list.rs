use axum::{Json, extract::State, http::header, response::Response};
use chrono::{DateTime, Utc};
use commands::people::{Person, SessionRecord};
use domain::SessionId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Keeping, KeptAs};
use crate::{
    answer::Written,
    app::App,
    openapi::{ActProblems, Done, Idempotent, ListProblems, schemas},
    problem::ApiError,
    request::{Conditions, Enrolling, PathText, Query, Session},
};

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    /// Its id.
    #[schema(example = "ses_0199aa00000070008000000000000013")]
    id: String,
    /// Whether it is the one that asks.
    current: bool,
    /// When it began.
    created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    last_used_at: DateTime<Utc>,
    /// When it is over, if it is not used before.
    idle_until: DateTime<Utc>,
    /// When it is over in any case.
    ends_at: DateTime<Utc>,
    /// The network address at the log-in or the last refresh.
    address: Option<String>,
    /// The program at the log-in or the last refresh, as it called itself.
    user_agent: Option<String>,
}

/// Sessions, the newest first: at most 50.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionList {
    /// The sessions.
    pub data: Vec<SessionView>,
}

/// As the extractor writes it.
#[derive(Default, Deserialize)]
struct Client {
    address: Option<String>,
    user_agent: Option<String>,
}

impl SessionView {
    /// As `asking` sees it, who may be somebody else.
    pub fn new(record: SessionRecord, asking: Option<&Person>) -> Self {
        let SessionRecord { id, created_at, last_used_at, idle_until, ends_at, client } = record;
        let Client { address, user_agent } =
            client.and_then(|client| serde_json::from_str(&client).ok()).unwrap_or_default();
        let current = asking.is_some_and(|person| id == person.session);
        Self { id: id.to_string(), current, created_at, last_used_at, idle_until, ends_at, address, user_agent }
    }
}

/// List your sessions
///
/// Those of whoever asks with an access token. An API key has none.
#[utoipa::path(
    get,
    path = "/sessions",
    operation_id = "listSessions",
    tag = "Sessions",
    security(("access_token" = [])),
    responses((status = 200, description = "Your open sessions", body = SessionList), ListProblems),
)]
pub async fn list_sessions(
    State(app): State<App>,
    Enrolling(session): Enrolling,
    query: Query,
) -> Result<Json<SessionList>, ApiError> {
    query.finish()?;
    let Some(person) = &session.person else { return Ok(Json(SessionList { data: vec![] })) };
    let sessions = app.desk.sessions(person).await?;
    let data = sessions.into_iter().map(|record| SessionView::new(record, Some(person))).collect();
    Ok(Json(SessionList { data }))
}

/// Log out
///
/// With `Helpdesk-Session: cookie` a browser is told to forget its cookie, too.
#[utoipa::path(
    delete,
    path = "/sessions/current",
    operation_id = "logOut",
    tag = "Sessions",
    security(("access_token" = [])),
    params(Idempotent, KeptAs),
    responses(Done, ActProblems),
)]
pub async fn end_current_session(
    State(app): State<App>,
    Enrolling(session): Enrolling,
    conditions: Conditions,
    keeping: Keeping,
) -> Result<Response, ApiError> {
    let person = session.person()?;
    let mut response = end(&app, &session, person, &conditions, person.session).await?;
    if let Some(cookie) = keeping.forget() {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Log out elsewhere: end one of your sessions
#[utoipa::path(
    delete,
    path = "/sessions/{id}",
    operation_id = "endSession",
    tag = "Sessions",
    security(("access_token" = [])),
    params(("id" = inline(schemas::SessionId), Path, description = "`ses_…`, one of your own"), Idempotent),
    responses(Done, ActProblems),
)]
pub async fn end_session(
    State(app): State<App>,
    Enrolling(session): Enrolling,
    conditions: Conditions,
    PathText(id): PathText,
) -> Result<Response, ApiError> {
    let id = id.parse().map_err(|_| ApiError::not_found("session"))?;
    end(&app, &session, session.person()?, &conditions, id).await
}

async fn end(
    app: &App,
    session: &Session,
    person: &Person,
    conditions: &Conditions,
    id: SessionId,
) -> Result<Response, ApiError> {
    let request = conditions.wish(app, session, &[]);
    let receipt = app.desk.end_session(person, &request, id).await?;
    Ok(Written::changed(&receipt).empty(app.visible(&session.log, &receipt).await))
}
