//! A considerate rebuild beside 500 commands a second over HTTP, and readers.
//!
//! In turns: a span without a rebuild, one with. Whoever reads looks for errors and for less than it saw before; whoever
//! writes looks for what it wrote.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use benches::{Counters, Quantiles, Rig, Target, median, resident_mib};
use event_store::driver::Client as Database;
use projections::{Pace, RebuildSettings, Then, rebuild};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

const WRITERS: u32 = 16;
const PER_SECOND: u32 = 500;
const ROUNDS: usize = 3;
/// Without a rebuild; with one, it takes as long as the rebuild does.
const QUIET: Duration = Duration::from_secs(20);
const READS: [&str; 4] = [
    "/api/tickets?sort=-updated_at&limit=25",
    "/api/tickets?filter[status]=open&sort=-priority&limit=25",
    "/api/customers?limit=25",
    "/api/analytics",
];

/// What the writers saw.
#[derive(Default)]
struct Seen {
    times: Vec<Duration>,
    /// Writes that were not visible when they were answered.
    late: usize,
}

pub async fn measure(rig: &Rig, database: &Database) -> Vec<Target> {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let app = api::App::new(rig.desk.store().clone(), Arc::clone(&rig.random));
    let service = api::router(app).into_make_service_with_connect_info::<SocketAddr>();
    let server = tokio::spawn(async move { axum::serve(listener, service).await });
    let caller = Caller { client: Client::new(), base, key: rig.key.clone() };
    println!("| round | rebuild | s | commands/s | p50 ms | p99 ms | not visible at once | MiB | CPU us a command |");
    println!("|---|---|---|---|---|---|---|---|---|");
    let (mut ratios, mut growths) = (vec![], vec![]);
    for round in 1..=ROUNDS {
        let quiet = span(round, "no", database, rig, &caller, async { tokio::time::sleep(QUIET).await }).await;
        let before = resident_mib();
        let most = std::sync::Mutex::new(before);
        let rebuilding = Box::pin(async {
            let settings = RebuildSettings { pace: Pace::Considerate, then: Then::Switch };
            let note = |_| {
                let mut most = most.lock().expect("nobody panics with it");
                *most = most.max(resident_mib());
            };
            rebuild(&rig.log, settings, &note).await.expect("a rebuild");
        });
        let busy = span(round, "yes", database, rig, &caller, rebuilding).await;
        ratios.push(busy.p99.as_secs_f64() / quiet.p99.as_secs_f64());
        growths.push(most.into_inner().expect("nobody panics with it") - before);
    }
    server.abort();
    println!("memory grew by {growths:.0?} MiB");
    let target = |name, measured, wanted| Target { name, measured, wanted, at_least: false };
    vec![
        target("rebuild-writers-p99-ratio", median(ratios), 2.0),
        // After the first one, what it took once is there.
        target("rebuild-memory-growth-mib", growths.last().copied().unwrap_or(f64::NAN), 50.0),
    ]
}

/// Writes and reads while `work` goes on.
async fn span(
    round: usize,
    name: &str,
    database: &Database,
    rig: &Rig,
    caller: &Caller,
    work: impl Future<Output = ()>,
) -> Quantiles {
    let (end, over) = watch::channel(false);
    let before = Counters::read(database, rig.postmaster()).await;
    let began = Instant::now();
    let mut writers = JoinSet::new();
    for number in 0..WRITERS {
        writers.spawn(caller.clone().write(format!("{round}-{name}-{number}"), over.clone()));
    }
    let mut readers = JoinSet::new();
    for path in READS {
        readers.spawn(caller.clone().read(path, over.clone()));
    }
    work.await;
    end.send_replace(true);
    let mut seen = Seen::default();
    while let Some(of_one) = writers.join_next().await {
        let of_one = of_one.expect("a writer");
        seen.times.extend(of_one.times);
        seen.late += of_one.late;
    }
    while let Some(reader) = readers.join_next().await {
        reader.expect("a reader who saw no error, and never less than before");
    }
    let took = began.elapsed().as_secs_f64();
    let spent = Counters::read(database, rig.postmaster()).await.since(&before);
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let count = seen.times.len() as f64;
    let quantiles = Quantiles::of(seen.times);
    println!(
        "| {round} | {name} | {took:.0} | {:.0} | {:.1} | {:.1} | {} | {:.0} | {:.0} |",
        count / took,
        quantiles.p50.as_secs_f64() * 1e3,
        quantiles.p99.as_secs_f64() * 1e3,
        seen.late,
        resident_mib(),
        (spent.client_us + spent.server_us) / count,
    );
    quantiles
}

#[derive(Clone)]
struct Caller {
    client: Client,
    base: String,
    key: String,
}

impl Caller {
    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let request = self.client.request(method, format!("{}{path}", self.base)).bearer_auth(&self.key);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request.send().await.expect("an answer");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.expect("a body")
    }

    /// Its share of the commands, at their times: one that takes long makes the next one late, and that counts too.
    async fn write(self, name: String, over: watch::Receiver<bool>) -> Seen {
        let mut seen = Seen::default();
        let pause = Duration::from_secs(1) * WRITERS / PER_SECOND;
        let mut due = Instant::now();
        let mut ticket = None;
        while !*over.borrow() {
            due += pause;
            tokio::time::sleep_until(due.into()).await;
            match ticket.take() {
                None => {
                    let body = json!({"title": "Login issues", "body": "I cannot log in. ".repeat(20),
                        "customer": {"name": "John Doe", "email": format!("{name}@example.com")}});
                    let made = self.call(Method::POST, "/api/tickets", Some(&body)).await;
                    ticket = made["id"].as_str().map(str::to_owned);
                    seen.times.push(due.elapsed());
                }
                Some(id) => {
                    let path = format!("/api/tickets/{id}");
                    let changed = self.call(Method::PATCH, &path, Some(&json!({"priority": "high"}))).await;
                    seen.times.push(due.elapsed());
                    let shown = self.call(Method::GET, &path, None).await;
                    seen.late += usize::from(shown["version"] != changed["version"]);
                }
            }
        }
        seen
    }

    /// Again and again, ten times a second: never an error, and no position before one that was seen.
    async fn read(self, path: &'static str, over: watch::Receiver<bool>) {
        let mut position = 0;
        while !*over.borrow() {
            let answer = self.call(Method::GET, path, None).await;
            let now = answer["as_of"]["position"].as_u64().unwrap_or(0);
            assert!(now >= position, "{path}: from position {position} back to {now}");
            position = now;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}
