//! The request itself: one POST, no redirect, no proxy, bounded in time and in what is read of the answer.

use std::{error::Error, sync::Arc, time::Duration};

use reqwest::{
    Client,
    header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER},
    redirect::Policy,
};

use crate::webhooks::{
    address::Reach,
    guard::{self, Loopback, Names, Resolver, UrlRefused},
};

/// What is read of an answer, and kept.
pub(crate) const KEPT_BYTES: usize = 16 * 1024;

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub retry_after: Option<String>,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// Why nothing came back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SendError {
    #[error(transparent)]
    Refused(#[from] UrlRefused),
    #[error("no answer within {0:?}")]
    TimedOut(Duration),
    #[error("no connection: {0}")]
    NoConnection(String),
    #[error("the exchange broke off: {0}")]
    Broken(String),
    #[error("this server cannot make TLS connections: {0}")]
    NoTls(String),
}

/// One client for each reach.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    public: Result<Client, String>,
    public_or_loopback: Result<Client, String>,
    loopback: Result<Client, String>,
    /// For everything from the resolver's question to the status, and to what is read of the answer.
    timeout: Duration,
}

impl Sender {
    pub fn new(names: Arc<dyn Names>, timeout: Duration) -> Self {
        // One TLS stack in the program: the ring that seals. An error means that it is installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = |reach| client(Resolver { names: Arc::clone(&names), reach });
        Self {
            public: client(Reach::Public),
            public_or_loopback: client(Reach::PublicOrLoopback),
            loopback: client(Reach::Loopback),
            timeout,
        }
    }

    /// Sends `body` to `url`, if that may be.
    pub async fn send(
        &self,
        url: &str,
        loopback: Loopback,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> Result<Answer, SendError> {
        let target = guard::check(url, loopback)?;
        let client = match target.reach {
            Reach::Public => &self.public,
            Reach::PublicOrLoopback => &self.public_or_loopback,
            Reach::Loopback => &self.loopback,
        };
        let client = client.as_ref().map_err(|error| SendError::NoTls(error.clone()))?;
        let until = tokio::time::Instant::now() + self.timeout;
        let sent = client.post(target.url).headers(headers).body(body).send();
        let mut response = match tokio::time::timeout_at(until, sent).await {
            Ok(sent) => sent.map_err(|error| explained(&error))?,
            Err(_) => return Err(SendError::TimedOut(self.timeout)),
        };
        // The status says whether it was taken. That the rest breaks off, or never ends, changes nothing.
        let mut kept = vec![];
        let rest = async {
            while kept.len() < KEPT_BYTES
                && let Ok(Some(chunk)) = response.chunk().await
            {
                kept.extend_from_slice(&chunk[..chunk.len().min(KEPT_BYTES - kept.len())]);
            }
        };
        let _ = tokio::time::timeout_at(until, rest).await;
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        Ok(Answer {
            status: response.status().as_u16(),
            retry_after: retry_after.map(str::to_owned),
            headers: response.headers().clone(),
            body: kept,
        })
    }
}

/// No connection is kept: the next attempt resolves and checks anew.
fn client(resolver: Resolver) -> Result<Client, String> {
    Client::builder()
        .dns_resolver(Arc::new(resolver))
        .redirect(Policy::none())
        .no_proxy()
        .pool_max_idle_per_host(0)
        .user_agent("Helpdesk-Webhooks/1")
        .build()
        .map_err(|error| root_of(&error).to_string())
}

fn explained(error: &reqwest::Error) -> SendError {
    let root = root_of(error);
    if let Some(refused) = root.downcast_ref::<UrlRefused>() {
        return SendError::Refused(*refused);
    }
    // What the operating system or TLS said, without the URL: it may hold a token.
    if error.is_connect() { SendError::NoConnection(root.to_string()) } else { SendError::Broken(root.to_string()) }
}

fn root_of<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    let mut root = error;
    while let Some(source) = root.source() {
        root = source;
    }
    root
}

/// A header that this program made.
pub(crate) fn header(name: &'static str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    Some((HeaderName::from_static(name), HeaderValue::from_str(value).ok()?))
}
