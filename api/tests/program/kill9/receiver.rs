//! A customer's program that takes webhooks, and keeps what it got.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Json, Router, extract::State, http::HeaderMap, routing::post};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::server::Server;

#[derive(Default)]
struct Inner {
    /// By ticket: the sequences of its events as they came.
    told: Mutex<BTreeMap<String, Vec<u64>>>,
    secret: Mutex<String>,
    count: watch::Sender<usize>,
}

#[derive(Clone)]
pub struct Receiver {
    inner: Arc<Inner>,
}

impl Receiver {
    /// Listens, and lets a server know.
    pub async fn start(server: &Server) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let inner = Arc::<Inner>::default();
        let router = Router::new().route("/hook", post(take)).with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let webhook = server.post("/api/webhooks", "the-webhook", &json!({"url": url, "events": ["ticket.*"]})).await;
        webhook["secret"].as_str().unwrap().clone_into(&mut inner.secret.lock().unwrap());
        Self { inner }
    }

    /// Waits until each of these tickets was told up to its version; then each in order, none left out, and nothing
    /// again but what was told last: what was on its way when somebody died.
    pub async fn has_all(&self, versions: &BTreeMap<String, u64>, patience: Duration) {
        let complete = |_: &usize| {
            let told = self.inner.told.lock().unwrap();
            versions.iter().all(|(id, version)| told.get(id).and_then(|all| all.last()) == Some(version))
        };
        let mut count = self.inner.count.subscribe();
        let waited = tokio::time::timeout(patience, count.wait_for(complete)).await;
        let told = self.inner.told.lock().unwrap();
        assert!(waited.is_ok(), "some were lost: {versions:?} against {told:?}");
        for (id, sequences) in told.iter() {
            let mut last = 0;
            for sequence in sequences {
                assert!(*sequence == last + 1 || *sequence == last, "{id} out of order: {sequences:?}");
                last = *sequence;
            }
        }
    }
}

async fn take(State(inner): State<Arc<Inner>>, headers: HeaderMap, raw: axum::body::Bytes) -> Json<Value> {
    let secret = inner.secret.lock().unwrap().clone();
    standardwebhooks::Webhook::new(&secret).unwrap().verify(&raw, &headers).expect("a signature");
    let body: Value = serde_json::from_slice(&raw).unwrap();
    let (ticket, sequence) = (body["data"]["id"].as_str().unwrap(), body["sequence"].as_u64().unwrap());
    inner.told.lock().unwrap().entry(ticket.to_owned()).or_default().push(sequence);
    inner.count.send_modify(|count| *count += 1);
    Json(json!({}))
}
