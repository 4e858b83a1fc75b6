//! What a tenant of a few tickets notices of a large one that is read and written: its own requests, at a steady pace,
//! alone and beside the other's, in turns.

use std::time::{Duration, Instant};

use benches::{Caller, Quantiles, Report, Wanted, millis, number, per_second};
use reqwest::Method;
use serde_json::json;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};

use super::tenant::{FIRST_PAGE, Tenant};

const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(8);
/// Between two requests of the small tenant.
const PAUSE: Duration = Duration::from_millis(10);
const CLIENTS_BESIDE: u64 = 8;
/// Between two requests of each client of the large tenant: 200 a second of all.
const PAUSE_BESIDE: Duration = Duration::from_millis(40);

pub async fn measure(few: &Tenant, large: &Tenant, report: &mut Report) {
    let (mut alone, mut beside, mut of_large) = (vec![], vec![], 0);
    for _ in 0..ROUNDS {
        alone.extend(asking(few).await);
        let (end, over) = watch::channel(false);
        let mut clients = JoinSet::new();
        for client in 0..CLIENTS_BESIDE {
            clients.spawn(busy(large.caller.clone(), requests(large, client), over.clone()));
        }
        beside.extend(asking(few).await);
        end.send_replace(true);
        while let Some(client) = clients.join_next().await {
            of_large += client.expect("a client of the large tenant");
        }
    }
    report.table("the small tenant's requests | p50 ms | p99 ms");
    let [alone, beside] = [alone, beside].map(Quantiles::of);
    for (name, Quantiles { p50, p99 }) in [("alone", alone), ("beside the large one", beside)] {
        report.row(&format!("{name} | {} | {}", millis(p50), millis(p99)));
    }
    let ratio = beside.p99.as_secs_f64() / alone.p99.as_secs_f64();
    let rate = number(per_second(of_large, ROUND) / per_second(ROUNDS, Duration::from_secs(1)));
    report.line(&format!("\nThe large one answered {rate} requests a second meanwhile."));
    report.target("growth-neighbour-p99-ratio", ratio, Wanted::AtMost(2.0));
}

/// A list, a ticket, a change, in turns.
async fn asking(few: &Tenant) -> Vec<Duration> {
    let mut pace = interval(PAUSE);
    let mut times = vec![];
    let until = Instant::now() + ROUND;
    while Instant::now() < until {
        let due = pace.tick().await;
        let turn = times.len() as u64;
        act(&few.caller, &request(few, turn), turn).await;
        // From when it was due: one that takes long makes the next one late, and that counts too.
        times.push(due.elapsed());
    }
    times
}

enum Request {
    Read(String),
    Change(String),
    Create,
}

fn request(few: &Tenant, turn: u64) -> Request {
    match turn % 3 {
        0 => Request::Read(FIRST_PAGE.to_owned()),
        1 => Request::Read(few.ticket(turn)),
        _ => Request::Change(few.ticket(turn)),
    }
}

/// What a client of the large tenant asks for, again and again.
fn requests(large: &Tenant, client: u64) -> Vec<Request> {
    (0..100)
        .flat_map(|turn| {
            let (one, other) = (large.ticket(client * 1_000 + turn), large.ticket(client * 1_000 + turn + 500));
            [
                Request::Read(FIRST_PAGE.to_owned()),
                Request::Read(one),
                Request::Create,
                Request::Read(large.deep_page.clone()),
                Request::Change(other),
            ]
        })
        .collect()
}

/// Gives how many requests it made.
async fn busy(caller: Caller, requests: Vec<Request>, over: watch::Receiver<bool>) -> usize {
    let mut pace = interval(PAUSE_BESIDE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut done = 0;
    for (turn, request) in (0..).zip(requests.iter().cycle()) {
        pace.tick().await;
        if *over.borrow() {
            break;
        }
        act(&caller, request, turn).await;
        done += 1;
    }
    done
}

async fn act(caller: &Caller, request: &Request, turn: u64) {
    match request {
        Request::Read(path) => caller.call(Method::GET, path, None).await,
        Request::Change(path) => {
            let priority = ["low", "medium", "high", "critical"][usize::try_from(turn / 3 % 4).unwrap_or(0)];
            caller.call(Method::PATCH, path, Some(&json!({"priority": priority}))).await
        }
        Request::Create => {
            let body = json!({"title": "Login issues", "body": "I cannot log in. ".repeat(20),
                "customer": {"name": "John Doe", "email": format!("customer-{}@example.com", turn % 50)}});
            caller.call(Method::POST, "/api/tickets", Some(&body)).await
        }
    };
}
