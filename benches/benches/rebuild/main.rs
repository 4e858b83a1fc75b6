//! Rebuilding read models: as fast as it goes, against the `GenericQuery` of postgres-es; and beside 500 commands a second
//! with readers over HTTP, of whom none may see an error, or less than it saw before.
//!
//! `cargo bench --bench rebuild -- 1000000` for another number of events.

mod generic_query;
mod serving;

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use benches::{EVENTS_OF_A_TICKET, Historian, Report, Rig, Wanted, count, median, number};
use generic_query::GenericQuery;
use projections::{Group, Pace, Progress, RebuildSettings, Then, rebuild};

const EVENTS: u64 = 1_000_000;
/// Tickets that are open at any time.
const AT_ONCE: u64 = 4_000;
/// Events that the peer folds in each of its rounds.
const THEIRS: usize = 2_000;
const ROUNDS: usize = 3;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(run());
}

async fn run() {
    let events = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(EVENTS);
    let rig = Rig::start().await;
    let peer = GenericQuery::start(&rig.superuser_url).await;
    let ids = rig.desk.store().ids().clone();
    let events = Historian::new(7, ids).write(&rig.log, events / EVENTS_OF_A_TICKET, AT_ONCE).await;
    let mut report = Report::begin("rebuild", &rig).await;
    report.line(&format!("{} events, {AT_ONCE} tickets open at any time.", count(events)));
    at_full_speed(&rig, &peer, events, &mut report).await;
    serving::measure(&rig, &mut report).await;
    report.finish();
    drop(peer);
    rig.stop().await;
}

/// Rounds of both sides in turns.
async fn at_full_speed(rig: &Rig, peer: &GenericQuery, events: u64, report: &mut Report) {
    report.table(
        "round | events/s | until the first index s | from there s | CPU µs per event (client + server) | GenericQuery/s | ratio",
    );
    let (mut rates, mut ratios) = (vec![], vec![]);
    for round in 1..=ROUNDS {
        let before = rig.counters().await;
        let began = Instant::now();
        let filled = AtomicU64::new(0);
        let note = |progress| {
            if let Progress::Indexed { done: 1, .. } = progress {
                filled.store(millis(began), Ordering::Relaxed);
            }
        };
        let settings = RebuildSettings { pace: Pace::Full, then: Then::Switch };
        rebuild(&rig.log, Group::Desk, settings, &note).await.expect("a rebuild");
        let took = began.elapsed().as_secs_f64();
        let spent = rig.counters().await.since(&before);
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let (number_of, rate, fill) = (events as f64, events as f64 / took, filled.into_inner() as f64 / 1e3);
        let theirs = peer.rebuild(THEIRS).await;
        report.row(&format!(
            "{round} | {} | {fill:.1} | {:.1} | {:.1} + {:.1} | {} | {:.0}",
            number(rate),
            took - fill,
            spent.client_us / number_of,
            spent.server_us / number_of,
            number(theirs),
            rate / theirs,
        ));
        rates.push(rate);
        ratios.push(rate / theirs);
    }
    report.target("rebuild-events-per-second", median(rates), Wanted::AtLeast(1e5));
    report.target("rebuild-times-generic-query", median(ratios), Wanted::AtLeast(100.0));
}

fn millis(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}
