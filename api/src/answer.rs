//! Answers: resources with their `ETag`, writes with their position, pages with the way to the next one.

use axum::{
    Extension, Json,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use commands::Receipt;
use projections::{Page, QueryError, SortValue, as_of::Moment};
use ring::digest::{SHA256, digest};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access_log::note_change,
    app::App,
    masking::{AsItIs, masked_json},
    problem::ApiError,
    request::{Conditions, Query, Session, current_epoch},
};

static POSITION: HeaderName = HeaderName::from_static("helpdesk-position");
static VISIBLE: HeaderName = HeaderName::from_static("helpdesk-visible");
static REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Something with an id and a version, as it is shown.
pub trait Resource: Serialize {
    /// Its version: the number of events of its stream.
    fn version(&self) -> u64;
}

fn etag(version: u64, body: &[u8]) -> String {
    let digest = digest(&SHA256, body);
    let short = digest.as_ref()[..8].iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    match current_epoch() {
        1 => format!("\"{version}.{short}\""),
        // A version that was seen before the tenant was restored from a backup may be another one now.
        epoch => format!("\"e{epoch}.{version}.{short}\""),
    }
}

fn json(status: StatusCode, mut headers: HeaderMap, body: Vec<u8>) -> Response {
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    (status, headers, Extension(AsItIs), body).into_response()
}

/// Masked already: its digest must not tell what is not shown.
fn serialize(value: &impl Serialize) -> Vec<u8> {
    masked_json(serde_json::to_vec(value).unwrap_or_default())
}

/// 200 with its `ETag`, or 304 when the caller has it already.
pub fn shown<R: Resource>(resource: &R, conditions: &Conditions) -> Response {
    let body = serialize(resource);
    let etag = etag(resource.version(), &body);
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if let Ok(value) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, value);
    }
    if conditions.has(&etag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    json(StatusCode::OK, headers, body)
}

/// What a write is answered with when the lists do not show it yet. It is on disk all the same.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Accepted {
    /// The id of what was written.
    pub id: String,
    /// Its version.
    pub version: u64,
    /// The position that covers the write: ask again with `min_position`.
    pub position: u64,
    /// Always false: the lists will follow.
    pub visible: bool,
}

/// The answer to a write.
#[derive(Debug)]
pub struct Written<'a> {
    status: StatusCode,
    receipt: &'a Receipt,
    location: Option<String>,
}

impl<'a> Written<'a> {
    /// 200.
    pub fn changed(receipt: &'a Receipt) -> Self {
        Self { status: StatusCode::OK, receipt, location: None }
    }

    /// 201, and where it is.
    pub fn created(receipt: &'a Receipt, location: String) -> Self {
        Self { status: StatusCode::CREATED, receipt, location: Some(location) }
    }

    fn headers(&self, visible: bool) -> HeaderMap {
        if self.receipt.changed && !self.receipt.replayed {
            note_change();
        }
        let mut headers = HeaderMap::new();
        headers.insert(POSITION.clone(), HeaderValue::from(self.receipt.position));
        headers.insert(VISIBLE.clone(), HeaderValue::from_static(if visible { "true" } else { "false" }));
        if self.receipt.replayed {
            headers.insert(REPLAYED.clone(), HeaderValue::from_static("true"));
        }
        if let Some(location) = self.location.as_deref().and_then(|url| HeaderValue::from_str(url).ok()) {
            headers.insert(header::LOCATION, location);
        }
        headers
    }

    /// With the resource as it is now; 202 without it when the lists do not show it yet.
    pub fn with<R: Resource>(self, resource: Option<&R>) -> Response {
        let mut headers = self.headers(resource.is_some());
        let Some(resource) = resource else {
            let outcome = &self.receipt.outcome;
            let position = self.receipt.position;
            let body = Accepted { id: outcome.id.clone(), version: outcome.version, position, visible: false };
            return json(StatusCode::ACCEPTED, headers, serialize(&body));
        };
        let body = serialize(resource);
        if let Ok(etag) = HeaderValue::from_str(&etag(resource.version(), &body)) {
            headers.insert(header::ETAG, etag);
        }
        json(self.status, headers, body)
    }

    /// With what is folded from the log whenever it is asked for, as it is now; as the first time left it when this is a
    /// repeat. It is never behind; the trail and the feed, which show the write too, are waited for.
    pub async fn folded<R: Resource, F>(
        self,
        app: &App,
        session: &Session,
        find: impl FnOnce(Moment) -> F,
    ) -> Result<Response, ApiError>
    where
        F: Future<Output = Result<R, ApiError>>,
    {
        let receipt = self.receipt;
        if !app.visible(&session.log, receipt).await {
            return Ok(self.with::<R>(None));
        }
        let moment = if receipt.replayed { Moment::Position(receipt.position) } else { Moment::Now };
        Ok(self.with(Some(&find(moment).await?)))
    }

    /// 204, with nothing.
    pub fn empty(self, visible: bool) -> Response {
        (StatusCode::NO_CONTENT, self.headers(visible)).into_response()
    }
}

/// One page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PageBody<T> {
    /// The items, in the order that was asked for.
    pub data: Vec<T>,
    /// What there is to know of the page.
    pub meta: PageMeta,
    /// Where to go from here.
    pub links: PageLinks,
}

/// What there is to know of a page.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PageMeta {
    /// Whether another page follows.
    pub has_more: bool,
    /// Hand it back as `cursor`, with the same filters and sort.
    pub next_cursor: Option<String>,
    /// How many there are in all, with `include=total_count`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_count: Option<u64>,
}

/// Where to go from a page.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PageLinks {
    /// The next page.
    pub next: Option<String>,
}

/// Which page of a list is asked for.
#[derive(Debug)]
pub struct Paging {
    /// At most so many items.
    pub limit: u16,
    /// After this place.
    pub after: Option<Vec<SortValue>>,
    /// Whether to count them all.
    pub counted: bool,
    /// Not before the lists have come this far.
    pub min_position: Option<u64>,
    scope: String,
    base: String,
}

impl Paging {
    /// Takes `limit` and `cursor` from the query.
    pub fn take(app: &App, session: &Session, path: &str, query: &mut Query) -> Result<Self, ApiError> {
        let base = query.encoded_without(&["cursor"]);
        let scope = format!(
            "{}\0{path}\0{}",
            session.log.tenant(),
            query.encoded_without(&["cursor", "limit", "include", "min_position"])
        );
        let after = query.text("cursor").map(|cursor| app.cursors.open(&scope, &cursor)).transpose()?;
        let limit = query.limit(25, projections::MAX_LIMIT)?;
        Ok(Self { limit, after, counted: false, min_position: None, scope, base: format!("/api/{path}?{base}") })
    }

    /// The id that the page before ends with, of a list that is sorted by nothing else.
    pub fn after_id(&self) -> Result<Option<&str>, ApiError> {
        match self.after.as_deref() {
            None => Ok(None),
            Some([SortValue::Text(id)]) => Ok(Some(id)),
            Some(_) => Err(QueryError::ForeignPosition.into()),
        }
    }

    /// Takes `min_position`, too.
    pub fn fresh(self, query: &mut Query) -> Result<Self, ApiError> {
        Ok(Self { min_position: query.position("min_position")?, ..self })
    }

    /// Takes `include`, too.
    pub fn counted(self, query: &mut Query) -> Result<Self, ApiError> {
        let counted = match query.text("include").as_deref() {
            None => false,
            Some("total_count") => true,
            Some(_) => return Err(ApiError::invalid_parameter("include", "expected total_count")),
        };
        Ok(Self { counted, ..self })
    }

    /// The page, with the way to the next one in body and `Link` header (RFC 8288).
    pub fn answer<T: Serialize>(self, app: &App, page: Page<T>, total_count: Option<u64>) -> Response {
        let next_cursor = page.next.map(|place| app.cursors.seal(&self.scope, &place));
        let next = next_cursor.as_ref().map(|cursor| {
            let glue = if self.base.ends_with('?') { "" } else { "&" };
            format!("{}{glue}cursor={cursor}", self.base)
        });
        let mut headers = HeaderMap::new();
        if let Some(link) =
            next.as_ref().and_then(|next| HeaderValue::from_str(&format!("<{next}>; rel=\"next\"")).ok())
        {
            headers.insert(header::LINK, link);
        }
        let meta = PageMeta { has_more: next_cursor.is_some(), next_cursor, total_count };
        (headers, Json(PageBody { data: page.items, meta, links: PageLinks { next } })).into_response()
    }
}
