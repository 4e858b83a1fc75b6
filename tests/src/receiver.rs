//! A customer's program that takes webhooks: a real listener on this machine, which answers as a test tells it to.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use tokio::sync::watch;

/// What it answers.
#[derive(Clone, Debug)]
pub enum Reply {
    /// This status.
    Status(u16),
    /// This status, with a header.
    With(u16, &'static str, String),
    /// This status and text.
    Text(u16, String),
    /// This status, and what it got.
    Echo(u16),
    /// Nothing, for ever.
    Silence,
}

/// What it got.
#[derive(Clone, Debug)]
pub struct Received {
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub raw: Bytes,
    /// The body as JSON.
    pub body: Value,
}

impl Received {
    /// A header's text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Whether this secret signed it.
    pub fn is_signed_by(&self, secret: &str) -> bool {
        let signer = standardwebhooks::Webhook::new(secret).expect("a secret");
        let timestamp = self.header("webhook-timestamp").parse().expect("a timestamp");
        let expected = signer.sign(self.header("webhook-id"), timestamp, &self.raw).expect("a signature");
        self.header("webhook-signature").split(' ').any(|signature| signature == expected)
    }
}

#[derive(Debug, Default)]
struct Inner {
    replies: Mutex<VecDeque<Reply>>,
    usual: Mutex<Option<Reply>>,
    received: watch::Sender<Vec<Received>>,
}

/// The program.
#[derive(Clone, Debug)]
pub struct Receiver {
    inner: Arc<Inner>,
    url: String,
}

impl Receiver {
    /// One that takes everything.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/hook", listener.local_addr().expect("its address"));
        let inner = Arc::<Inner>::default();
        let router = Router::new().fallback(take).with_state(Arc::clone(&inner));
        // Ends with the test's runtime.
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { inner, url }
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Answers the next requests so, one after another.
    pub fn answer(&self, replies: impl IntoIterator<Item = Reply>) {
        self.inner.replies.lock().unwrap_or_else(PoisonError::into_inner).extend(replies);
    }

    /// Answers so whenever nothing else was told.
    pub fn answer_always(&self, reply: Reply) {
        *self.inner.usual.lock().unwrap_or_else(PoisonError::into_inner) = Some(reply);
    }

    /// All that came, in order.
    pub fn received(&self) -> Vec<Received> {
        self.inner.received.borrow().clone()
    }

    /// What came, and was not looked at before.
    pub fn take(&self) -> Vec<Received> {
        self.inner.received.send_replace(vec![])
    }

    /// Waits until so many have come.
    pub async fn wait_for(&self, count: usize) {
        self.wait(|received| received.len() >= count).await;
    }

    /// Waits until one of those that have come is like this.
    pub async fn wait_until(&self, like: impl Fn(&Received) -> bool) {
        self.wait(|received| received.iter().any(&like)).await;
    }

    async fn wait(&self, enough: impl Fn(&[Received]) -> bool) {
        let mut received = self.inner.received.subscribe();
        let waiting = received.wait_for(|received| enough(received));
        let waited = tokio::time::timeout(std::time::Duration::from_secs(30), waiting).await;
        waited.expect("deliveries within half a minute").expect("a receiver");
    }
}

async fn take(State(inner): State<Arc<Inner>>, headers: HeaderMap, raw: Bytes) -> Response {
    let body = serde_json::from_slice(&raw).unwrap_or_default();
    let echo = raw.clone();
    inner.received.send_modify(|all| all.push(Received { headers, raw, body }));
    let next = inner.replies.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let usual = inner.usual.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let status = |status| StatusCode::from_u16(status).expect("a status");
    match next.or(usual).unwrap_or(Reply::Status(204)) {
        Reply::Status(code) => status(code).into_response(),
        Reply::With(code, name, value) => (status(code), [(name, value)]).into_response(),
        Reply::Text(code, text) => (status(code), text).into_response(),
        Reply::Echo(code) => (status(code), echo).into_response(),
        Reply::Silence => std::future::pending().await,
    }
}
