//! Clients that write, and send again under the same key until they are answered.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use reqwest::Client;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::server::Server;

const CLIENTS: usize = 32;

/// By idempotency key: the id of the ticket that was acknowledged.
pub type Acknowledged = BTreeMap<String, String>;

/// 32 clients at work.
pub struct Clients {
    stop: Arc<AtomicBool>,
    tasks: Vec<JoinHandle<Acknowledged>>,
}

impl Clients {
    /// Divided among the servers.
    pub fn start(servers: &[&Server]) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let tasks = (0..CLIENTS)
            .map(|number| {
                let server = servers[number % servers.len()];
                let writer =
                    Writer { client: Client::new(), base: server.base(), key: server.key().to_owned(), number };
                tokio::spawn(writer.write(Arc::clone(&stop)))
            })
            .collect();
        Self { stop, tasks }
    }

    /// Lets everybody finish what they began.
    pub async fn finish(self) -> Acknowledged {
        self.stop.store(true, Ordering::Relaxed);
        let mut all = Acknowledged::new();
        for task in self.tasks {
            all.extend(task.await.unwrap());
        }
        assert!(all.len() > CLIENTS, "the clients wrote next to nothing: {}", all.len());
        all
    }
}

struct Writer {
    client: Client,
    base: String,
    key: String,
    number: usize,
}

impl Writer {
    async fn write(self, stop: Arc<AtomicBool>) -> Acknowledged {
        let mut acknowledged = Acknowledged::new();
        while !stop.load(Ordering::Relaxed) {
            let name = format!("client-{}-{}", self.number, acknowledged.len());
            let id = self.until_answered(&name).await;
            acknowledged.insert(name, id);
        }
        acknowledged
    }

    async fn until_answered(&self, name: &str) -> String {
        let body = json!({"title": name, "body": "written while something is killed",
            "customer": {"name": "Ann", "email": format!("ann-{}@example.com", self.number)}});
        loop {
            let request = self.client.post(format!("{}/api/tickets", self.base)).bearer_auth(&self.key);
            let answer = request.header("Idempotency-Key", name).json(&body).send().await;
            if let Ok(answer) = answer {
                let status = answer.status();
                if let Ok(answer) = answer.json::<Value>().await
                    && status.is_success()
                {
                    return answer["id"].as_str().unwrap().to_owned();
                }
                assert!(status.is_server_error() || status.is_success(), "{name}: {status}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
