//! Growth: what an operation costs in a tenant of 10,000 tickets and in one of 1,000,000, in turns; what a tenant of ten
//! tickets notices of the large one beside it; analytics of a year; and a ticket of 10,000 messages.
//!
//! `LEDGERDESK_BENCH_TICKETS` says how many tickets the large one has; the small one has a hundredth of them.

mod cost;
mod neighbours;
mod tenant;

use std::time::{Duration, Instant};

use benches::{Caller, Quantiles, Report, Rig, Wanted, count, millis, open, request, text};
use commands::tickets::{AddMessage, Visibility};
use domain::{TicketId, ticket::Author};
use projections::Projector;
use reqwest::Method;
use tenant::Tenant;

const TICKETS: u64 = 1_000_000;
/// Of the tenant beside.
const FEW: u64 = 10;
const MESSAGES: u64 = 10_000;
const READS: usize = 30;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(run());
}

async fn run() {
    let tickets = std::env::var("LEDGERDESK_BENCH_TICKETS").ok().and_then(|text| text.parse().ok()).unwrap_or(TICKETS);
    let rig = Rig::start().await;
    let server = Caller::start(&rig).await;
    let mut report = Report::begin("growth", &rig).await;
    let few = Tenant::fill(&rig, &server, "few", FEW).await;
    let small = Tenant::fill(&rig, &server, "small", tickets / 100).await;
    let began = Instant::now();
    let large = Tenant::fill(&rig, &server, "large", tickets).await;
    report.line(&format!("{} tickets were written and projected in {} s.", count(tickets), began.elapsed().as_secs()));
    // As autovacuum does in time.
    rig.database.batch_execute("VACUUM (ANALYZE)").await.expect("statistics");
    cost::measure(&rig, &small, &large, &mut report).await;
    neighbours::measure(&few, &large, &mut report).await;
    report.table("what | p50 ms | p99 ms");
    let of_a_year = analytics(&large).await;
    told(&mut report, "analytics of a year, all tickets", of_a_year);
    let opening = opening(&rig, &small).await;
    told(&mut report, &format!("a ticket of {} messages, with a page of its timeline", count(MESSAGES)), opening);
    report.target("growth-analytics-p99-ms", of_a_year.p99.as_secs_f64() * 1e3, Wanted::AtMost(100.0));
    report.target("growth-long-ticket-p99-ms", opening.p99.as_secs_f64() * 1e3, Wanted::AtMost(300.0));
    report.finish();
    drop((few, small, large));
    server.stop();
    rig.stop().await;
}

fn told(report: &mut Report, what: &str, Quantiles { p50, p99 }: Quantiles) {
    report.row(&format!("{what} | {} | {}", millis(p50), millis(p99)));
}

async fn analytics(large: &Tenant) -> Quantiles {
    let path = format!("/api/analytics?from={}&to={}", large.year.format("%F"), large.now.format("%F"));
    reads(large, &[path]).await
}

/// A ticket that everybody writes to, and what an agent waits for who opens it.
async fn opening(rig: &Rig, small: &Tenant) -> Quantiles {
    let ticket = TicketId::new(rig.desk.store().ids().next());
    let run = rig.desk.run(&small.log, &request(&rig.desk), &open(ticket, small.customer)).await;
    run.expect("a ticket");
    for _ in 1..MESSAGES {
        let author = Some(Author::Customer(small.customer));
        let wish = AddMessage { ticket, body: text(), files: vec![], visibility: Visibility::Public, author };
        rig.desk.run(&small.log, &request(&rig.desk), &wish).await.expect("a message");
    }
    Projector::new().catch_up(&small.log).await.expect("lists");
    reads(small, &[format!("/api/tickets/{ticket}"), format!("/api/tickets/{ticket}/timeline?limit=100")]).await
}

/// How long these take together.
async fn reads(tenant: &Tenant, paths: &[String]) -> Quantiles {
    let mut times: Vec<Duration> = vec![];
    for _ in 0..READS {
        let began = Instant::now();
        for path in paths {
            tenant.caller.call(Method::GET, path, None).await;
        }
        times.push(began.elapsed());
    }
    Quantiles::of(times)
}
