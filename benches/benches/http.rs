//! Creating, listing and getting tickets over HTTP: API key, durable, readable on return; 32 connections.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use benches::{Counters, Quantiles, Rig, Target};
use commands::{
    Request,
    tickets::{CreateTicket, InlineCustomer, Requester},
};
use domain::{
    TicketId,
    text::{Body, Email, Name, Title},
    ticket::{Priority, Status},
};
use event_store::{CommandId, Keep, driver::NoTls};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::net::TcpListener;

const CONNECTIONS: usize = 32;
const WRITERS: usize = 256;
const ROUND: Duration = Duration::from_secs(8);
/// In the database before the first request.
const TICKETS: usize = 50_000;
/// Of so many customers.
const CUSTOMERS: usize = 2_000;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(run());
}

async fn run() {
    let rig = Rig::start().await;
    let (database, connection) = event_store::driver::connect(&rig.superuser_url, NoTls).await.expect("a connection");
    tokio::spawn(connection);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let app = api::App::new(rig.desk.store().clone(), Arc::clone(&rig.random));
    let service = api::router(app).into_make_service_with_connect_info::<SocketAddr>();
    let server = tokio::spawn(async move { axum::serve(listener, service).await });
    fill(&rig, TICKETS).await;
    // As autovacuum does within a minute.
    database.batch_execute("ANALYZE").await.expect("statistics");
    let caller = Arc::new(Caller { client: Client::new(), base, key: rig.key.clone() });
    println!("| what | per second | p50 ms | p99 ms | CPU us (this process + PostgreSQL) | flushes |");
    println!("|---|---|---|---|---|---|");
    let mut targets = vec![];
    for what in [What::Create, What::List, What::Get] {
        let before = Counters::read(&database, rig.postmaster()).await;
        let times = round(&caller, what).await;
        let spent = Counters::read(&database, rig.postmaster()).await.since(&before);
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let count = times.len() as f64;
        let quantiles = Quantiles::of(times);
        let p99 = quantiles.p99.as_secs_f64() * 1e3;
        println!(
            "| {what:?} | {:.0} | {:.2} | {p99:.2} | {:.0} + {:.0} | {:.0} |",
            count / ROUND.as_secs_f64(),
            quantiles.p50.as_secs_f64() * 1e3,
            spent.client_us / count,
            spent.server_us / count,
            spent.flushes,
        );
        if matches!(what, What::Create) {
            targets.push(Target { name: "http-create-p99-ms", measured: p99, wanted: 40.0, at_least: false });
        }
    }
    for target in targets {
        println!("{target}");
    }
    server.abort();
    drop(caller);
    rig.stop().await;
}

/// Tickets as the write side makes them, folded into the lists.
async fn fill(rig: &Rig, count: usize) {
    let worker = |worker: usize| {
        let (desk, log) = (rig.desk.clone(), rig.log.clone());
        async move {
            for turn in (worker..count).step_by(WRITERS) {
                let email = format!("customer-{}@example.com", turn % CUSTOMERS);
                let wish = ticket(TicketId::new(desk.store().ids().next()), turn, &email);
                let request = Request::system("bench", CommandId(desk.store().ids().next()));
                desk.run(&log, &Request { keep: Keep::Nothing, ..request }, &wish).await.expect("a ticket");
            }
        }
    };
    let workers: Vec<_> = (0..WRITERS).map(|index| tokio::spawn(worker(index))).collect();
    for worker in workers {
        worker.await.expect("a worker");
    }
    projections::Projector::new().catch_up(&rig.log).await.expect("lists");
}

fn ticket(id: TicketId, turn: usize, email: &str) -> CreateTicket {
    let customer = InlineCustomer {
        name: Some(Name::try_new("John Doe").expect("a name")),
        email: Some(Email::try_new(email).expect("an address")),
        external_id: None,
    };
    let statuses = [Status::Open, Status::InProgress, Status::Pending, Status::Resolved, Status::Closed];
    let priorities = [Priority::Low, Priority::Medium, Priority::High, Priority::Critical];
    CreateTicket {
        id,
        title: Title::try_new(format!("Login issues {}", turn % 1_000)).expect("a title"),
        body: Some(Body::try_new("I cannot log in since this morning. ".repeat(9)).expect("a text")),
        requester: Requester::Inline(customer),
        priority: priorities[turn % priorities.len()],
        kind: None,
        tags: BTreeSet::new(),
        external_id: None,
        assignee: None,
        team: None,
        status: statuses[turn % statuses.len()],
    }
}

#[derive(Clone, Copy, Debug)]
enum What {
    Create,
    List,
    Get,
}

#[derive(Debug)]
struct Caller {
    client: Client,
    base: String,
    key: String,
}

impl Caller {
    async fn call(&self, method: Method, path: &str, body: Option<&Value>) {
        let request = self.client.request(method, format!("{}{path}", self.base)).bearer_auth(&self.key);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request.send().await.expect("an answer");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.bytes().await.expect("a body");
    }
}

async fn round(caller: &Arc<Caller>, what: What) -> Vec<Duration> {
    let until = Instant::now() + ROUND;
    let tasks: Vec<_> = (0..CONNECTIONS)
        .map(|worker| {
            let caller = Arc::clone(caller);
            tokio::spawn(async move {
                let mut times = vec![];
                while Instant::now() < until {
                    let began = Instant::now();
                    act(&caller, what, worker, times.len()).await;
                    times.push(began.elapsed());
                }
                times
            })
        })
        .collect();
    let mut times = vec![];
    for task in tasks {
        times.extend(task.await.expect("a worker"));
    }
    times
}

async fn act(caller: &Caller, what: What, worker: usize, turn: usize) {
    match what {
        What::Create => {
            let email = format!("customer-{worker}-{}@example.com", turn % 50);
            let body = json!({"title": "Login issues", "body": "I cannot log in. ".repeat(20), "priority": "high",
                "customer": {"name": "John Doe", "email": email}});
            caller.call(Method::POST, "/api/tickets", Some(&body)).await;
        }
        What::List => {
            let path = "/api/tickets?filter[status]=open&sort=-priority,-created_at&limit=25";
            caller.call(Method::GET, path, None).await;
        }
        What::Get => {
            caller
                .call(Method::GET, &format!("/api/tickets/T-{}", 1 + (worker * 997 + turn * 31) % TICKETS), None)
                .await;
        }
    }
}
