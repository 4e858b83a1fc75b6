//! Appending through the whole command path (authorise, load, decide, seal, append) against postgres-es through its
//! own `CqrsFramework`: same machine, same PostgreSQL, rounds in turns, streams of eight events of about 400 bytes.

mod peer;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use benches::{Counters, Quantiles, Rig, Target, customer, median, open, request, text};
use commands::tickets::{AddMessage, Visibility};
use domain::{CustomerId, TicketId, ticket::Author};
use event_store::driver::NoTls;

const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(3);
const PER_STREAM: usize = 8;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(run());
}

async fn run() {
    let rig = Arc::new(Rig::start().await);
    let peer = Arc::new(peer::Peer::start(&rig.superuser_url).await);
    let (database, connection) = event_store::driver::connect(&rig.superuser_url, NoTls).await.expect("a connection");
    tokio::spawn(connection);
    let customer = customer(&rig.desk, &rig.log).await;
    println!(
        "| writers | ours/s | postgres-es/s | ratio | our p50 ms | our p99 ms | CPU us/event (client + server) | events/flush |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let mut targets = vec![];
    // `cargo bench --bench append -- 32` for one of them.
    let only: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    for writers in [1, 8, 32].into_iter().filter(|writers| only.is_empty() || only.contains(writers)) {
        let (mut ratios, mut ours, mut theirs, mut cpu, mut cpu_both, mut merged, mut times) =
            (vec![], vec![], vec![], vec![], vec![], vec![], vec![]);
        for _ in 0..ROUNDS {
            let before = Counters::read(&database, rig.postmaster()).await;
            let (count, took) = {
                let rig = Arc::clone(&rig);
                round(writers, move |worker| ours_of(Arc::clone(&rig), customer, worker)).await
            };
            let spent = Counters::read(&database, rig.postmaster()).await.since(&before);
            let peer_side = {
                let peer = Arc::clone(&peer);
                round(writers, move |_| theirs_of(Arc::clone(&peer))).await
            };
            ours.push(count / ROUND.as_secs_f64());
            theirs.push(peer_side.0 / ROUND.as_secs_f64());
            ratios.push(count / peer_side.0);
            cpu.push((spent.client_us / count, spent.server_us / count));
            cpu_both.push((spent.client_us + spent.server_us) / count);
            merged.push(count / spent.flushes);
            times.extend(took);
        }
        let quantiles = Quantiles::of(times);
        let (ratio, merged) = (median(ratios), median(merged));
        println!(
            "| {writers} | {:.0} | {:.0} | {ratio:.1} | {:.2} | {:.2} | {:.0} + {:.0} | {merged:.1} |",
            median(ours),
            median(theirs),
            quantiles.p50.as_secs_f64() * 1e3,
            quantiles.p99.as_secs_f64() * 1e3,
            median(cpu.iter().map(|(client, _)| *client).collect()),
            median(cpu.iter().map(|(_, server)| *server).collect()),
        );
        let target = |name, measured, wanted, at_least| Target { name, measured, wanted, at_least };
        match writers {
            1 => targets.push(target("append-1-writer-ratio", ratio, 1.8, true)),
            32 => targets.extend([
                target("append-32-writers-ratio", ratio, 5.0, true),
                target("append-32-writers-cpu-us", median(cpu_both), 90.0, false),
                target("append-32-writers-events-per-flush", merged, 15.0, true),
            ]),
            _ => {}
        }
    }
    drop(peer);
    for target in targets {
        println!("{target}");
    }
    if let Ok(rig) = Arc::try_unwrap(rig) {
        rig.stop().await;
    }
}

/// One event per call, for one round; how many there were, and how long each took.
async fn round<W, F>(writers: usize, worker: impl Fn(usize) -> W) -> (f64, Vec<Duration>)
where
    W: FnMut() -> F + Send + 'static,
    F: Future<Output = ()> + Send,
{
    let until = Instant::now() + ROUND;
    let tasks: Vec<_> = (0..writers)
        .map(|index| {
            let mut act = worker(index);
            tokio::spawn(async move {
                let mut times = vec![];
                while Instant::now() < until {
                    let began = Instant::now();
                    act().await;
                    times.push(began.elapsed());
                }
                times
            })
        })
        .collect();
    let mut times = vec![];
    for task in tasks {
        times.extend(task.await.expect("a worker"));
    }
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    (times.len() as f64, times)
}

fn ours_of(
    rig: Arc<Rig>,
    customer: CustomerId,
    _: usize,
) -> impl FnMut() -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
    let mut done = 0;
    let mut ticket = TicketId::new(rig.desk.store().ids().next());
    move || {
        if done % PER_STREAM == 0 {
            ticket = TicketId::new(rig.desk.store().ids().next());
        }
        let (rig, first) = (Arc::clone(&rig), done % PER_STREAM == 0);
        done += 1;
        Box::pin(async move {
            let outcome = if first {
                rig.desk.run(&rig.log, &request(&rig.desk), &open(ticket, customer)).await
            } else {
                let author = Some(Author::Customer(customer));
                let wish = AddMessage { ticket, body: text(), visibility: Visibility::Public, author };
                rig.desk.run(&rig.log, &request(&rig.desk), &wish).await
            };
            outcome.expect("an event");
        })
    }
}

fn theirs_of(peer: Arc<peer::Peer>) -> impl FnMut() -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
    let mut done = 0;
    let mut id = peer.new_id();
    move || {
        if done % PER_STREAM == 0 {
            id = peer.new_id();
        }
        done += 1;
        let (peer, id) = (Arc::clone(&peer), id.clone());
        Box::pin(async move { peer.act(&id, text().as_str()).await })
    }
}
