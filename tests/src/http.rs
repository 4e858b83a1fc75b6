//! Calls to the API as a customer's program makes them, and what came back.

use std::{
    future::{Future, IntoFuture},
    ops::Index,
    pin::Pin,
};

use bytes::Bytes;
use futures_util::Stream;
use reqwest::{
    Method,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use serde_json::Value;

/// The API, as the holder of one key sees it.
#[derive(Clone, Debug)]
pub struct Api {
    pub(crate) client: reqwest::Client,
    pub(crate) base: String,
    pub(crate) key: Option<String>,
}

impl Api {
    /// With another key.
    #[must_use]
    pub fn with_key(&self, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..self.clone() }
    }

    /// Without any key.
    #[must_use]
    pub fn anonymous(&self) -> Self {
        Self { key: None, ..self.clone() }
    }

    /// Of another process.
    #[must_use]
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    /// Where it is: scheme, host and port.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The key that it is called with.
    pub fn key(&self) -> &str {
        self.key.as_deref().unwrap_or_default()
    }

    /// Any call. `path` begins with a slash, and may have a query.
    pub fn call(&self, method: Method, path: &str) -> Call {
        let request = self.client.request(method, format!("{}{path}", self.base));
        Call(match &self.key {
            Some(key) => request.bearer_auth(key),
            None => request,
        })
    }

    /// GET.
    pub fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    /// POST.
    pub fn post(&self, path: &str, body: Value) -> Call {
        self.call(Method::POST, path).json(&body)
    }

    /// PUT.
    pub fn put(&self, path: &str, body: Value) -> Call {
        self.call(Method::PUT, path).json(&body)
    }

    /// PATCH.
    pub fn patch(&self, path: &str, body: Value) -> Call {
        self.call(Method::PATCH, path).json(&body)
    }

    /// DELETE.
    pub fn delete(&self, path: &str) -> Call {
        self.call(Method::DELETE, path)
    }

    /// Every item of a list, page by page.
    pub async fn all(&self, path: &str) -> Vec<Value> {
        let mut items = vec![];
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let page = self.get(&path).await.expect(200);
            items.extend(page["data"].as_array().expect("a list").iter().cloned());
            next = page["links"]["next"].as_str().map(str::to_owned);
        }
        items
    }
}

/// A call that is made when it is awaited.
#[derive(Debug)]
pub struct Call(reqwest::RequestBuilder);

impl Call {
    /// With a header.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        Self(self.0.json(body))
    }

    /// Makes the call, and leaves its answer to be read as it comes.
    pub async fn open(self) -> reqwest::Response {
        self.0.send().await.expect("an answer")
    }

    /// With these bytes, whatever they are.
    #[must_use]
    pub fn raw(self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let body: Vec<u8> = body.into();
        Self(self.0.header("content-type", content_type).body(body))
    }
}

impl Call {
    /// With bytes that come one piece after the other, and whose number is not told before.
    #[must_use]
    pub fn stream<E: std::error::Error + Send + Sync + 'static>(
        self,
        pieces: impl Stream<Item = Result<Bytes, E>> + Send + 'static,
    ) -> Self {
        Self(self.0.body(reqwest::Body::wrap_stream(pieces)))
    }
}

impl IntoFuture for Call {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (client, request) = self.0.build_split();
            let request = request.expect("a well-formed request");
            let asked = format!("{} {}", request.method(), request.url());
            let response = client.execute(request).await.unwrap_or_else(|error| panic!("{asked}: {error:?}"));
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let text = response.text().await.unwrap_or_else(|error| panic!("{asked}: {error:?}"));
            let body = serde_json::from_str(&text).unwrap_or(Value::Null);
            Answer { asked, status, headers, text, body }
        })
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    asked: String,
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub text: String,
    /// The body as JSON; null when it is none.
    pub body: Value,
}

impl Answer {
    /// Itself, if it has this status.
    #[must_use]
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.text);
        self
    }

    /// Itself, if it is a problem (RFC 9457) with this status and code, complete in form.
    #[must_use]
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        self.assert_problem();
        assert_eq!((self.status, self["code"].as_str()), (status, Some(code)), "{}: {}", self.asked, self.text);
        self
    }

    /// Checks the form of a problem, whichever it is.
    #[track_caller]
    pub fn assert_problem(&self) {
        let Self { asked, text, .. } = self;
        assert!(self.status >= 400, "{asked} was not refused: {} {text}", self.status);
        assert!(self.status < 500 || self.status == 503, "{asked}: {} {text}", self.status);
        assert_eq!(self.header("content-type"), Some("application/problem+json; charset=utf-8"), "{asked}: {text}");
        assert_eq!(self["status"], self.status, "{asked}: {text}");
        assert!(self.header("request-id").is_some(), "{asked}");
        assert_eq!(self["request_id"].as_str(), self.header("request-id"), "{asked}: {text}");
        for member in ["type", "title", "code", "detail"] {
            assert!(self[member].as_str().is_some_and(|text| !text.is_empty()), "{asked}: {member} in {text}");
        }
    }

    /// Whether a problem names this field with this code.
    #[must_use]
    pub fn names(&self, pointer: &str, code: &str) -> bool {
        let errors = self["errors"].as_array().map_or(&[][..], Vec::as_slice);
        errors.iter().any(|error| error["pointer"] == pointer && error["code"] == code)
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The entity tag.
    #[track_caller]
    pub fn etag(&self) -> String {
        self.header("etag").unwrap_or_else(|| panic!("{} has no ETag", self.asked)).to_owned()
    }

    /// The position that covers a write.
    #[track_caller]
    pub fn position(&self) -> u64 {
        let position = self.header("helpdesk-position").and_then(|text| text.parse().ok());
        position.unwrap_or_else(|| panic!("{} has no Helpdesk-Position", self.asked))
    }

    /// The id of the resource.
    #[track_caller]
    pub fn id(&self) -> String {
        self["id"].as_str().unwrap_or_else(|| panic!("{}: no id in {}", self.asked, self.text)).to_owned()
    }

    /// One field of each item of a list.
    #[track_caller]
    pub fn column(&self, field: &str) -> Vec<Value> {
        let items = self["data"].as_array().unwrap_or_else(|| panic!("{}: no list in {}", self.asked, self.text));
        items.iter().map(|item| item[field].clone()).collect()
    }

    /// All that another answer may be compared by: everything but what differs with every request.
    pub fn comparable(&self) -> (u16, Vec<(HeaderName, HeaderValue)>, Value) {
        let mut headers: Vec<_> = self
            .headers
            .iter()
            .filter(|(name, _)| !["date", "request-id", "content-length"].contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        headers.sort_by(|a, b| (a.0.as_str(), a.1.as_bytes()).cmp(&(b.0.as_str(), b.1.as_bytes())));
        let mut body = self.body.clone();
        if let Some(body) = body.as_object_mut() {
            body.remove("request_id");
        }
        (self.status, headers, body)
    }
}

impl Index<&str> for Answer {
    type Output = Value;

    fn index(&self, field: &str) -> &Value {
        &self.body[field]
    }
}
