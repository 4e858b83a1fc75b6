//! Creating, listing and getting tickets over HTTP: API key, durable, readable on return; 32 connections. Then what of a
//! get is the access log's: as many at once note what they would have seen, and see nothing.

use std::{collections::BTreeSet, time::Duration};

use benches::{Caller, Quantiles, Report, Rig, Wanted, millis, number, per_second, round};
use commands::{
    Request,
    tickets::{CreateTicket, InlineCustomer, Requester},
};
use domain::{
    TicketId,
    text::{Body, Email, Name, Title},
    ticket::{Priority, Status},
};
use event_store::{CommandId, Keep, Log, access::Access};
use reqwest::Method;
use serde_json::json;

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
    let caller = Caller::start(&rig).await;
    fill(&rig, TICKETS).await;
    // As autovacuum does within a minute.
    rig.database.batch_execute("ANALYZE").await.expect("statistics");
    let mut report = Report::begin("http", &rig).await;
    report.table("what | per second | p50 ms | p99 ms | CPU µs per request (this process + PostgreSQL) | flushes");
    let mut costs = vec![];
    for what in [What::Create, What::List, What::Get, What::Note] {
        let before = rig.counters().await;
        let times = requests(&caller, &rig.log, what).await;
        let spent = rig.counters().await.since(&before);
        let (client, server) = spent.cpu_us_of(times.len());
        costs.push(client + server);
        let rate = number(per_second(times.len(), ROUND));
        let Quantiles { p50, p99 } = Quantiles::of(times);
        let (fast, slow, flushes) = (millis(p50), millis(p99), number(spent.flushes));
        report.row(&format!("{what} | {rate} | {fast} | {slow} | {client:.0} + {server:.0} | {flushes}"));
        if matches!(what, What::Create) {
            report.target("http-create-p99-ms", p99.as_secs_f64() * 1e3, Wanted::AtMost(40.0));
        }
    }
    if let [.., get, entry] = costs[..] {
        report.target("http-access-entry-percent-of-get", 100.0 * entry / get, Wanted::AtMost(15.0));
    }
    report.finish();
    caller.stop();
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
        files: vec![],
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
    /// An entry of the access log, as a get has one.
    Note,
}

impl std::fmt::Display for What {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Create => "create a ticket",
            Self::List => "list tickets",
            Self::Get => "get a ticket",
            Self::Note => "of it, the entry of the access log",
        })
    }
}

async fn requests(caller: &Caller, log: &Log, what: What) -> Vec<Duration> {
    let worker = |worker| {
        let (caller, log, mut turn) = (caller.clone(), log.clone(), 0);
        move || {
            turn += 1;
            let (caller, log, turn) = (caller.clone(), log.clone(), turn);
            async move { act(&caller, &log, what, worker, turn).await }
        }
    };
    round(CONNECTIONS, ROUND, worker).await
}

async fn act(caller: &Caller, log: &Log, what: What, worker: usize, turn: usize) {
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
            let path = format!("/api/tickets/T-{}", 1 + (worker * 997 + turn * 31) % TICKETS);
            caller.call(Method::GET, &path, None).await;
        }
        What::Note => log.record_access(entry(worker, turn)).await.expect("an entry"),
    }
}

fn entry(worker: usize, turn: usize) -> Access {
    Access {
        actor: format!("api_key:key_{worker:032x}"),
        session: None,
        operation: "getTicket".to_owned(),
        kind: "view".to_owned(),
        targets: vec![format!("tkt_{turn:032x}"), format!("cus_{worker:032x}")],
        seen: Some(2),
        query: None,
        request_id: Some(format!("{turn:032x}")),
        status: 200,
        client: None,
    }
}
