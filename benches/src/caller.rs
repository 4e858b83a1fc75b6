//! The API over HTTP, server and client in this process.

use std::{net::SocketAddr, sync::Arc};

use axum::body::Bytes;
use reqwest::{Client, Method};
use serde_json::Value;
use tokio::{net::TcpListener, task::AbortHandle};

use crate::Rig;

/// A client of the rig's server, with a key that may do everything.
#[derive(Clone, Debug)]
pub struct Caller {
    client: Client,
    base: String,
    key: String,
    server: AbortHandle,
}

impl Caller {
    /// Starts the server.
    pub async fn start(rig: &Rig) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let app = api::App::new(rig.desk.store().clone(), Arc::clone(&rig.random));
        let service = api::router(app).into_make_service_with_connect_info::<SocketAddr>();
        let server = tokio::spawn(async move { axum::serve(listener, service).await }).abort_handle();
        Self { client: Client::new(), base, key: rig.key.clone(), server }
    }

    /// The same server with another key, which may be another tenant's.
    #[must_use]
    pub fn with_key(&self, key: String) -> Self {
        Self { key, ..self.clone() }
    }

    /// The body of an answer that is not an error.
    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Bytes {
        let request = self.client.request(method, format!("{}{path}", self.base)).bearer_auth(&self.key);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request.send().await.expect("an answer");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.bytes().await.expect("a body")
    }

    /// As [`Caller::call`], read.
    pub async fn json(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        serde_json::from_slice(&self.call(method, path, body).await).expect("JSON")
    }

    /// Stops the server.
    pub fn stop(self) {
        self.server.abort();
    }
}
