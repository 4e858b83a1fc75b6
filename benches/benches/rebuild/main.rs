//! Rebuilding read models: as fast as it goes, against the `GenericQuery` of postgres-es; and beside 500 commands a second
//! with readers over HTTP, of whom none may see an error, or less than it saw before.
//!
//! `cargo bench --bench rebuild -- 1000000` for another number of events.

mod generic_query;
mod serving;

use std::{
    fmt,
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

/// Rounds of both sides in turns; the peer has nothing that is like the search.
async fn at_full_speed(rig: &Rig, peer: &GenericQuery, events: u64, report: &mut Report) {
    report.table(
        "round | group | events/s | until the first index s | from there s | CPU µs per event (client + server) | GenericQuery/s | ratio",
    );
    let (mut rates, mut ratios) = (vec![], vec![]);
    for round in 1..=ROUNDS {
        let desk = one_rebuild(rig, Group::Desk, events).await;
        let theirs = peer.rebuild(THEIRS).await;
        let ratio = desk.rate / theirs;
        report.row(&format!("{round} | lists and numbers | {desk} | {} | {ratio:.0}", number(theirs)));
        let search = one_rebuild(rig, Group::Search, events).await;
        report.row(&format!("{round} | search | {search} | |"));
        rates.push(desk.rate);
        ratios.push(ratio);
    }
    report.target("rebuild-events-per-second", median(rates), Wanted::AtLeast(1e5));
    report.target("rebuild-times-generic-query", median(ratios), Wanted::AtLeast(100.0));
}

/// What one rebuild of a group came to.
struct Measured {
    rate: f64,
    /// Until all of it was folded, and from there.
    seconds: [f64; 2],
    client_us: f64,
    server_us: f64,
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rate, seconds: [fill, rest], client_us, server_us } = self;
        write!(f, "{} | {fill:.1} | {rest:.1} | {client_us:.1} + {server_us:.1}", number(*rate))
    }
}

async fn one_rebuild(rig: &Rig, group: Group, events: u64) -> Measured {
    let before = rig.counters().await;
    let began = Instant::now();
    let filled = AtomicU64::new(0);
    let note = |progress| {
        if let Progress::Indexed { done: 1, .. } = progress {
            filled.store(millis(began), Ordering::Relaxed);
        }
    };
    let settings = RebuildSettings { pace: Pace::Full, then: Then::Switch };
    rebuild(&rig.log, group, settings, &note).await.expect("a rebuild");
    let took = began.elapsed().as_secs_f64();
    let spent = rig.counters().await.since(&before);
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let (events, fill) = (events as f64, filled.into_inner() as f64 / 1e3);
    Measured {
        rate: events / took,
        seconds: [fill, took - fill],
        client_us: spent.client_us / events,
        server_us: spent.server_us / events,
    }
}

fn millis(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}
