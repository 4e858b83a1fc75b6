use axum::{
    Json,
    extract::{Path, RawQuery, Request, State, rejection::PathRejection},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use commands::{Permission, files::FileLink};
use domain::access_policy::PersonalField;
use projections::{Restricted, Scope, tickets::TicketKey};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{content, find};
use crate::{
    access_log::record_link,
    app::App,
    masking::must_see,
    openapi::{Deleted, FilePath, LinkProblems},
    problem::ApiError,
    request::{Body, PathText, Query, Session},
    tickets,
};

/// Where links lead.
#[derive(Clone, Debug, Default)]
pub struct LinkPlace {
    /// What they begin with: scheme and host. None: this server, whatever it is called.
    pub base: Option<String>,
    /// Whether that is a host of its own: it serves links and nothing else, and no other host serves them.
    pub apart: bool,
}

impl LinkPlace {
    fn host(&self) -> Option<&str> {
        self.base.as_deref().filter(|_| self.apart)?.split_once("://").map(|(_, host)| host)
    }
}

const MINUTES: u32 = 300;
const DAY: u32 = 86_400;

/// For how long.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"expires_in": 300}))]
pub struct NewLink {
    /// Seconds, a day at most; five minutes when left out.
    #[schema(minimum = 1, maximum = 86400)]
    expires_in: Option<u32>,
}

/// A link to a file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FileLink)]
pub struct LinkView {
    /// Where it leads. Take it as it is.
    url: String,
    /// When it ends.
    expires_at: DateTime<Utc>,
}

/// Make a link to a file
///
/// Whoever has it gets the file without a key, until it ends: for a browser, or for somebody who has no key. Once it ended,
/// was changed, or the file is gone, it answers 404.
#[utoipa::path(
    post,
    path = "/files/{id}/link",
    operation_id = "createFileLink",
    tag = "Files",
    security(("api_key" = ["tickets:read"])),
    params(FilePath),
    request_body = NewLink,
    responses((status = 200, description = "The link", body = LinkView), LinkProblems, Deleted),
)]
pub async fn create_file_link(
    State(app): State<App>,
    session: Session,
    PathText(id): PathText,
    query: Query,
    body: Body<NewLink>,
) -> Result<Json<LinkView>, ApiError> {
    let scope = session.scope(Permission::TicketsRead)?;
    must_see(&[PersonalField::Text], None)?;
    query.finish()?;
    let seconds = body.value.expires_in.unwrap_or(MINUTES);
    if !(1..=DAY).contains(&seconds) {
        let detail = format!("expected a number of seconds from 1 to {DAY}");
        return Err(ApiError::invalid_field("/expires_in", "invalid_value", detail));
    }
    let file = find(&app, &session.log, &scope, &id).await?;
    content::refuse_unfit(&app, &file)?;
    let until = app.desk.store().clock().now() + TimeDelta::seconds(seconds.into());
    let link = app.files.link(&session.log, &file, until);
    let base = app.links.base.as_deref().unwrap_or_default();
    let FileLink { tenant, file, expires, signature } = &link;
    let url = format!("{base}/files/{tenant}/{file}?expires={expires}&signature={signature}");
    // To the second, as the link says it.
    let expires_at = DateTime::from_timestamp(until.timestamp(), 0).unwrap_or(until);
    Ok(Json(LinkView { url, expires_at }))
}

/// What a link leads to. It is in no document: its form is nobody's to make.
pub async fn follow_link(
    State(app): State<App>,
    path: Result<Path<(String, String)>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let missing = || ApiError::not_found("file");
    let Path((tenant, file)) = path.map_err(|_| missing())?;
    let query = query.unwrap_or_default();
    let (expires, signature) =
        query.strip_prefix("expires=").and_then(|rest| rest.split_once("&signature=")).ok_or_else(missing)?;
    let link = FileLink { tenant, file, expires: expires.to_owned(), signature: signature.to_owned() };
    let (log, file) = app.files.follow(&link).await?.ok_or_else(missing)?;
    if let Some(ticket) = file.ticket {
        tickets::shown(&log, &Scope::ALL.with(Restricted::Hidden), &TicketKey::Id(ticket))
            .await
            .map_err(|_| missing())?;
    }
    record_link(&log, file.id.to_string(), file.ticket.map(|ticket| ticket.to_string())).await?;
    let policy = if app.links.apart { "cross-origin" } else { "same-origin" };
    content::serve(&app, &log, &file, policy).await
}

/// Keeps links and everything else on hosts of their own, where one was configured: what strangers send is then never
/// shown under the name that people trust.
pub async fn keep_apart(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(apart) = app.links.host() else { return next.run(request).await };
    let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = request.uri().authority().map_or(named, |authority| Some(authority.as_str()));
    let is_apart = host.is_some_and(|host| host.eq_ignore_ascii_case(apart));
    if is_apart == request.uri().path().starts_with("/files/") {
        return next.run(request).await;
    }
    ApiError::not_found("file").into_response()
}
