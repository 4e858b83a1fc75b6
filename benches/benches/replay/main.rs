//! Replay: the whole log of one tenant folded into tickets in memory, personal fields closed and opened, against the
//! replay of postgres-es over a table of its own that holds the same events, folded by the same function.
//!
//! `LEDGERDESK_BENCH_EVENTS` says how many events (1,000,000 by default); of the peer a fifth of them.

mod query_replay;

use std::{
    collections::HashMap,
    hint::black_box,
    time::{Duration, Instant},
};

use benches::{EVENTS_OF_A_TICKET, Historian, Report, Rig, Wanted, count, median, number, per_second};
use domain::{
    Aggregate, Event, TicketId,
    ticket::{Ticket, TicketEvent, TicketState},
};
use event_store::{Fields, Log};
use query_replay::QueryReplay;

/// Tickets that are open at any time: neighbours in the log are of different ones.
const AT_ONCE: u64 = 4_000;
const ROUNDS: usize = 3;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(run());
}

async fn run() {
    let wanted = std::env::var("LEDGERDESK_BENCH_EVENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let rig = Rig::start().await;
    let mut historian = Historian::new(7, rig.desk.store().ids().clone());
    let events = historian.write(&rig.log, wanted / EVENTS_OF_A_TICKET, AT_ONCE).await;
    let (peer, of_peer) = QueryReplay::start(&rig, events / 5).await;
    rig.database.batch_execute("VACUUM (ANALYZE)").await.expect("statistics");
    let mut report = Report::begin("replay", &rig).await;
    report.line(&format!("{} events, {} of them for the peer.", count(events), count(of_peer)));
    let mut rounds: [Vec<Round>; 3] = Default::default();
    for _ in 0..ROUNDS {
        rounds[0].push(Round::of(&rig, events, fold(&rig.log, events, Fields::Closed)).await);
        rounds[1].push(Round::of(&rig, of_peer, peer.replay()).await);
        rounds[2].push(Round::of(&rig, events, fold(&rig.log, events, Fields::Opened)).await);
    }
    report.table("what | events/s | CPU µs per event (client + server) | times postgres-es");
    let ratios =
        |ours: &[Round]| median(ours.iter().zip(&rounds[1]).map(|(ours, peer)| ours.rate / peer.rate).collect());
    for (name, of_name) in [
        ("personal fields closed", &rounds[0]),
        ("personal fields opened", &rounds[2]),
        ("postgres-es 0.5", &rounds[1]),
    ] {
        let of = |value: fn(&Round) -> f64| median(of_name.iter().map(value).collect());
        let (rate, client, server) = (of(|round| round.rate), of(|round| round.client_us), of(|round| round.server_us));
        report.row(&format!("{name} | {} | {client:.1} + {server:.1} | {:.1}", number(rate), ratios(of_name)));
    }
    let rate = median(rounds[0].iter().map(|round| round.rate).collect());
    report.target("replay-events-per-second", rate, Wanted::AtLeast(3e5));
    report.target("replay-times-postgres-es", ratios(&rounds[0]), Wanted::AtLeast(2.5));
    report.finish();
    drop((historian, peer));
    rig.stop().await;
}

/// One replay.
struct Round {
    rate: f64,
    client_us: f64,
    server_us: f64,
}

impl Round {
    async fn of(rig: &Rig, events: u64, replay: impl Future<Output = usize>) -> Self {
        let count = usize::try_from(events).expect("a number of events");
        let before = rig.counters().await;
        let began = Instant::now();
        let tickets = replay.await;
        let took: Duration = began.elapsed();
        let (client_us, server_us) = rig.counters().await.since(&before).cpu_us_of(count);
        assert!(tickets > 0, "no tickets");
        Self { rate: per_second(count, took), client_us, server_us }
    }
}

/// All tickets of the log, folded.
async fn fold(log: &Log, end: u64, fields: Fields) -> usize {
    let mut tickets: HashMap<TicketId, TicketState> = HashMap::new();
    let mut chunks = log.scan(0, end, fields).read_ahead();
    while let Some(chunk) = chunks.recv().await {
        for event in chunk.expect("a chunk").events() {
            let event = event.expect("an event");
            if event.aggregate_type == Ticket::TYPE {
                let decoded = TicketEvent::decode_text(event.event_type, event.event_version, event.payload);
                let ticket = tickets.entry(event.aggregate_id.parse().expect("a ticket's id")).or_default();
                Ticket::apply(ticket, &decoded.expect("an event of the catalogue"));
            }
        }
    }
    black_box(tickets).len()
}
