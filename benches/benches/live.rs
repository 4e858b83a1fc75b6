//! Live: how long a committed ticket takes to stand in the lists while 1,000 are opened a second; and eight tenants
//! against one, both with 32 writers.

use std::time::{Duration, Instant};

use benches::{Quantiles, Report, Rig, Wanted, customer, median, millis, number, open, per_second, request, round};
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
    let mut report = Report::begin("live", &rig).await;
    lag(&rig, &mut report).await;
    tenants(&rig, &mut report).await;
    report.finish();
    rig.stop().await;
}

/// From the answer of the command, which is the commit, to the row.
async fn lag(rig: &Rig, report: &mut Report) {
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
    let rate = per_second(times.len(), began.elapsed());
    let Quantiles { p50, p99 } = Quantiles::of(times);
    report.table("commands/s | lag p50 ms | lag p99 ms");
    report.row(&format!("{} | {} | {}", number(rate), millis(p50), millis(p99)));
    report.target("live-lag-p99-ms", p99.as_secs_f64() * 1e3, Wanted::AtMost(50.0));
}

async fn tenants(rig: &Rig, report: &mut Report) {
    let mut logs = vec![];
    for number in 0..TENANTS {
        let log = rig.tenant(&format!("bench-{number}")).await;
        let customer = customer(&rig.desk, &log).await;
        logs.push((log, customer));
    }
    let (mut one, mut eight, mut ratios) = (vec![], vec![], vec![]);
    for _ in 0..ROUNDS {
        let (of_one, of_eight) = (writing(&rig.desk, &logs[..1]).await, writing(&rig.desk, &logs).await);
        one.push(of_one);
        eight.push(of_eight);
        ratios.push(of_eight / of_one);
    }
    let ratio = median(ratios);
    report.table("one tenant/s | eight tenants/s | ratio");
    report.row(&[median(one), median(eight), ratio].map(number).join(" | "));
    report.target("append-eight-tenants-ratio", ratio, Wanted::AtLeast(0.6));
}

/// Appends per second of all writers together, who are shared out among the logs.
async fn writing(desk: &Desk, logs: &[(Log, CustomerId)]) -> f64 {
    let times = round(WRITERS, ROUND, |writer| {
        let (desk, (log, customer)) = (desk.clone(), logs[writer % logs.len()].clone());
        move || {
            let (desk, log) = (desk.clone(), log.clone());
            async move {
                ticket(&desk, &log, customer).await;
            }
        }
    });
    per_second(times.await.len(), ROUND)
}

async fn ticket(desk: &Desk, log: &Log, customer: CustomerId) -> u64 {
    let id = TicketId::new(desk.store().ids().next());
    desk.run(log, &request(desk), &open(id, customer)).await.expect("a ticket").position
}
