//! A client that follows the feed as server-sent events, as a browser's `EventSource` does: when the connection breaks, it
//! comes back with the id that it saw last.

use std::time::Duration;

use reqwest::Client;
use serde_json::Value;
use tokio::{sync::watch, task::JoinHandle};

use crate::server::Server;

const COME_BACK: Duration = Duration::from_millis(50);

pub struct Follower {
    seen: watch::Receiver<u64>,
    task: JoinHandle<u32>,
}

impl Follower {
    /// From the beginning. Every position must come once, in order.
    pub fn start(server: &Server) -> Self {
        let (tell, seen) = watch::channel(0);
        let (url, key) = (format!("{}/api/events", server.base()), server.key().to_owned());
        let task = tokio::spawn(async move {
            let client = Client::new();
            let mut connections = 0;
            while !tell.is_closed() {
                let last = tell.borrow().to_string();
                let request = client.get(&url).bearer_auth(&key).header("Accept", "text/event-stream");
                if let Ok(response) = request.header("Last-Event-ID", last).send().await
                    && response.status().is_success()
                {
                    connections += 1;
                    read(response, &tell).await;
                }
                tokio::time::sleep(COME_BACK).await;
            }
            connections
        });
        Self { seen, task }
    }

    /// Waits until this position was seen; gives how often it had to connect.
    pub async fn reaches(mut self, position: u64, patience: Duration) -> u32 {
        let reached = tokio::time::timeout(patience, self.seen.wait_for(|seen| *seen >= position)).await;
        let seen =
            *reached.unwrap_or_else(|_| panic!("{position} did not come")).expect("a follower that did not stop");
        assert_eq!(seen, position, "more came than there is");
        drop(self.seen);
        self.task.await.unwrap()
    }
}

/// Until the connection breaks, or nobody listens.
async fn read(mut response: reqwest::Response, tell: &watch::Sender<u64>) {
    let mut text = String::new();
    loop {
        let chunk = tokio::select! {
            chunk = response.chunk() => chunk,
            () = tell.closed() => return,
        };
        let Ok(Some(chunk)) = chunk else { return };
        text.push_str(std::str::from_utf8(&chunk).unwrap());
        // What is not complete when the connection breaks was not received.
        while let Some((event, rest)) = text.split_once("\n\n") {
            let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
            if let (Some(id), Some(data)) = (field("id:"), field("data:")) {
                let position: u64 = id.parse().unwrap();
                assert_eq!(position, *tell.borrow() + 1, "a hole, or twice the same");
                let data: Value = serde_json::from_str(data).unwrap();
                assert_eq!(data["position"], position);
                tell.send_replace(position);
            }
            text = rest.to_owned();
        }
    }
}
