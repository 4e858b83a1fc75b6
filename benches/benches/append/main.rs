//! Appending through the whole command path (authorise, load, decide, seal, append) against postgres-es through its
//! own `CqrsFramework`: same machine, same PostgreSQL, rounds in turns, streams of eight events of about 400 bytes.
//!
//! `cargo bench --bench append -- 32` for one number of writers.

mod plot;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use benches::{
    EVENTS_OF_A_STREAM, Quantiles, Report, Rig, Wanted, Writer, customer, median, millis, number, peer, per_second,
    round, text,
};
use domain::CustomerId;
use postgres_es::{PostgresCqrs, postgres_cqrs};

const WRITERS: [usize; 7] = [1, 2, 4, 8, 16, 32, 64];
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(3);
/// Connections of the peer.
const CONNECTIONS: u32 = 16;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(run());
}

async fn run() {
    let rig = Rig::start().await;
    let peer = Peer::start(&rig.superuser_url).await;
    let customer = customer(&rig.desk, &rig.log).await;
    let mut report = Report::begin("append", &rig).await;
    report.table(
        "writers | ours/s | postgres-es/s | ratio | our p50 ms | p99 ms | their p50 ms | p99 ms \
         | our CPU µs per event (client + server) | our events per flush",
    );
    let only: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let mut points = vec![];
    for writers in WRITERS.into_iter().filter(|writers| only.is_empty() || only.contains(writers)) {
        points.push(Point::measure(writers, &rig, customer, &peer).await);
        report.row(&points[points.len() - 1].to_string());
    }
    for point in &points {
        point.judge(&mut report);
    }
    report.plot("performance/append.svg", "Throughput and p99 against the number of writers", |file| {
        plot::draw(file, &points);
    });
    report.finish();
    drop(peer);
    rig.stop().await;
}

/// So many writers.
struct Point {
    writers: usize,
    ours: Side,
    theirs: Side,
    ratio: f64,
    /// Of ours, in microseconds.
    client_cpu: f64,
    server_cpu: f64,
    merged: f64,
}

/// Medians of the rounds of one side; of all its times the quantiles.
struct Side {
    rate: f64,
    quantiles: Quantiles,
}

impl Side {
    fn of(rounds: &[Vec<Duration>]) -> Self {
        let rates = rounds.iter().map(|times| per_second(times.len(), ROUND)).collect();
        Self { rate: median(rates), quantiles: Quantiles::of(rounds.concat()) }
    }
}

impl Point {
    async fn measure(writers: usize, rig: &Rig, customer: CustomerId, peer: &Peer) -> Self {
        let (mut ours, mut theirs) = (vec![], vec![]);
        let (mut ratios, mut clients, mut servers, mut merged) = (vec![], vec![], vec![], vec![]);
        for _ in 0..ROUNDS {
            let before = rig.counters().await;
            let times = round(writers, ROUND, |_| {
                let mut writer = Writer::new(&rig.desk, &rig.log, customer);
                move || writer.act()
            })
            .await;
            let spent = rig.counters().await.since(&before);
            let (client, server) = spent.cpu_us_of(times.len());
            clients.push(client);
            servers.push(server);
            merged.push(per_second(times.len(), Duration::from_secs(1)) / spent.flushes);
            let of_peer = round(writers, ROUND, |_| peer.writer()).await;
            ratios.push(per_second(times.len(), ROUND) / per_second(of_peer.len(), ROUND));
            ours.push(times);
            theirs.push(of_peer);
        }
        Self {
            writers,
            ours: Side::of(&ours),
            theirs: Side::of(&theirs),
            ratio: median(ratios),
            client_cpu: median(clients),
            server_cpu: median(servers),
            merged: median(merged),
        }
    }

    fn judge(&self, report: &mut Report) {
        match self.writers {
            1 => report.target("append-1-writer-ratio", self.ratio, Wanted::AtLeast(1.8)),
            32 => {
                report.target("append-32-writers-ratio", self.ratio, Wanted::AtLeast(5.0));
                report.target("append-32-writers-cpu-us", self.client_cpu + self.server_cpu, Wanted::AtMost(90.0));
                report.target("append-32-writers-events-per-flush", self.merged, Wanted::AtLeast(15.0));
            }
            _ => {}
        }
    }
}

impl std::fmt::Display for Point {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { writers, ours, theirs, ratio, client_cpu, server_cpu, merged } = self;
        let [ours_rate, theirs_rate, ratio, merged] = [ours.rate, theirs.rate, *ratio, *merged].map(number);
        let [our_p50, our_p99] = [ours.quantiles.p50, ours.quantiles.p99].map(millis);
        let [their_p50, their_p99] = [theirs.quantiles.p50, theirs.quantiles.p99].map(millis);
        write!(f, "{writers} | {ours_rate} | {theirs_rate} | {ratio} | {our_p50} | {our_p99} ")?;
        write!(f, "| {their_p50} | {their_p99} | {client_cpu:.0} + {server_cpu:.0} | {merged}")
    }
}

/// postgres-es, ready.
struct Peer {
    framework: Arc<PostgresCqrs<peer::Ticket>>,
    ids: Arc<AtomicU64>,
}

impl Peer {
    async fn start(url: &str) -> Self {
        let framework = Arc::new(postgres_cqrs(peer::pool(url, CONNECTIONS).await, vec![], ()));
        Self { framework, ids: Arc::default() }
    }

    /// One who writes eight messages to a ticket, and then to the next: one command, one event.
    fn writer(&self) -> impl FnMut() -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> + use<> {
        let (framework, ids) = (Arc::clone(&self.framework), Arc::clone(&self.ids));
        let (mut done, mut id) = (0_usize, String::new());
        move || {
            if done.is_multiple_of(EVENTS_OF_A_STREAM) {
                id = format!("tkt_{:032}", ids.fetch_add(1, Ordering::Relaxed));
            }
            done += 1;
            let (framework, id) = (Arc::clone(&framework), id.clone());
            Box::pin(async move { framework.execute(&id, text().into()).await.expect("an event") })
        }
    }
}
