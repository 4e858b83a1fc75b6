//! Clients that write, and send again under the same key until they are answered.

use std::{
    collections::{BTreeMap, BTreeSet},
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
/// All of them talk on these, too: there they come into each other's way.
const SHARED: usize = 4;
/// Of so many writes one is a message on a shared ticket.
const EVERY: usize = 4;

/// What was acknowledged.
#[derive(Clone, Default)]
pub struct Acknowledged {
    /// By client, in order: the tickets that they opened.
    pub opened: BTreeMap<usize, Vec<String>>,
    /// By shared ticket: the messages.
    pub said: BTreeMap<String, BTreeSet<String>>,
}

/// 32 clients at work.
pub struct Clients {
    stop: Arc<AtomicBool>,
    shared: Vec<String>,
    tasks: Vec<JoinHandle<Writer>>,
}

impl Clients {
    /// Divided among the servers.
    pub async fn start(servers: &[&Server]) -> Self {
        let mut shared = vec![];
        for number in 0..SHARED {
            let name = format!("shared-{number}");
            let body = json!({"title": name, "customer": {"email": "all@example.com"}});
            let ticket = servers[0].post("/api/tickets", &name, &body).await;
            shared.push(ticket["id"].as_str().unwrap().to_owned());
        }
        let stop = Arc::new(AtomicBool::new(false));
        let tasks = (0..CLIENTS)
            .map(|number| {
                let server = servers[number % servers.len()];
                let (base, key) = (server.base(), server.key().to_owned());
                let (opened, said) = (vec![], vec![]);
                let writer = Writer { client: Client::new(), base, key, number, opened, said };
                tokio::spawn(writer.write(shared.clone(), Arc::clone(&stop)))
            })
            .collect();
        Self { stop, shared, tasks }
    }

    /// Lets everybody finish what they began.
    pub async fn finish(self) -> Acknowledged {
        self.stop.store(true, Ordering::Relaxed);
        let mut all = Acknowledged::default();
        for ticket in &self.shared {
            all.said.insert(ticket.clone(), BTreeSet::new());
        }
        // What is shared was opened by nobody in particular.
        all.opened.insert(CLIENTS, self.shared);
        for task in self.tasks {
            let writer = task.await.unwrap();
            for (ticket, text) in writer.said {
                assert!(all.said.get_mut(&ticket).unwrap().insert(text));
            }
            all.opened.insert(writer.number, writer.opened);
        }
        let count: usize = all.opened.values().map(Vec::len).sum();
        assert!(count > CLIENTS, "the clients wrote next to nothing: {count}");
        all
    }
}

struct Writer {
    client: Client,
    base: String,
    key: String,
    number: usize,
    opened: Vec<String>,
    said: Vec<(String, String)>,
}

impl Writer {
    async fn write(mut self, shared: Vec<String>, stop: Arc<AtomicBool>) -> Self {
        for turn in 1.. {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let name = format!("client-{}-{turn}", self.number);
            if turn % EVERY == 0 {
                let ticket = shared[(self.number + turn / EVERY) % shared.len()].clone();
                self.until_answered(&format!("/api/tickets/{ticket}/messages"), &name, &json!({"body": name})).await;
                self.said.push((ticket, name));
            } else {
                let customer = json!({"name": "Ann", "email": format!("ann-{}@example.com", self.number)});
                let body = json!({"title": name, "body": "written while something is killed", "customer": customer});
                let answer = self.until_answered("/api/tickets", &name, &body).await;
                self.opened.push(answer["id"].as_str().unwrap().to_owned());
            }
        }
        self
    }

    async fn until_answered(&self, path: &str, name: &str, body: &Value) -> Value {
        loop {
            let request = self.client.post(format!("{}{path}", self.base)).bearer_auth(&self.key);
            let answer = request.header("Idempotency-Key", name).json(body).send().await;
            if let Ok(answer) = answer {
                let status = answer.status();
                // Where many write to one ticket, somebody may be told to try again.
                assert!(status.is_server_error() || status.is_success() || status == 409, "{name}: {status}");
                if let Ok(answer) = answer.json::<Value>().await
                    && status.is_success()
                {
                    return answer;
                }
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
