//! Rebuilding read models: as fast as it goes, against the `GenericQuery` of postgres-es; and beside 500 commands a second
//! with readers over HTTP, of whom none may see an error, or less than it saw before.
//!
//! `cargo bench --bench rebuild -- 1000000` for another number of events.

mod generic_query;
mod serving;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use benches::{Counters, EVENTS_OF_A_TICKET, Historian, Rig, Target, median};
use event_store::driver::{Client, NoTls};
use generic_query::GenericQuery;
use projections::{Pace, Progress, RebuildSettings, Then, rebuild};

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
    let rig = Arc::new(Rig::start().await);
    let peer = GenericQuery::start(&rig.superuser_url).await;
    let (database, connection) = event_store::driver::connect(&rig.superuser_url, NoTls).await.expect("a connection");
    tokio::spawn(connection);
    let ids = rig.desk.store().ids().clone();
    let events = Historian::new(7, ids).write(&rig.log, events / EVENTS_OF_A_TICKET, AT_ONCE).await;
    println!("{events} events, {AT_ONCE} tickets open at any time");
    let mut targets = at_full_speed(&rig, &peer, &database, events).await;
    targets.extend(serving::measure(&rig, &database).await);
    for target in targets {
        println!("{target}");
    }
    drop(peer);
    if let Ok(rig) = Arc::try_unwrap(rig) {
        rig.stop().await;
    }
}

/// Rounds of both sides in turns.
async fn at_full_speed(rig: &Rig, peer: &GenericQuery, database: &Client, events: u64) -> Vec<Target> {
    println!(
        "| round | events/s | until the first index s | from there s | CPU us/event (client + server) | GenericQuery/s | ratio |"
    );
    println!("|---|---|---|---|---|---|---|");
    let (mut rates, mut ratios) = (vec![], vec![]);
    for round in 1..=ROUNDS {
        let before = Counters::read(database, rig.postmaster()).await;
        let began = Instant::now();
        let filled = AtomicU64::new(0);
        let note = |progress| {
            if let Progress::Indexed { done: 1, .. } = progress {
                filled.store(millis(began), Ordering::Relaxed);
            }
        };
        let settings = RebuildSettings { pace: Pace::Full, then: Then::Switch };
        rebuild(&rig.log, settings, &note).await.expect("a rebuild");
        let took = began.elapsed().as_secs_f64();
        let spent = Counters::read(database, rig.postmaster()).await.since(&before);
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let (count, rate, fill) = (events as f64, events as f64 / took, filled.into_inner() as f64 / 1e3);
        let theirs = peer.rebuild(THEIRS).await;
        println!(
            "| {round} | {rate:.0} | {fill:.1} | {:.1} | {:.1} + {:.1} | {theirs:.0} | {:.0} |",
            took - fill,
            spent.client_us / count,
            spent.server_us / count,
            rate / theirs,
        );
        rates.push(rate);
        ratios.push(rate / theirs);
    }
    vec![
        Target { name: "rebuild-events-per-second", measured: median(rates), wanted: 1e5, at_least: true },
        Target { name: "rebuild-times-generic-query", measured: median(ratios), wanted: 100.0, at_least: true },
    ]
}

fn millis(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}
