//! Live: how long a committed ticket takes to stand in the lists while 1,000 are opened a second; and eight tenants
//! against one, both with 32 writers.

use std::time::{Duration, Instant};

use benches::{Quantiles, Rig, Target, customer, median, open, request};
use commands::Desk;
use domain::{CustomerId, TicketId};
use event_store::Log;
use projections::{Projector, Visibility};

const PER_SECOND: u32 = 1_000;
const SECONDS: u32 = 10;
const WRITERS: usize = 32;
const TENANTS: usize = 8;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_secs(10);

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(run());
}

async fn run() {
    let rig = Rig::start().await;
    let targets = [lag(&rig).await, tenants(&rig).await];
    for target in targets {
        println!("{target}");
    }
    rig.stop().await;
}

/// From the answer of the command, which is the commit, to the row.
async fn lag(rig: &Rig) -> Target {
    let projector = Projector::new();
    let customer = customer(&rig.desk, &rig.log).await;
    let mut pace = tokio::time::interval(Duration::from_secs(1) / PER_SECOND);
    let began = Instant::now();
    let mut tasks = vec![];
    for _ in 0..PER_SECOND * SECONDS {
        pace.tick().await;
        let (desk, log, projector) = (rig.desk.clone(), rig.log.clone(), projector.clone());
        tasks.push(tokio::spawn(async move {
            let position = ticket(&desk, &log, customer).await;
            let committed = Instant::now();
            let seen = projector.wait_for(&log, position, PATIENCE).await;
            assert_eq!(seen, Visibility::Visible);
            committed.elapsed()
        }));
    }
    let mut times = vec![];
    for task in tasks {
        times.push(task.await.expect("a command"));
    }
    let took = began.elapsed().as_secs_f64();
    let Quantiles { p50, p99 } = Quantiles::of(times);
    let (p50, p99) = (p50.as_secs_f64() * 1e3, p99.as_secs_f64() * 1e3);
    println!("| commands/s | lag p50 ms | lag p99 ms |\n|---|---|---|");
    println!("| {:.0} | {p50:.1} | {p99:.1} |", f64::from(PER_SECOND * SECONDS) / took);
    Target { name: "live-lag-p99-ms", measured: p99, wanted: 50.0, at_least: false }
}

async fn tenants(rig: &Rig) -> Target {
    let mut logs = vec![];
    for number in 0..TENANTS {
        let log = rig.tenant(&format!("bench-{number}")).await;
        let customer = customer(&rig.desk, &log).await;
        logs.push((log, customer));
    }
    println!("| one tenant/s | eight tenants/s | ratio |\n|---|---|---|");
    let (mut one, mut eight, mut ratios) = (vec![], vec![], vec![]);
    for _ in 0..ROUNDS {
        let (of_one, of_eight) = (round(&rig.desk, &logs[..1]).await, round(&rig.desk, &logs).await);
        one.push(of_one);
        eight.push(of_eight);
        ratios.push(of_eight / of_one);
    }
    let ratio = median(ratios);
    println!("| {:.0} | {:.0} | {ratio:.2} |", median(one), median(eight));
    Target { name: "append-eight-tenants-ratio", measured: ratio, wanted: 0.6, at_least: true }
}

/// Appends per second of all writers together, who are shared out among the logs.
async fn round(desk: &Desk, logs: &[(Log, CustomerId)]) -> f64 {
    let until = Instant::now() + ROUND;
    let tasks: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (desk, (log, customer)) = (desk.clone(), logs[writer % logs.len()].clone());
            tokio::spawn(async move {
                let mut count = 0_u32;
                while Instant::now() < until {
                    ticket(&desk, &log, customer).await;
                    count += 1;
                }
                count
            })
        })
        .collect();
    let mut count = 0;
    for task in tasks {
        count += task.await.expect("a writer");
    }
    f64::from(count) / ROUND.as_secs_f64()
}

async fn ticket(desk: &Desk, log: &Log, customer: CustomerId) -> u64 {
    let id = TicketId::new(desk.store().ids().next());
    desk.run(log, &request(desk), &open(id, customer)).await.expect("a ticket").position
}
